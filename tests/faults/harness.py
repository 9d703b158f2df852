"""Sends one message through a fault, in any of the ways a client can be made."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
from faults.server import client_context

from eightbyeight import (
    AcceptedSms,
    AsyncClient,
    Client,
    EightByEightError,
    MemoryLimiter,
    SendFailed,
    Timeouts,
)
from eightbyeight.io.http.asyncio_transport import AsyncioTransport
from eightbyeight.io.http.httpcore_async import AsyncHttpcoreTransport
from eightbyeight.io.http.httpcore_sync import HttpcoreTransport
from eightbyeight.io.http.httpx_async import AsyncHttpxTransport
from eightbyeight.io.http.httpx_sync import HttpxTransport
from eightbyeight.io.http.socket_transport import SocketTransport

KEY = "k3y-which-no-log-may-show"
NUMBER = "+6591234567"
TEXT = "one-time text 493817"
SUBACCOUNT = "acme_hq"
LARGE = 8_000_000

PATIENT = Timeouts(connect=30, write=30, read=30, pool=30, deadline=90)
_QUICK = {
    "connect": Timeouts(connect=0.15, write=30, read=30, pool=30, deadline=90),
    "write": Timeouts(connect=30, write=0.15, read=30, pool=30, deadline=90),
    "read": Timeouts(connect=30, write=30, read=0.15, pool=30, deadline=90),
    "deadline": Timeouts(connect=30, write=30, read=30, pool=30, deadline=0.5),
}

MODES = ("sync", "async")


@dataclass
class Seen:
    """What came of one send through a fault."""

    error: EightByEightError | None = None
    result: AcceptedSms | None = None
    open_connections: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> type:
        """The class of the exception, or of the result."""
        return type(self.result if self.error is None else self.error)

    @property
    def failure(self) -> SendFailed:
        """The exception, which must be one of a failed send."""
        assert isinstance(self.error, SendFailed), self.error
        return self.error


@dataclass(frozen=True)
class Way:
    """How the client is made.

    Attributes:
        name: ``own`` (the client makes all by itself), ``caller`` (the caller's httpx client), ``untraced`` (a
            transport that keeps no trace) or ``http2``.
        proxy: The URL of a proxy, for ``caller``.
        backend: The HTTP library, for ``own``.
    """

    name: str
    proxy: str | None = None
    backend: str = "httpx"

    def sync_settings(self) -> dict[str, Any]:
        """Return the arguments of Client."""
        verify = client_context()
        if self.name == "own":
            return {"backend": self.backend, "rate_limits": MemoryLimiter()}
        if self.name == "untraced":
            return {"transport": Untraced(httpx.HTTPTransport(verify=verify))}
        return {
            "http_client": httpx.Client(
                verify=verify, proxy=self.proxy, http2=self.name == "http2", timeout=None
            )
        }

    def async_settings(self) -> dict[str, Any]:
        """Return the arguments of AsyncClient."""
        verify = client_context()
        if self.name == "own":
            return {"backend": self.backend, "rate_limits": MemoryLimiter()}
        if self.name == "untraced":
            return {"transport": AsyncUntraced(httpx.AsyncHTTPTransport(verify=verify))}
        return {
            "http_client": httpx.AsyncClient(
                verify=verify, proxy=self.proxy, http2=self.name == "http2", timeout=None
            )
        }


OWN, CALLER, UNTRACED, HTTP2 = Way("own"), Way("caller"), Way("untraced"), Way("http2")


class Untraced(httpx.BaseTransport):
    """A transport that reports nothing of its phases, as many do."""

    def __init__(self, inner: httpx.HTTPTransport) -> None:
        self._pool = inner._pool
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on without its trace."""
        request.extensions = {k: v for k, v in request.extensions.items() if k != "trace"}
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


class AsyncUntraced(httpx.AsyncBaseTransport):
    """The asynchronous twin of Untraced."""

    def __init__(self, inner: httpx.AsyncHTTPTransport) -> None:
        self._pool = inner._pool
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on without its trace."""
        request.extensions = {k: v for k, v in request.extensions.items() if k != "trace"}
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def send(
    url: str,
    way: Way,
    mode: str,
    *,
    good_first: int = 0,
    quick: str | None = None,
    large: bool = False,
    good_after: int = 0,
    max_attempts: int = 2,
) -> Seen:
    """Send one message through the fault, and so many before and after it that must arrive; close everything."""
    timeouts = _QUICK[quick] if quick else PATIENT
    extra = {"padding": "x" * LARGE} if large else None
    account = {"api_key": KEY, "subaccount_id": SUBACCOUNT, "region": "apac", "base_url": url}
    run = _send_async if mode == "async" else _send_sync
    work = run(account, way, (good_first, good_after), timeouts, max_attempts, extra)
    return asyncio.run(work) if asyncio.iscoroutine(work) else work


def _send_sync(
    account: dict[str, Any],
    way: Way,
    good: tuple[int, int],
    timeouts: Timeouts,
    max_attempts: int,
    extra: dict[str, Any] | None,
) -> Seen:
    settings = way.sync_settings()
    seen = Seen()
    with ExitStack() as stack:
        client = stack.enter_context(
            Client(**account, **settings, timeouts=PATIENT, max_attempts=max_attempts)
        )
        if "http_client" in settings:
            stack.enter_context(settings["http_client"])
        for _ in range(good[0]):
            assert client.sms.send(NUMBER, TEXT).is_readable
        client = client.with_options(timeouts=timeouts)
        try:
            seen.result = client.sms.send(NUMBER, TEXT, extra=extra)
        except EightByEightError as error:
            seen.error = error
        seen.open_connections = connections(client)
        for _ in range(good[1]):
            assert client.with_options(timeouts=PATIENT).sms.send(NUMBER, TEXT).is_readable
    return seen


async def _send_async(
    account: dict[str, Any],
    way: Way,
    good: tuple[int, int],
    timeouts: Timeouts,
    max_attempts: int,
    extra: dict[str, Any] | None,
) -> Seen:
    settings = way.async_settings()
    seen = Seen()
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            AsyncClient(**account, **settings, timeouts=PATIENT, max_attempts=max_attempts)
        )
        if "http_client" in settings:
            await stack.enter_async_context(settings["http_client"])
        for _ in range(good[0]):
            assert (await client.sms.send(NUMBER, TEXT)).is_readable
        client = client.with_options(timeouts=timeouts)
        try:
            seen.result = await client.sms.send(NUMBER, TEXT, extra=extra)
        except EightByEightError as error:
            seen.error = error
        seen.open_connections = connections(client)
        for _ in range(good[1]):
            client = client.with_options(timeouts=PATIENT)
            assert (await client.sms.send(NUMBER, TEXT)).is_readable
    return seen


def connections(client: Client | AsyncClient) -> list[str]:
    """Describe the connections of a client, unless it sends with aiohttp."""
    transport = client._transport
    if isinstance(transport, HttpcoreTransport):
        lanes = [lane for idle in transport._lanes._idle.values() for lane in idle]
        return [lane._connection.info() for lane in lanes]
    if isinstance(transport, AsyncHttpcoreTransport):
        kept = [lane._connection for lanes in transport._lanes for lane in lanes._all]
        return [each.info() for each in kept if each is not None and not each.is_closed()]
    if isinstance(transport, SocketTransport):
        return ["IDLE" for idle in transport._lanes._idle.values() for _ in idle]
    if isinstance(transport, AsyncioTransport):
        return [
            "IDLE" if connection in lanes._idle.get(connection.origin, ()) else "ACTIVE"
            for lanes in transport._by_loop.values()
            for connection in lanes._opened
            if connection.is_open
        ]
    return [
        connection.info()
        for http in http_clients(transport)
        for inner in (http._transport, *http._mounts.values())
        if inner is not None
        for connection in inner._pool.connections
    ]


def http_clients(transport: Any) -> list[Any]:
    """Return the httpx clients: one, or one a call that was under way, in each event loop."""
    if isinstance(transport, HttpxTransport):
        return [transport._client]
    if isinstance(transport, AsyncHttpxTransport):
        lanes = [lane for lanes in transport._lanes for lane in lanes._all]
        return lanes if transport._only is None else [transport._only]
    return []


def reference_in(data: bytes) -> str | None:
    """Find the client message ID in the beginning of a body."""
    _, found, rest = data.partition(b'"clientMessageId":"')
    return json.loads(b'"' + rest.partition(b'"')[0] + b'"') if found else None
