"""Sends requests over asynchronous connections of httpcore, each of which serves one call at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.reply import TransportFailure
from .backend import KEPT_ALIVE
from .httpcore_library import core_library, has_more, to_reply
from .loop_lanes import LoopLanes
from .phases import Outgoing, PhaseTrace
from .trust import shared_ssl_context

if TYPE_CHECKING:
    import httpcore

    from ...core.reply import Reply
    from ...core.retry import Timeouts
    from .address import Address, Origin
    from .backend import Headers
    from .httpcore_library import HttpcoreLibrary


class AsyncHttpcoreTransport:
    """Keeps the connections of an AsyncClient. ``name`` is the library whose core it uses.

    Connections belong to the event loop in which they were made, so each loop gets its own: one ``AsyncClient`` works
    in successive ``asyncio.run`` calls.
    """

    def __init__(self, name: str) -> None:
        library = self._library = core_library(name)
        self._lanes: LoopLanes[_Lane] = LoopLanes(lambda origin: _Lane(library, origin))
        self._closed = False

    async def send(
        self, method: str, url: str, headers: Headers, content: bytes | None, timeouts: Timeouts
    ) -> Reply | TransportFailure:
        """Send one request; a failure of the connection, and cancellation, is returned, not raised."""
        if self._closed:
            return TransportFailure("local", body_sent=False, cause=RuntimeError("client closed"))
        from asyncio import get_running_loop, timeout_at

        ends = get_running_loop().time() + timeouts.deadline

        async def over(lane: _Lane, address: Address) -> Reply | TransportFailure:
            trace = PhaseTrace(is_complete=True)
            trace.body_sent = False
            try:
                request = self._library.request(method, address, headers, content, timeouts)
                async with timeout_at(ends):  # of all phases together
                    return await lane.send(request, Outgoing(len(content or b""), trace))
            except BaseException as error:  # noqa: BLE001  # there is cancellation
                return self._library.errors.to_failure(error, trace, is_closed=False)

        return await self._lanes.send(url, timeouts, over)

    async def aclose(self) -> None:
        """Close the connections of this event loop."""
        self._closed = True
        await self._lanes.aclose()


class _Lane:
    """One connection after the other, used by one call at a time."""

    def __init__(self, library: HttpcoreLibrary, origin: Origin) -> None:
        self._library = library
        self._origin = origin
        self._wire = _Wire(library.module)
        self._connection: httpcore.AsyncHTTPConnection | None = None

    def _connect(self) -> httpcore.AsyncHTTPConnection:
        connection: httpcore.AsyncHTTPConnection = self._library.module.AsyncHTTPConnection(
            self._library.origin(self._origin),
            ssl_context=shared_ssl_context() if self._origin.scheme == "https" else None,
            keepalive_expiry=KEPT_ALIVE,
            network_backend=self._wire,
        )
        return connection

    async def send(self, request: httpcore.Request, outgoing: Outgoing) -> Reply:
        """Send one request. Raises what httpcore does, and ValueError for a body that cannot be decompressed."""
        connection = self._connection
        if connection is not None and (not connection.is_available() or connection.has_expired()):
            await connection.aclose()
            connection = None
        if connection is None:
            connection = self._connection = self._connect()
        self._wire.begin(outgoing)
        response = await connection.handle_async_request(request)
        content = b"".join([piece async for piece in response.aiter_stream()])
        await response.aclose()
        if has_more(connection):
            await connection.aclose()
        try:
            return to_reply(response, content)
        except ValueError:
            await connection.aclose()
            raise

    async def aclose(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await self._connection.aclose()
        await self._wire.aclose()


class _Wire:
    """What httpcore sends bytes with and gets them from: it knows what has left."""

    def __init__(self, module: Any) -> None:
        self._inner: Any = module.AnyIOBackend()
        self._stream: Any = None
        self._outgoing: Outgoing

    def begin(self, outgoing: Outgoing) -> None:
        """Expect a request."""
        self._outgoing = outgoing

    async def connect_tcp(self, host: str, port: int, **more: Any) -> _Wire:
        """Connect. The connection's stream is this object, too."""
        self._stream = await self._inner.connect_tcp(host, port, **more)
        return self

    async def start_tls(self, *arguments: Any, **more: Any) -> _Wire:
        """Encrypt the connection."""
        self._stream = await self._stream.start_tls(*arguments, **more)
        return self

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write a part of the request."""
        for piece in self._outgoing.pieces(buffer):
            await self._stream.write(piece, timeout)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there."""
        read: bytes = await self._stream.read(max_bytes, timeout)
        return read

    async def aclose(self) -> None:
        """Close the connection, if there is one."""
        if self._stream is not None:
            await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        """Tell something of the connection, such as whether there is something to read."""
        return self._stream.get_extra_info(info)
