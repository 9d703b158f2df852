"""Waiting times and timeouts: plain arithmetic."""

from __future__ import annotations

import pytest

from eightbyeight import Timeouts
from eightbyeight.core.outcome import Effect
from eightbyeight.core.retry import may_retry, wait_before


@pytest.mark.parametrize(
    ("effect", "send", "lookup"),
    [
        (Effect.NOT_SENT, True, True),
        (Effect.UNKNOWN, False, True),
        (Effect.REJECTED, False, False),
        (Effect.DONE, False, False),
    ],
)
def test_what_may_be_tried_again(effect, send, lookup):
    assert may_retry(effect, is_send=True) is send
    assert may_retry(effect, is_send=False) is lookup


@pytest.mark.parametrize(
    ("attempt", "longest"), [(1, 0.5), (2, 1), (3, 2), (4, 4), (5, 8), (6, 8), (5000, 8)]
)
def test_growing_waits_with_full_jitter(attempt, longest):
    assert wait_before(attempt, None, lambda: 0.0) == 0
    assert wait_before(attempt, None, lambda: 0.5) == longest / 2
    assert wait_before(attempt, None, lambda: 1.0) == longest


@pytest.mark.parametrize("asked", [0, 1, 2.5, 120, 1e35])
def test_what_the_server_asks_is_never_cut(asked):
    assert wait_before(1, asked, lambda: 0.0) == asked
    assert asked <= wait_before(1, asked, lambda: 0.99) <= asked + 0.25


def test_every_phase_has_a_timeout_by_default():
    defaults = Timeouts()

    assert (defaults.connect, defaults.write, defaults.read, defaults.pool) == (5, 10, 30, 5)
    assert defaults.deadline == 60


def test_timeouts_stay_while_there_is_time():
    assert Timeouts().within(60) == Timeouts()


def test_the_deadline_is_always_what_is_left():
    assert Timeouts().within(30) == Timeouts(deadline=30)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (20, Timeouts(connect=5, write=10, read=20, pool=5, deadline=20)),
        (7, Timeouts(connect=5, write=7, read=7, pool=5, deadline=7)),
        (0.5, Timeouts(connect=0.5, write=0.5, read=0.5, pool=0.5, deadline=0.5)),
    ],
)
def test_timeouts_shrink_to_what_is_left(left, expected):
    assert Timeouts().within(left) == expected
