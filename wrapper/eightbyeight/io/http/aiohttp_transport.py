"""Sends requests with aiohttp, for which many calls at once cost a fraction of what they cost with httpx.

What aiohttp raises does not tell whether the request was read. The evidence is the body: it is handed over piece by
piece, so what was not handed over cannot have left.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from weakref import WeakKeyDictionary

from ...core.reply import Reply, TransportFailure
from ...errors import ConfigurationError
from .address import address_of
from .backend import KEPT_ALIVE, MOST_CONNECTIONS
from .phases import PIECE
from .trust import shared_ssl_context

try:
    import aiohttp
    from aiohttp.payload import Payload
    from yarl import URL
except ModuleNotFoundError as missing:
    if missing.name not in ("aiohttp", "yarl"):
        raise
    raise ConfigurationError(
        'the backend aiohttp needs an extra: pip install "eightbyeight[aiohttp]"'
    ) from None

if TYPE_CHECKING:
    import asyncio
    from asyncio import AbstractEventLoop

    from aiohttp.abc import AbstractStreamWriter

    from ...core.retry import Timeouts
    from .backend import Headers


class AiohttpTransport:
    """Keeps a session of aiohttp for each event loop."""

    def __init__(self) -> None:
        self._by_loop: WeakKeyDictionary[AbstractEventLoop, aiohttp.ClientSession] = (
            WeakKeyDictionary()
        )
        self._closed = False
        self._proxy_for = functools.cache(_proxy_for)  # as they are when it is made

    async def send(
        self, method: str, url: str, headers: Headers, content: bytes | None, timeouts: Timeouts
    ) -> Reply | TransportFailure:
        """Send one request; a failure of the connection, and cancellation, is returned, not raised."""
        from asyncio import timeout

        body = None if content is None else _Body(content, timeouts.write)
        response = None
        try:
            if self._closed:
                raise _Closed("the client is closed")
            target = _parsed(url)
            async with timeout(timeouts.deadline):  # of all phases together
                async with self._session().request(
                    method,
                    target,
                    headers=[(name.decode(), value.decode()) for name, value in headers],
                    data=body,
                    allow_redirects=False,
                    ssl=shared_ssl_context() if target.scheme == "https" else True,
                    proxy=self._proxy_for(target.scheme, target.host or ""),
                    timeout=_limits(timeouts),
                ) as response:
                    received = await response.read()
            return Reply(
                response.status,
                {
                    name.lower().decode("latin-1"): value.decode("latin-1")
                    for name, value in response.raw_headers
                },
                received,
            )
        except BaseException as error:  # noqa: BLE001  # there is cancellation, too
            # With a response the connection may serve another call already.
            if body is not None and response is None:
                body.cut_off()
            return _to_failure(error, body)

    def _session(self) -> aiohttp.ClientSession:
        """Return the session of the running loop."""
        from asyncio import get_running_loop

        loop = get_running_loop()
        session = self._by_loop.get(loop)
        if session is None or session.closed:
            session = self._by_loop[loop] = aiohttp.ClientSession(
                connector=_Connector(
                    limit=MOST_CONNECTIONS, keepalive_timeout=KEPT_ALIVE, use_dns_cache=False
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return session

    async def aclose(self) -> None:
        """Close the connections of this event loop."""
        from asyncio import get_running_loop

        self._closed = True
        session = self._by_loop.pop(get_running_loop(), None)
        if session is not None:
            await session.close()


class _Connector(aiohttp.TCPConnector):
    """Keeps no connection on which something has come that nobody asked for.

    aiohttp looks at that when a connection is given back, and not when it is taken again: what has come in between
    would be the reply to the next request.
    """

    async def _get(self, key: Any, traces: Any) -> Any:
        for protocol, _ in self._conns.get(key, ()):
            if protocol.should_close:
                protocol.close()  # such are passed over
        return await super()._get(key, traces)


class _Closed(RuntimeError):
    """The client was closed before the request began."""


class _Body(Payload):
    """The body of a request. As long as its last piece was not asked for, nobody can have the whole."""

    def __init__(self, content: bytes, patience: float) -> None:
        super().__init__(content, content_type="application/json")
        self._size = len(content)
        self._content = content
        self._patience = patience
        self.has_begun = False
        self.may_be_whole = False
        self.is_late = False
        self._is_over = False
        self._transport: asyncio.WriteTransport | None = None

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write all pieces."""
        from asyncio import timeout

        self.has_begun = True
        self._transport = writer.transport
        if len(self._content) <= PIECE:  # it fits into the buffer: there is nothing to wait for
            self.may_be_whole = True
            await writer.write(self._content)
            return
        for start in range(0, len(self._content), PIECE):
            if self._is_over:
                raise ConnectionAbortedError("the request was given up")
            self.may_be_whole = start + PIECE >= len(self._content)
            self.is_late = True  # until it is written
            async with timeout(self._patience):
                await writer.write(self._content[start : start + PIECE])
                await writer.drain()
            self.is_late = False

    def cut_off(self) -> None:
        """Hand over nothing more, and throw away what waits to be written, which closing would not do."""
        self._is_over = True
        if self._transport is not None:
            self._transport.abort()

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Return it as text."""
        return self._content.decode(encoding, errors)


@functools.lru_cache(maxsize=256)
def _parsed(url: str) -> URL:
    # aiohttp would send it as it is, and knows no names that are not in ASCII.
    address = address_of(url)
    shown = f"{address.origin.scheme}://{address.host.decode()}{address.target.decode()}"
    return URL(shown, encoded=True)


@functools.lru_cache(maxsize=16)
def _limits(timeouts: Timeouts) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=None,
        connect=timeouts.pool + timeouts.connect,  # aiohttp counts the wait for a place among it
        sock_connect=timeouts.connect,
        sock_read=timeouts.read,
    )


def _proxy_for(scheme: str, host: str) -> str | None:
    """Return the proxy that the environment names. aiohttp would look for it, in a thread, at every request."""
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    if proxy is None or proxy_bypass(host):
        return None
    return proxy if urlsplit(proxy).scheme else f"http://{proxy}"


def _to_failure(error: BaseException, body: _Body | None) -> TransportFailure:
    """Say in which phase a request failed, by how much of its body was handed over."""
    body_sent = False if body is not None and not body.may_be_whole else None
    if not isinstance(error, Exception):
        return TransportFailure("interrupted", body_sent, error)
    if body is not None and not body.has_begun:
        is_possible = isinstance(error, aiohttp.ClientConnectionError | OSError | TimeoutError)
        kind = "connect" if is_possible else "local"
    elif body is not None and body.is_late:
        kind = "write"
    elif isinstance(error, TimeoutError):
        kind = "timeout"
    else:
        kind = "read" if isinstance(error, OSError) else "protocol"
    return TransportFailure(kind, body_sent, error)
