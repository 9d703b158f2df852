"""What a send costs, in a figure without noise: the functions that it calls."""

from __future__ import annotations

from benchmarks.calls import MOST, run


def test_an_sms_calls_no_more_functions_than_it_may():
    sms = next(row for row in run(quick=True) if row.what == "sms.send(text), Python and C")

    assert sms.value <= MOST
    assert sms.value < sms.baseline
