"""What goes wrong with a worker is told, and none outlives its tests."""

from __future__ import annotations

import os

import pytest
from stateful.truth import Mood
from stateful.workers import Hanging, Workers
from stateful.world import Violation

SEND = {"do": "single", "kind": "sms", "reference": "order-1", "text": "sms order-1"}


@pytest.fixture
def stalled(world):
    """A world whose server keeps everybody waiting, which nobody knows."""
    world.api.set_mood(Mood(("stall",)))
    return world


def test_a_worker_that_hangs_is_killed(stalled, monkeypatch):
    monkeypatch.setattr(stalled.workers, "longest", 0.2)
    worker = stalled.workers.start(stalled.job([SEND]))
    with pytest.raises(Hanging, match=r"(?s)killed after 0\.2 s.*'order-1'.*in _single"):
        stalled.workers.wait(worker)
    monkeypatch.undo()
    stalled.workers.wait(worker)
    assert worker.status == -9


def test_no_worker_outlives_the_zygote(stalled, tmp_path):
    workers = Workers(tmp_path)
    worker = workers.start(stalled.job([SEND]))
    workers.close()
    with pytest.raises(ProcessLookupError):
        os.kill(worker.process, 0)


def test_a_worker_that_fails_shows_why(world):
    with pytest.raises(
        Violation, match=r"(?s)has failed:.*KeyError: 'nonsense'.*after these steps:"
    ):
        world.work("nonsense", [{"do": "nonsense"}], None)
