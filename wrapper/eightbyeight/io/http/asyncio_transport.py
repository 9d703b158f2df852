"""Sends requests over plain connections of asyncio, for which a call costs a tenth of what it costs with httpx."""

from __future__ import annotations

from asyncio import Semaphore, get_running_loop, sleep, timeout, timeout_at
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from ...core.reply import Reply, TransportFailure
from ...errors import ConfigurationError
from .address import address_of
from .asyncio_connecting import connect
from .backend import KEPT_ALIVE, MOST_CONNECTIONS
from .request_head import head_of
from .thread_lanes import ClosedError

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Timeout
    from collections.abc import AsyncGenerator

    from ...core.retry import Timeouts
    from .address import Origin
    from .asyncio_connection import Connection
    from .backend import Headers


class AsyncioTransport:
    """Keeps the connections of an AsyncClient, for each event loop its own."""

    def __init__(self) -> None:
        self._by_loop: dict[AbstractEventLoop, _Lanes] = {}
        self._closed = False

    async def send(
        self, method: str, url: str, headers: Headers, content: bytes | None, timeouts: Timeouts
    ) -> Reply | TransportFailure:
        """Send one request; a failure of the connection, and cancellation, is returned, not raised."""
        try:
            loop = get_running_loop()
        except RuntimeError:
            unfit = ConfigurationError("the backend fast works in event loops of asyncio only")
            return TransportFailure("local", body_sent=False, cause=unfit)
        ends = loop.time() + timeouts.deadline
        if self._closed:
            late = ClosedError("the client is closed")
            return TransportFailure("local", body_sent=False, cause=late)
        try:
            address = address_of(url)
            head = head_of(method, address, headers, content)
        except ValueError as error:
            return TransportFailure("local", body_sent=False, cause=error)
        lanes = self._by_loop.get(loop) or await self._lanes_of(loop)
        kind, connection = "pool", None
        try:
            await lanes.wait_for_slot(min(timeouts.pool, timeouts.deadline))
            try:
                if self._closed:
                    raise ClosedError("the client was closed")
                kind = "connect"
                connection = lanes.idle(address.origin) or await lanes.connect(
                    address.origin, min(loop.time() + timeouts.connect, ends)
                )
                happened = await connection.exchange(head, content, timeouts, ends)
                lanes.give_back(connection)
                return happened
            finally:
                lanes.free_slot()
        except BaseException as error:  # noqa: BLE001  # there is cancellation, too
            if connection is not None:  # Ctrl-C may strike anywhere
                return connection.failure_for(error)
            if isinstance(error, ClosedError):
                kind = "local"
            elif not isinstance(error, Exception):
                kind = "interrupted"
            return TransportFailure(kind, body_sent=False, cause=error)

    async def _lanes_of(self, loop: AbstractEventLoop) -> _Lanes:
        """Make the lanes of an event loop."""
        for other in list(self._by_loop):
            if other.is_closed():
                del self._by_loop[other]
        lanes = self._by_loop[loop] = _Lanes(loop)
        await lanes.open()  # which does not wait
        return lanes

    async def aclose(self) -> None:
        """Close the connections of this event loop. Calls that are under way fail."""
        self._closed = True
        lanes = self._by_loop.pop(get_running_loop(), None)
        if lanes is not None:
            await lanes.aclose()


class _Lanes:
    """The connections of one event loop: each call that is under way has one to itself.

    Those that are idle wait for each origin, and the last used is the first to be taken.
    """

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._slots = Semaphore(MOST_CONNECTIONS)
        self._idle: dict[Origin, deque[Connection]] = {}
        self._opened: set[Connection] = set()
        self._connecting: set[Timeout] = set()
        self._closer = _closer(self._opened)
        self._closed = False

    async def open(self) -> None:
        """Have the connections closed at the end of the event loop, or when nobody holds these lanes any more."""
        await anext(self._closer)

    async def wait_for_slot(self, patience: float) -> None:
        """Wait until one more call may be under way; ``free_slot`` ends it.

        Raises TimeoutError when that takes more than ``patience`` seconds.
        """
        if self._slots.locked():
            async with timeout(patience):
                await self._slots.acquire()
        else:
            await self._slots.acquire()

    def free_slot(self) -> None:
        """Let another call begin."""
        self._slots.release()

    def idle(self, origin: Origin) -> Connection | None:
        """Return a connection that can be used again, if there is one."""
        idle = self._idle.get(origin)
        while idle:
            connection = idle.pop()
            if connection.is_usable(self._loop.time()):
                return connection
            connection.abort()
        return None

    async def connect(self, origin: Origin, ends: float) -> Connection:
        """Make a connection. Raises OSError, also when it takes until ``ends``, and ClosedError after ``aclose``."""
        scope = timeout_at(ends)
        try:
            self._connecting.add(scope)
            async with scope:
                connection = await connect(self._loop, origin, ends, self._opened)
        except TimeoutError:
            if self._closed:
                raise ClosedError("the client was closed") from None
            raise
        finally:
            self._connecting.discard(scope)
        return connection

    def give_back(self, connection: Connection) -> None:
        """Let others have a connection again, unless it is closed."""
        if not connection.is_open:
            return
        now = connection.used_at = self._loop.time()
        idle = self._idle.get(connection.origin)
        if idle is None:
            idle = self._idle[connection.origin] = deque()
        idle.append(connection)
        if len(idle) > 1 and idle[0].used_at < now - KEPT_ALIVE:
            idle.popleft().abort()  # one each time: no call pays for many

    async def aclose(self) -> None:
        """Close all connections, also those that are used or not yet made."""
        self._closed = True
        for connection in list(self._opened):
            connection.abort(ClosedError("the client was closed"))
        for scope in list(self._connecting):
            with suppress(RuntimeError):  # it has just ended by itself
                scope.reschedule(self._loop.time())
        await self._closer.aclose()
        while self._opened or self._connecting:  # noqa: ASYNC110  # it takes the loop a turn or two
            await sleep(0)


async def _closer(opened: set[Connection]) -> AsyncGenerator[None]:
    """Close the connections at the end: event loops finish generators when they end, or when nobody holds these."""
    try:
        yield
    finally:
        for connection in list(opened):
            connection.abort()
