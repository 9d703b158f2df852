"""Takes requests to 8x8's hosts into a mock: this library's, and whoever else sends them with httpx."""

from __future__ import annotations

import inspect
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import urlsplit

import httpx

from eightbyeight.io.http.backend import Overrides
from eightbyeight.io.http.httpx_async import AsyncHttpxTransport
from eightbyeight.io.http.httpx_sync import HttpxTransport
from eightbyeight_generated.servers import SERVERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eightbyeight.mock.app import MockApp

#: The hosts of the real API.
REAL_HOSTS = frozenset(
    urlsplit(url).hostname for servers in SERVERS.values() for url in servers.values()
)

# Backends that send without httpx. Clients that a program has made before, at import, say, have them already.
_DIRECT = {
    "httpcore_sync": "HttpcoreTransport",
    "httpcore_async": "AsyncHttpcoreTransport",
    "socket_transport": "SocketTransport",
    "asyncio_transport": "AsyncioTransport",
    "aiohttp_transport": "AiohttpTransport",
}

# What httpx's own transport would have reported of a request that left whole.
_LEFT: tuple[str, ...] = ("send_request_headers.started", "send_request_headers.complete")
_LEFT += ("send_request_body.started", "send_request_body.complete")


@contextmanager
def routed_to(app: MockApp) -> Iterator[None]:
    """Answer all requests to 8x8's hosts from ``app``; others go their way."""
    mock = app.transport()
    sync, asynchronous = (
        httpx.HTTPTransport.handle_request,
        httpx.AsyncHTTPTransport.handle_async_request,
    )

    def handle(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        if request.url.host not in REAL_HOSTS:
            return sync(self, request)
        has_left = True
        try:
            return mock.handle_request(request)
        except httpx.ConnectError:
            has_left = False
            raise
        finally:
            for event in _events(request) if has_left else ():
                request.extensions["trace"](event, {})

    async def handle_async(
        self: httpx.AsyncHTTPTransport, request: httpx.Request
    ) -> httpx.Response:
        if request.url.host not in REAL_HOSTS:
            return await asynchronous(self, request)
        has_left = True
        try:
            return await mock.handle_async_request(request)
        except httpx.ConnectError:
            has_left = False
            raise
        finally:
            for event in _events(request) if has_left else ():
                await request.extensions["trace"](event, {})

    with ExitStack() as stack:
        changes: list[tuple[Any, str, Any]] = [
            (Overrides, "stand_in", "httpx"),
            (httpx.HTTPTransport, "handle_request", handle),
            (httpx.AsyncHTTPTransport, "handle_async_request", handle_async),
        ]
        for module, name in _DIRECT.items():
            loaded = sys.modules.get(f"eightbyeight.io.http.{module}")
            if loaded is not None:
                cls = getattr(loaded, name)
                is_async = inspect.iscoroutinefunction(cls.send)
                stand_in = AsyncHttpxTransport() if is_async else HttpxTransport()
                changes.append((cls, "send", _sent_by(stand_in, cls.send)))
        for thing, attribute, changed in changes:
            stack.enter_context(patch.object(thing, attribute, changed))
        yield


def _sent_by(stand_in: Any, send: Callable[..., Any]) -> Callable[..., Any]:
    """Return what sends requests to 8x8's hosts with ``stand_in``, and others as ``send`` does."""

    def sent(self: Any, method: str, url: str, *more: Any) -> Any:
        if urlsplit(url).hostname in REAL_HOSTS:
            return stand_in.send(method, url, *more)
        return send(self, method, url, *more)

    return sent


def _events(request: httpx.Request) -> list[str]:
    """Return what to report of a request that has left."""
    reported: Any = request.extensions.get("trace")
    return [] if reported is None else [f"http11.{event}" for event in _LEFT]
