"""Connections that calls take in turns: who gets which, and which are closed."""

from __future__ import annotations

import asyncio

import pytest

from eightbyeight.io.http import async_lanes as lanes_module
from eightbyeight.io.http.async_lanes import AsyncLanes


class Lane:
    """Something that can be closed."""

    def __init__(self, origin: object) -> None:
        self.origin = origin
        self.is_closed = False

    async def aclose(self) -> None:
        self.is_closed = True


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(lanes_module.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def lanes():
    return AsyncLanes(Lane, most=3, kept_alive=5.0)


async def test_the_last_used_is_taken_again(lanes):
    one, two = await lanes.take("a", 1), await lanes.take("a", 1)
    lanes.give_back("a", one, is_sound=True)
    lanes.give_back("a", two, is_sound=True)

    assert one is not two
    assert two is await lanes.take("a", 1)
    assert one is await lanes.take("a", 1)


async def test_each_origin_has_its_own(lanes):
    one = await lanes.take("a", 1)
    lanes.give_back("a", one, is_sound=True)

    assert one is not await lanes.take("b", 1)
    assert one is await lanes.take("a", 1)


async def test_what_broke_is_closed_and_never_used_again(lanes):
    broken = await lanes.take("a", 1)
    lanes.give_back("a", broken, is_sound=False)

    assert broken is not await lanes.take("a", 1)
    assert broken.is_closed


async def test_no_more_than_there_may_be(lanes):
    taken = [await lanes.take("a", 1) for _ in range(3)]
    waiting = asyncio.create_task(lanes.take("a", 60))
    await asyncio.sleep(0)
    assert not waiting.done()

    lanes.give_back("a", taken[0], is_sound=True)
    assert taken[0] is await waiting
    with pytest.raises(TimeoutError):
        await lanes.take("a", 0.01)


async def test_whoever_stops_waiting_takes_no_place(lanes):
    taken = [await lanes.take("a", 1) for _ in range(3)]
    waiting = asyncio.create_task(lanes.take("a", 60))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    for lane in taken:
        lanes.give_back("a", lane, is_sound=True)
    assert {await lanes.take("a", 1) for _ in range(3)} == set(taken)


async def test_idle_ones_are_closed_but_for_the_last_used(lanes, clock):
    taken = [await lanes.take("a", 1) for _ in range(3)]
    for lane in taken:
        lanes.give_back("a", lane, is_sound=True)
    clock[0] += 6

    assert taken[2] is await lanes.take("a", 1)
    assert [True, False, False] == [lane.is_closed for lane in taken]


async def test_all_are_closed_at_the_end_also_those_in_use(lanes):
    idle, used = await lanes.take("a", 1), await lanes.take("a", 1)
    lanes.give_back("a", idle, is_sound=True)
    await lanes.aclose()

    assert idle.is_closed
    assert used.is_closed
