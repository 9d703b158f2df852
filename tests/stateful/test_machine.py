"""Workers are killed at any moment, in any order of things: the journal stays true."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from stateful.machine import JournalMachine, RepeatingMachine

DEEP = bool(os.environ.get("EIGHTBYEIGHT_DEEP"))
# A smaller example is not looked for: workers are left to chance, so what has failed may not do so again. The steps
# that led to it are told with the failure.
ONCE = settings(phases=[Phase.explicit, Phase.generate], database=None, print_blob=False)


@pytest.fixture
def play(new_world):
    """Play a machine; return what happened, counted."""

    def play(kind, examples, steps):
        own = {"new_world": staticmethod(new_world), "totals": Counter(), "failures": []}
        machine = type(kind.__name__, (kind,), own)
        chosen = settings(ONCE, max_examples=examples, stateful_step_count=steps)
        try:
            run_state_machine_as_test(machine, settings=chosen)
        except BaseException as error:  # noqa: BLE001  # the first failure is the one to tell
            raise machine.failures[0] if machine.failures else error from None
        print(dict(machine.totals))
        return machine.totals

    return play


def test_nothing_is_doubled_and_nothing_is_forgotten(play):
    totals = play(JournalMachine, *((400, 50) if DEEP else (16, 20)))
    assert totals["killed"] >= 10
    assert totals["stopped"] >= 3


def test_at_least_once_loses_nothing(play):
    totals = play(RepeatingMachine, *((150, 50) if DEEP else (8, 20)))
    assert totals["killed"] >= 5
