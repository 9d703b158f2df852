"""Runs that come to their end: order, concurrency, bad rows, callbacks, both ways of running."""

from __future__ import annotations

import random
import threading
import time
from contextvars import ContextVar

import pytest

from eightbyeight import (
    BadRequest,
    ConnectionFailed,
    InvalidInput,
    Progress,
    SendState,
    ServerErrorOnSend,
)

TO = "+6591234567"
trace = ContextVar("trace", default=None)
STATES = ("accepted", "rejected", "not_sent", "unknown", "invalid")


def counts(report):
    return {state: getattr(report, state) for state in STATES if getattr(report, state)}


def test_all_are_sent_and_told_in_their_order(run, desk, new_desk):
    dice = random.Random(1)
    waits = [dice.random() / 100 for _ in range(200)]
    desk = new_desk(seconds=lambda row: waits[row - 1])
    report = run(desk, [TO] * 200, concurrency=20)

    assert sorted(desk.begun) == list(range(1, 201))
    assert desk.ended != sorted(desk.ended)  # the answers came in another order
    assert [outcome.row for outcome in report] == list(range(1, 201))
    assert [outcome.umid for outcome in report] == [f"u-{row}" for row in range(1, 201)]
    assert {outcome.state for outcome in report} == {SendState.ACCEPTED}
    assert (report.accepted, report.total, report.is_complete) == (200, 200, True)
    assert report.failed == report.batches == ()


@pytest.mark.parametrize("concurrency", [1, 2, 7])
def test_so_many_are_under_way_and_no_more(run, new_desk, concurrency):
    desk = new_desk(seconds=0.002)
    run(desk, [TO] * 40, concurrency=concurrency)

    assert desk.most_under_way == concurrency


def test_one_at_a_time_needs_no_thread(new_desk, run, request):
    desk = new_desk()
    run(desk, [TO] * 5, concurrency=1)

    assert desk.threads == {threading.current_thread()}
    # No thread outlives a run, either.
    run(new_desk(seconds=0.001), [TO] * 20, concurrency=5)
    assert not [thread for thread in threading.enumerate() if thread.name == "eightbyeight-send"]


def test_slow_first_row_stops_the_reading_not_the_sending(run, new_desk):
    desk = new_desk(seconds=lambda row: 0.2 if row == 1 else 0)
    read_when_told = []
    read = []

    def rows():
        for row in range(1, 101):
            read.append(row)
            yield TO

    def note(outcome):
        if outcome.row == 1:
            read_when_told.append(len(read))

    run(desk, rows(), concurrency=5, on_outcome=note)

    # Others went on meanwhile, but only so far ahead that memory stays bounded.
    (ahead,) = read_when_told
    assert 5 < ahead <= 4 * 5 + 1
    assert len(desk.begun) == 100


def test_rows_are_read_as_they_are_needed(run, new_desk):
    desk = new_desk()
    ahead = []

    def rows():
        for row in range(1, 51):
            ahead.append(row - len(desk.ended))
            yield TO

    run(desk, rows(), concurrency=3)

    assert max(ahead) <= 3 + 2  # those under way, the next one, and the one that is asked for


def test_bad_rows_are_told_with_their_numbers_and_keep_nobody_back(run, desk):
    rows = [TO, "91234567", TO, 5, {"too": TO}, (TO, ""), TO]
    report = run(desk, rows)

    assert sorted(desk.begun) == [1, 3, 7]
    assert counts(report) == {"accepted": 3, "invalid": 4}
    assert [outcome.row for outcome in report] == [1, 2, 3, 4, 5, 6, 7]
    assert {outcome.row: outcome.reason for outcome in report.failed} == {
        2: "destination: has no plus sign: write +<country code><number>, or give the country of a "
        "national number",
        4: "must be a number, a pair (to, text) or a mapping, not int",
        5: "too: is not a known field here; did you mean 'to'?; to: is required but missing",
        6: "text: must not be empty; at least 1 needed",
    }
    for outcome in report.failed:
        assert outcome.state is SendState.INVALID
        assert isinstance(outcome.error, InvalidInput)
        assert outcome.umid is None
    assert not report.is_complete


def test_failures_of_all_kinds_keep_nobody_back(run, new_desk, ok):
    failures = {
        2: ServerErrorOnSend("in doubt", status=503),
        4: BadRequest("refused", status=400),
        5: ConnectionFailed("no connection"),
    }
    desk = new_desk(lambda row: failures.get(row) or ok(row))
    report = run(desk, [TO] * 6, concurrency=2)

    assert counts(report) == {"accepted": 3, "rejected": 1, "not_sent": 1, "unknown": 1}
    assert [(outcome.row, outcome.state) for outcome in report.failed] == [
        (2, SendState.UNKNOWN),
        (4, SendState.REJECTED),
        (5, SendState.NOT_SENT),
    ]
    for outcome in report.failed:
        assert outcome.error is failures[outcome.row]
        assert outcome.reason == str(failures[outcome.row])
        assert outcome.client_message_id == f"row-{outcome.row}"
    # A hundred kept failures do not keep a hundred requests.
    assert all(failure.__traceback__ is None for failure in failures.values())


def test_a_row_that_is_refused_when_it_is_about_to_leave(run, new_desk, ok):
    """A journal may know another message under its reference."""
    refusal = InvalidInput("this reference stands for another message")
    report = run(new_desk(lambda row: refusal if row % 2 else ok(row)), [TO] * 300)

    assert counts(report) == {"accepted": 150, "invalid": 150}
    assert report.failed[0].reason == str(refusal)


def test_context_variables_are_seen(run, new_desk, ok):
    seen = set()
    trace.set("trace-1")

    def answer(row):
        seen.add(trace.get())
        return ok(row)

    run(new_desk(answer), [TO] * 9, concurrency=3)

    assert seen == {"trace-1"}


def test_no_rows(run, desk):
    report = run(desk, [])

    assert (report.total, list(report), report.is_complete) == (0, [], True)


def test_outcomes_are_handed_over_in_order_as_soon_as_they_are_known(run, new_desk):
    desk = new_desk(seconds=lambda row: 0.1 if row == 3 else 0)
    told = []

    def take(outcome):
        told.append((outcome.row, len(desk.ended)))

    report = run(desk, [TO, TO, TO, "bad", TO, TO], concurrency=3, on_outcome=take)

    assert [row for row, _ in told] == [1, 2, 3, 4, 5, 6]
    assert told[1][1] < 5  # the second was not held back until the third had ended
    assert told[2][1] == 5  # which all behind it had to wait for
    assert report.accepted == 5
    for what in (iter, lambda report: report.failed):
        with pytest.raises(TypeError, match="each was handed over"):
            what(report)
    with pytest.raises(TypeError, match="each outcome has its batch_id"):
        assert report.batches


def test_progress(run, desk):
    shown = []
    run(desk, [TO, "bad", TO], on_progress=shown.append)

    assert [progress.done for progress in shown] == [1, 2, 3]
    assert shown[-1] == Progress(3, 2, 0, 0, 0, 1, total=3)
    shown.clear()
    run(desk, iter([TO, TO]), on_progress=shown.append)
    assert shown[-1] == Progress(2, 2, 0, 0, 0, 0, total=None)


@pytest.mark.parametrize("concurrency", [0, -1, True, 1.5, "10", None])
def test_concurrency_must_be_a_number_from_one(run, desk, concurrency):
    read = []
    with pytest.raises(InvalidInput, match="^concurrency: must be "):
        run(desk, (read.append(row) for row in range(3)), concurrency=concurrency)

    assert read == desk.begun == []


@pytest.mark.parametrize("rows", [TO, TO.encode(), {"to": TO}, 5, None])
def test_one_row_is_no_rows(run, desk, rows):
    kind = type(rows).__name__
    with pytest.raises(InvalidInput) as caught:
        run(desk, rows)

    assert str(caught.value) == f"rows: must be an iterable of rows, not {kind}"


def test_duplicate_references(run, desk):
    rows = [
        {"to": TO, "client_message_id": reference}
        for reference in ("row-1", "row-2", "row-1", "row-4", "row-2", "")
    ]
    report = run(desk, rows)

    assert sorted(desk.begun) == [1, 2, 4, 6]
    assert {outcome.row: outcome.reason for outcome in report.failed} == {
        3: "client_message_id was already used by row 1",
        5: "client_message_id was already used by row 2",
    }
    assert [outcome.client_message_id for outcome in report] == [
        "row-1",
        "row-2",
        "row-1",
        "row-4",
        "row-2",
        "row-6",
    ]


def test_bad_rows_have_the_reference_that_they_brought(run, desk):
    rows = [
        {"to": TO, "client_message_id": "row-1"},
        {"to": "bad", "client_message_id": "mine"},
        "bad",
    ]

    assert [outcome.client_message_id for outcome in run(desk, rows)] == ["row-1", "mine", None]


def test_outcomes_do_not_wait_for_rows_that_come_slowly(run, desk):
    told_when_read = []
    told = []

    def rows():
        for _ in range(6):
            time.sleep(0.02)
            told_when_read.append(len(told))
            yield TO

    run(desk, rows(), concurrency=10, on_outcome=told.append)

    assert told_when_read[-1] >= 2


def test_a_bad_row_does_not_use_up_its_reference(run, desk):
    rows = [{"to": number, "client_message_id": "row-1"} for number in ("bad", TO)]
    report = run(desk, rows)

    assert counts(report) == {"accepted": 1, "invalid": 1}


def test_only_so_many_references_are_remembered(run, desk, monkeypatch):
    monkeypatch.setattr("eightbyeight.sending.seen.MOST_REMEMBERED", 2)
    references = ("row-1", "row-2", "row-3", "row-1", "row-3")
    report = run(desk, [{"to": TO, "client_message_id": name} for name in references])

    assert [outcome.row for outcome in report.failed] == [5]
