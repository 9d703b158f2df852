"""A worker that is killed at each step of a run: nothing is forgotten, nothing is sent twice."""

from __future__ import annotations

import pytest
from stateful import steps
from stateful.world import Crash, Row


def rows(kind, count=10):
    return [Row(f"{kind} {number}", is_bad=number == 3) for number in range(1, count + 1)]


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("step", steps.OF_PLANNING + steps.OF_CLAIMING + steps.OF_SENDING)
def test_killed_at_each_step(world, step, is_async):
    run = world.add_run("sms", rows("sms"))
    (worker,) = world.start(run, Crash(step), is_async=is_async)
    assert worker.status == -9
    world.start(run, is_async=is_async)
    world.finish()
