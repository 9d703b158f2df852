"""Takes requests to 8x8's hosts into a mock, whoever sends them with httpx."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from eightbyeight.io.backend import Overrides
from eightbyeight_generated.servers import SERVERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eightbyeight.mock.app import MockApp

#: The hosts of the real API.
REAL_HOSTS = frozenset(
    urlsplit(url).hostname for servers in SERVERS.values() for url in servers.values()
)

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
        try:
            return mock.handle_request(request)
        finally:
            for event in _events(request):
                request.extensions["trace"](event, {})

    async def handle_async(
        self: httpx.AsyncHTTPTransport, request: httpx.Request
    ) -> httpx.Response:
        if request.url.host not in REAL_HOSTS:
            return await asynchronous(self, request)
        try:
            return await mock.handle_async_request(request)
        finally:
            for event in _events(request):
                await request.extensions["trace"](event, {})

    Overrides.stand_in = "httpx"
    httpx.HTTPTransport.handle_request = handle  # type: ignore[method-assign]
    httpx.AsyncHTTPTransport.handle_async_request = handle_async  # type: ignore[method-assign]
    try:
        yield
    finally:
        Overrides.stand_in = None
        httpx.HTTPTransport.handle_request = sync  # type: ignore[method-assign]
        httpx.AsyncHTTPTransport.handle_async_request = asynchronous  # type: ignore[method-assign]


def _events(request: httpx.Request) -> list[str]:
    """Return what to report of a request. One that found no connection is told by its exception."""
    reported: Any = request.extensions.get("trace")
    return [] if reported is None else [f"http11.{event}" for event in _LEFT]
