"""Sends requests with an asynchronous httpx client."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import httpx

from .backend import (
    CONNECTIONS,
    NO_AUTH,
    PhaseTrace,
    build_request,
    keep_no_cookies,
    shared_ssl_context,
    to_failure,
    to_reply,
)

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from ..core.reply import Reply, TransportFailure
    from ..core.retry import Timeouts
    from .backend import Headers


class AsyncTransport:
    """A thin shell around ``httpx.AsyncClient``. It closes the client only if it made it.

    Connections belong to the event loop in which they were made, so each loop gets a client of its own: one
    ``AsyncClient`` of ours works in successive ``asyncio.run`` calls.
    """

    def __init__(
        self,
        client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._borrowed = client
        # A transport of the caller's is one object, so it gets one client, whatever the loop.
        self._only = _make(transport) if client is None and transport is not None else None
        self._by_loop: WeakKeyDictionary[AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()
        self._closed = False
        self._is_traced = client is None and transport is None  # httpx's own reports every phase

    @property
    def _client(self) -> httpx.AsyncClient:
        """The httpx client of the running loop."""
        fixed = self._borrowed or self._only
        if fixed is not None:
            return fixed
        from asyncio import get_running_loop

        loop = get_running_loop()
        client = self._by_loop.get(loop)
        if client is None:
            client = self._by_loop[loop] = _make(None)
        return client

    async def send(
        self, method: str, url: str, headers: Headers, content: bytes | None, timeouts: Timeouts
    ) -> Reply | TransportFailure:
        """Send one request; a failure of the connection, and cancellation, is returned, not raised."""
        from asyncio import timeout

        trace = PhaseTrace(is_complete=self._is_traced)
        client = self._client
        try:
            if self._closed:
                await client.aclose()
            request = build_request(method, url, headers, content, timeouts, trace, is_async=True)
            async with timeout(timeouts.deadline):  # of all phases together
                response = await client.send(request, auth=NO_AUTH, follow_redirects=False)
            return to_reply(response)
        except BaseException as error:  # noqa: BLE001  # transports raise all kinds, and there is cancellation
            return to_failure(error, trace, is_closed=client.is_closed)

    async def aclose(self) -> None:
        """Close the connections, unless the caller brought the httpx client."""
        if self._borrowed is None:
            self._closed = True
            await self._client.aclose()


def _make(transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    client = httpx.AsyncClient(
        transport=transport,
        # httpx does not look at it when it has a transport, and it costs tens of milliseconds
        verify=shared_ssl_context() if transport is None else False,
        follow_redirects=False,
        limits=CONNECTIONS,
    )
    keep_no_cookies(client)
    return client
