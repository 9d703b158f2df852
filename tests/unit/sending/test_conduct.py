"""The generator that drives a run, step by step."""

from __future__ import annotations

import pytest

from eightbyeight.sending.conduct import conduct
from eightbyeight.sending.steps import Finished, Hand, Next, Rows, Show, Start

TO = "+6591234567"


def test_a_run_step_by_step(new_plan, ok):
    plan = new_plan()
    steps = conduct(plan, concurrency=2, total=2, hands=True, shows=True)

    assert next(steps) == Next(may_read=True)
    begun = [steps.send(plan.add(TO))]
    assert steps.send(None) == Next(may_read=True)
    begun.append(steps.send(plan.add(TO)))
    assert [type(step) for step in begun] == [Start, Start]
    first, second = (step.place for step in begun)
    assert steps.send(None) == Next(may_read=True)

    shown = steps.send(Finished(second, ok(2)))
    assert isinstance(shown, Show)
    assert (shown.progress.done, shown.progress.total) == (1, 2)
    assert second.unit.call is None  # it waits for the first, but its request needs no space
    assert first.unit.call is not None
    assert steps.send(None) == Next(may_read=True)
    assert steps.send(Rows.END) == Next(may_read=False)

    handed = [steps.send(Finished(first, ok(1))), steps.send(None)]
    assert [type(step) for step in handed] == [Hand, Hand]
    assert [step.outcome.umid for step in handed] == ["u-1", "u-2"]
    assert isinstance(steps.send(None), Show)
    with pytest.raises(StopIteration) as done:
        steps.send(None)
    assert (done.value.value.accepted, done.value.value.is_stopped) == (2, False)


def test_a_run_that_is_given_up(new_plan):
    steps = conduct(new_plan(), concurrency=2)
    next(steps)
    steps.close()

    assert steps.gi_frame is None
