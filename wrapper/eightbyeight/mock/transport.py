"""An httpx transport that calls the mock directly: no socket, no event loop, no thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from eightbyeight.mock.app import MockApp


class MockTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Serves `httpx.Client` and `httpx.AsyncClient` alike.

    Args:
        app: The mock to send to.
    """

    def __init__(self, app: MockApp) -> None:
        self.app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a sync client."""
        return self._answer(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an async client."""
        return self._answer(request, await request.aread())

    def _answer(self, request: httpx.Request, body: bytes) -> httpx.Response:
        target = request.url.raw_path.decode("ascii")
        status, headers, content = self.app.handle(
            request.method, target, request.headers.raw, body
        )
        return httpx.Response(status, headers=headers, content=content, request=request)
