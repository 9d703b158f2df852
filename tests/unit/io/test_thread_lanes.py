"""Connections that threads take in turns: who gets which, and which are closed."""

from __future__ import annotations

import os
import threading
import time

import pytest

from eightbyeight.io.http import thread_lanes
from eightbyeight.io.http.address import Origin
from eightbyeight.io.http.thread_lanes import ClosedError, ThreadLanes

A, B = Origin("http", "a", 80), Origin("http", "b", 80)


class Lane:
    """Something that can be closed."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.used_at = 0.0
        self.is_good = True
        self.is_closed = False

    def is_usable(self) -> bool:
        return self.is_good and not self.is_closed

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(thread_lanes.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def lanes():
    return ThreadLanes(Lane, most=3, kept_alive=5.0)


def test_the_last_used_is_taken_again(lanes):
    one, two = lanes.take(A), lanes.take(A)
    lanes.give_back(one)
    lanes.give_back(two)

    assert one is not two
    assert two is lanes.take(A)
    assert one is lanes.take(A)
    assert lanes.take(A) not in {one, two}


def test_each_origin_has_its_own(lanes):
    one = lanes.take(A)
    lanes.give_back(one)

    assert one is not lanes.take(B)
    assert one is lanes.take(A)


def test_what_cannot_be_used_any_more_is_closed(lanes):
    old, older = lanes.take(A), lanes.take(A)
    lanes.give_back(older)
    lanes.give_back(old)
    old.is_good = False

    assert older is lanes.take(A)
    assert old.is_closed


def test_idle_ones_are_closed_but_for_the_last_used(lanes, clock):
    taken = [lanes.take(A) for _ in range(3)]
    for lane in taken:
        lanes.give_back(lane)
    clock[0] += 6
    for _ in range(3):
        lanes.give_back(lanes.take(A))

    assert [True, True, False] == [lane.is_closed for lane in taken]


def test_no_more_calls_than_there_may_be(lanes):
    leave = [begun(lanes) for _ in range(3)]
    with pytest.raises(TimeoutError, match="no connection became free"):
        lanes.wait_for_slot(0.01)

    waiting = threading.Thread(target=lanes.wait_for_slot, args=(20,))
    waiting.start()
    leave[0]()
    waiting.join(20)
    assert not waiting.is_alive()
    for end in leave[1:]:
        end()


def begun(lanes):
    """Begin a call in a thread of its own. Returns what ends it."""
    has_slot, end = threading.Event(), threading.Event()

    def call() -> None:
        lanes.wait_for_slot(20)
        has_slot.set()
        end.wait(20)
        lanes.free_slot()

    thread = threading.Thread(target=call)
    thread.start()
    assert has_slot.wait(20)

    def leave() -> None:
        end.set()
        thread.join(20)

    return leave


def test_a_thread_that_never_said_it_is_done_takes_one_place_and_gives_it_back(lanes):
    """As it is when Ctrl-C strikes at the wrong moment."""
    for _ in range(9):
        lanes.wait_for_slot(0)
    lanes.free_slot()

    for leave in [begun(lanes) for _ in range(3)]:
        leave()


def test_whoever_waits_gets_a_place_when_there_are_many():
    lanes = ThreadLanes(Lane, most=2, kept_alive=5.0)
    now, most = set(), []

    def work() -> None:
        for _ in range(50):
            lanes.wait_for_slot(60)
            now.add(threading.get_ident())
            most.append(len(now))
            time.sleep(0)
            now.remove(threading.get_ident())
            lanes.free_slot()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) <= 2
    assert len(most) == 400


def test_all_are_closed_at_the_end_and_those_in_use_when_they_are_given_back(lanes):
    used, idle = lanes.take(A), lanes.take(A)
    lanes.give_back(idle)
    lanes.close()

    assert idle.is_closed
    assert not used.is_closed
    lanes.give_back(used)
    assert used.is_closed
    with pytest.raises(ClosedError):
        lanes.take(A)


def test_no_two_threads_have_the_same(lanes):
    held: set[Lane] = set()
    clashes = []

    def work() -> None:
        for _ in range(300):
            lane = lanes.take(A)
            if lane in held:
                clashes.append(lane)
            held.add(lane)
            held.remove(lane)
            lanes.give_back(lane)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clashes == []
    lanes.close()


def test_a_forked_process_begins_anew(lanes, monkeypatch):
    """It must not write to its parent's connections, and threads that took slots are not in it."""
    idle = lanes.take(A)
    lanes.give_back(idle)
    leave = [begun(lanes) for _ in range(3)]

    monkeypatch.setattr(os, "getpid", lambda: -1)
    lanes.wait_for_slot(0.01)
    assert idle is not lanes.take(A)
    for end in leave:
        end()
