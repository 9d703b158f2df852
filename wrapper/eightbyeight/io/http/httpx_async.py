"""Sends requests with asynchronous httpx clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.reply import TransportFailure
from .httpx_library import NAMES, library, library_of, spoiled, to_reply
from .loop_lanes import LoopLanes
from .phases import PhaseTrace
from .trust import shared_ssl_context

if TYPE_CHECKING:
    from collections.abc import Awaitable

    import httpx

    from ...core.reply import Reply
    from ...core.retry import Timeouts
    from .backend import Headers


class AsyncHttpxTransport:
    """A thin shell around ``httpx.AsyncClient``, or that of a library like it. It closes only what it made.

    Connections belong to the event loop in which they were made, so each loop gets clients of its own: one
    ``AsyncClient`` of ours works in successive ``asyncio.run`` calls.
    """

    def __init__(
        self,
        client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        name: str = NAMES[0],
    ) -> None:
        brought = client or transport
        self._library = library(name) if brought is None else library_of(brought)
        self._borrowed = client
        # A transport of the caller's is one object, so it gets one client, whatever the loop.
        self._only = client or (None if transport is None else self._make(transport))
        self._lanes: LoopLanes[httpx.AsyncClient] = LoopLanes(lambda _: self._make())
        self._closed = False

    async def send(
        self, method: str, url: str, headers: Headers, content: bytes | None, timeouts: Timeouts
    ) -> Reply | TransportFailure:
        """Send one request; a failure of the connection, and cancellation, is returned, not raised."""
        if self._closed:
            return TransportFailure("local", body_sent=False, cause=RuntimeError("client closed"))
        from asyncio import get_running_loop

        ends = get_running_loop().time() + timeouts.deadline

        def over(client: httpx.AsyncClient, _: object) -> Awaitable[Reply | TransportFailure]:
            return self._send(client, method, url, headers, content, timeouts, ends)

        if self._only is not None:
            return await over(self._only, None)
        return await self._lanes.send(url, timeouts, over)

    async def _send(
        self,
        client: httpx.AsyncClient,
        method: str,
        url: str,
        headers: Headers,
        content: bytes | None,
        timeouts: Timeouts,
        ends: float,
    ) -> Reply | TransportFailure:
        from asyncio import timeout_at

        if client.is_closed:
            return TransportFailure("local", body_sent=False, cause=RuntimeError("client closed"))
        trace = PhaseTrace(is_complete=self._only is None)  # httpx's own reports every phase
        try:
            request = self._library.build_request(
                method, url, headers, content, timeouts, trace, is_async=True
            )
            async with timeout_at(ends):  # of all phases together
                response = await client.send(
                    request, stream=True, auth=self._library.no_auth, follow_redirects=False
                )
                try:
                    # A hook of the caller may have read it, or it never was a stream.
                    is_read = response.is_stream_consumed
                    content = response.content if is_read else await _read(response)
                    if (connection := spoiled(response)) is not None:
                        await connection.aclose()
                    return to_reply(response, content, is_decoded=is_read)
                finally:
                    await response.aclose()
        except BaseException as error:  # noqa: BLE001  # transports raise all kinds, and there is cancellation
            return self._library.errors.to_failure(error, trace, is_closed=client.is_closed)

    def _make(self, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
        client: httpx.AsyncClient = self._library.module.AsyncClient(
            transport=transport,
            # httpx does not look at it when it has a transport, and it costs tens of milliseconds
            verify=shared_ssl_context() if transport is None else False,
            follow_redirects=False,
            limits=self._library.limits(1),
        )
        self._library.keep_no_cookies(client)
        return client

    async def aclose(self) -> None:
        """Close the connections of this event loop, unless the caller brought the httpx client."""
        if self._borrowed is not None:
            return
        self._closed = True
        await self._lanes.aclose()
        if self._only is not None:
            await self._only.aclose()


async def _read(response: httpx.Response) -> bytes:
    """Read a body as it comes, and leave its connection to the caller."""
    stream: Any = response.stream
    return b"".join([piece async for piece in stream])
