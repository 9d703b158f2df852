"""Lanes for each event loop: connections belong to the one in which they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar
from weakref import WeakKeyDictionary

from ...core.reply import Reply, TransportFailure
from .address import address_of
from .backend import KEPT_ALIVE, MOST_CONNECTIONS

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Awaitable, Callable, Iterator

    from ...core.retry import Timeouts
    from .address import Address, Origin
    from .async_lanes import AsyncLanes, Closable

C = TypeVar("C", bound="Closable")


class LoopLanes(Generic[C]):
    """The lanes of one client, which may work in successive ``asyncio.run`` calls.

    Args:
        make: Makes a lane that connects to an origin when it is first used.
    """

    def __init__(self, make: Callable[[Origin], C]) -> None:
        self._make = make
        self._by_loop: WeakKeyDictionary[AbstractEventLoop, AsyncLanes[C]] = WeakKeyDictionary()

    async def send(
        self,
        url: str,
        timeouts: Timeouts,
        over: Callable[[C, Address], Awaitable[Reply | TransportFailure]],
    ) -> Reply | TransportFailure:
        """Have ``over`` send one request over a lane, and return what came of it. A lane in which it failed ends."""
        lanes = self.here()
        try:
            address = address_of(url)
            lane = await lanes.take(address.origin, min(timeouts.pool, timeouts.deadline))
        except ValueError as error:
            return TransportFailure("local", body_sent=False, cause=error)
        except BaseException as error:  # noqa: BLE001  # nothing has begun, whatever it is
            kind = "pool" if isinstance(error, Exception) else "interrupted"
            return TransportFailure(kind, body_sent=False, cause=error)
        is_sound = False
        try:
            happened = await over(lane, address)
            is_sound = isinstance(happened, Reply)
            return happened
        finally:
            lanes.give_back(address.origin, lane, is_sound=is_sound)

    def here(self) -> AsyncLanes[C]:
        """Return the lanes of this event loop."""
        from asyncio import get_running_loop

        loop = get_running_loop()
        lanes = self._by_loop.get(loop)
        if lanes is None:
            from .async_lanes import AsyncLanes

            lanes = AsyncLanes(self._make, most=MOST_CONNECTIONS, kept_alive=KEPT_ALIVE)
            self._by_loop[loop] = lanes
        return lanes

    def __iter__(self) -> Iterator[AsyncLanes[C]]:
        """Go through the lanes of all event loops."""
        return iter(list(self._by_loop.values()))

    async def aclose(self) -> None:
        """Close the lanes of this event loop."""
        from asyncio import get_running_loop

        lanes = self._by_loop.pop(get_running_loop(), None)
        if lanes is not None:
            await lanes.aclose()
