"""Connections that calls take in turns, because a pool of many costs more with every request that is under way.

At each request and each reply httpx's looks at all connections, once or twice: at fifty, that is most of what a call
costs. So every call that is under way gets one to itself, and the ones that are done wait here to be taken again, the
last used first.
"""

from __future__ import annotations

import time
from asyncio import Semaphore, timeout
from collections import deque
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from .address import Origin


class Closable(Protocol):
    """What lanes are made of."""

    async def aclose(self) -> None:
        """Close the connection."""
        ...


C = TypeVar("C", bound=Closable)


class AsyncLanes(Generic[C]):
    """The lanes of one event loop.

    Args:
        make: Makes a lane that connects to an origin when it is first used.
        most: How many calls may be under way.
        kept_alive: Seconds after which a lane that nobody takes is closed.
    """

    def __init__(self, make: Callable[[Origin], C], *, most: int, kept_alive: float) -> None:
        self._make = make
        self._free = Semaphore(most)
        self._kept_alive = kept_alive
        self._all: set[C] = set()
        self._idle: dict[Origin, deque[tuple[float, C]]] = {}
        self._broken: list[C] = []

    async def take(self, origin: Origin, patience: float) -> C:
        """Return a lane, if possible one with a connection to ``origin``.

        Raises TimeoutError when none is free within ``patience`` seconds.
        """
        if self._free.locked():
            async with timeout(patience):
                await self._free.acquire()
        else:
            await self._free.acquire()
        try:
            await self._close_useless()
        except BaseException:
            self._free.release()
            raise
        idle = self._idle.get(origin)
        if idle:
            return idle.pop()[1]
        lane = self._make(origin)
        self._all.add(lane)
        return lane

    def give_back(self, origin: Origin, lane: C, *, is_sound: bool) -> None:
        """Let others have a lane again. One in which a call failed is never used again, whatever is left in it."""
        if is_sound:
            self._idle.setdefault(origin, deque()).append((time.monotonic(), lane))
        else:
            self._broken.append(lane)
        self._free.release()

    async def _close_useless(self) -> None:
        """Close what broke, and of each origin one lane that has been idle for long: no call pays for many."""
        while self._broken:
            lane = self._broken.pop()
            self._all.discard(lane)
            await lane.aclose()
        latest = time.monotonic() - self._kept_alive
        for idle in self._idle.values():
            # The last used stays: it costs little, and is the first to be taken again.
            if len(idle) > 1 and idle[0][0] < latest:
                lane = idle.popleft()[1]
                self._all.discard(lane)
                await lane.aclose()

    async def aclose(self) -> None:
        """Close all lanes, also those that are taken."""
        lanes = list(self._all)
        self._all.clear()
        self._idle.clear()
        self._broken.clear()
        for lane in lanes:
            await lane.aclose()
