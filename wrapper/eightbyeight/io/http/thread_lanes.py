"""Connections that threads take in turns: each call that is under way has one to itself.

A pool that looks at all its connections at each request costs more with every one of them. Here those that are idle
wait in a row for each origin, and the last used is the first to be taken.
"""

from __future__ import annotations

import os
import time
from collections import deque
from threading import Condition, get_ident
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from .address import Origin


class Lane(Protocol):
    """One connection. ``origin`` is where it leads, ``used_at`` when it was given back."""

    origin: Origin
    used_at: float

    def is_usable(self) -> bool:
        """Tell whether another request may be sent over it."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


L = TypeVar("L", bound=Lane)


class ClosedError(RuntimeError):
    """The client was closed before the request began."""


class ThreadLanes(Generic[L]):
    """The lanes of one client.

    Args:
        make: Makes a lane that connects when it is first used.
        most: How many calls may be under way; the others wait.
        kept_alive: Seconds after which a lane that nobody takes is closed.
    """

    def __init__(self, make: Callable[[Origin], L], *, most: int, kept_alive: float) -> None:
        self._make = make
        self._most = most
        self._kept_alive = kept_alive
        self._idle: dict[Origin, deque[L]] = {}
        self._closed = False
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        # Threads, not a count of calls: when Ctrl-C strikes between a call and its being counted, a count would be
        # wrong for ever, but a thread has one call under way at most, and its next one puts it right.
        self._under_way: set[int] = set()
        self._changed = Condition()
        self._waiting = 0

    def wait_for_slot(self, patience: float) -> None:
        """Wait until this thread's call may be under way; ``free_slot`` ends it.

        Raises TimeoutError when that takes more than ``patience`` seconds.
        """
        if self._process != os.getpid():
            self._forget_parent()
        self._under_way.add(get_ident())
        if len(self._under_way) > self._most:
            self._wait(time.monotonic() + patience)

    def _wait(self, ends: float) -> None:
        thread = get_ident()
        with self._changed:
            self._waiting += 1
            try:
                while len(self._under_way) > self._most:
                    self._under_way.discard(thread)
                    left = ends - time.monotonic()
                    if left <= 0:
                        raise TimeoutError("no connection became free")
                    self._changed.wait(left)
                    self._under_way.add(thread)
            finally:
                self._waiting -= 1

    def free_slot(self) -> None:
        """Let another call begin, if this thread kept it from that."""
        self._under_way.discard(get_ident())
        if self._waiting:
            with self._changed:
                self._changed.notify()

    def take(self, origin: Origin) -> L:
        """Return a lane to ``origin``, if possible one that is connected. Raises ClosedError after ``close``."""
        if self._closed:
            raise ClosedError("the client is closed")
        idle = self._idle.get(origin)
        while idle:
            try:
                lane = idle.pop()
            except IndexError:  # another thread was faster
                break
            if lane.is_usable():
                return lane
            lane.close()
        return self._make(origin)

    def give_back(self, lane: L) -> None:
        """Let others have a lane again that is in order. One that is not is to be closed instead."""
        now = lane.used_at = time.monotonic()
        idle = self._idle.get(lane.origin)
        if idle is None:
            idle = self._idle.setdefault(lane.origin, deque())
        idle.append(lane)
        if self._closed:
            self._close_idle()
            return
        try:
            # One each time: no call pays for many. The last used stays, to be taken again.
            if len(idle) > 1 and idle[0].used_at < now - self._kept_alive:
                idle.popleft().close()
        except IndexError:  # other threads were faster
            return

    def close(self) -> None:
        """Close all lanes: those that are taken, when they are given back."""
        self._closed = True
        self._close_idle()

    def _close_idle(self) -> None:
        for idle in list(self._idle.values()):
            while idle:
                try:
                    idle.pop().close()
                except IndexError:
                    break

    def _forget_parent(self) -> None:
        """Leave the connections of the process that this one was forked from to it: both would write to them."""
        self._begin()  # threads whose calls are under way do not exist here
        self._close_idle()  # of a socket that two processes hold, this closes one end only
