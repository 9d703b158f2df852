"""An httpx transport that calls the mock directly: no socket, no event loop, no thread."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, NamedTuple

import anyio
import httpx

from eightbyeight.mock.clock import FixedClock
from eightbyeight.mock.effects import cut_in_half, exchange_of, pieces_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from eightbyeight.mock.app import MockApp
    from eightbyeight.mock.effects import Exchange
    from eightbyeight.mock.response import Response

_Result = httpx.Response | httpx.TransportError


class MockTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Serves `httpx.Client` and `httpx.AsyncClient` alike.

    What chaos or a magic number does to a connection is raised as httpx would raise it. Delays are
    waited for, up to the client's read timeout, unless the mock's clock is a fixed one: then that
    is advanced. A connection that falls silent is given up at once.

    Args:
        app: The mock to send to.
    """

    def __init__(self, app: MockApp) -> None:
        self.app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a sync client."""
        wait, result = self._meet(request, request.read())
        if wait:
            time.sleep(wait)
        return _returned(result)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an async client."""
        wait, result = self._meet(request, await request.aread())
        if wait:
            await anyio.sleep(wait)
        return _returned(result)

    def _meet(self, request: httpx.Request, body: bytes) -> tuple[float, _Result]:
        """Send a request. Returns how long to wait, and what comes then."""
        target = request.url.raw_path.decode("ascii")
        exchange = exchange_of(self.app.handle(request.method, target, request.headers.raw, body))
        patience = request.extensions.get("timeout", {}).get("read")
        wait, result = _outcome(request, exchange, math.inf if patience is None else patience)
        if not isinstance(self.app.clock, FixedClock):
            return wait, result
        if isinstance(result, httpx.Response) and isinstance(result.stream, _Body):
            wait += result.stream.hurry()
        self.app.clock.advance(wait)
        return 0.0, result


def _outcome(request: httpx.Request, exchange: Exchange, patience: float) -> tuple[float, _Result]:
    if exchange.ending == "refused":
        return 0.0, httpx.ConnectError("All connection attempts failed", request=request)
    if exchange.delay > patience:
        return patience, _late(request)
    if exchange.ending == "silent":
        if exchange.delay + exchange.seconds > patience:
            return 0.0, _late(request)
        text = "Server disconnected without sending a response."
        return 0.0, httpx.RemoteProtocolError(text, request=request)
    if exchange.response is None:
        error = httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
        return exchange.delay, error
    return exchange.delay, _answer(request, exchange, exchange.response, patience)


def _answer(
    request: httpx.Request, exchange: Exchange, response: Response, patience: float
) -> httpx.Response:
    status, headers, content = response
    if exchange.ending == "whole" and response.header(b"content-encoding") is None:
        return httpx.Response(status, headers=headers, content=content, request=request)
    # The client reads this body, so that what is wrong with it comes out there.
    script = _Script([content], 0.0, None)
    if exchange.ending == "cut":
        sent = cut_in_half(content)
        text = f"peer closed connection: received {len(sent)} bytes, expected {len(content)}"
        script = _Script([sent], 0.0, httpx.RemoteProtocolError(text, request=request))
    elif exchange.ending == "drip":
        pieces = pieces_of(content)
        pause = exchange.seconds / len(pieces)
        script = _Script(pieces, pause, None)
        if pause > patience:
            script = _Script([], 0.0, _late(request))
    return httpx.Response(status, headers=headers, stream=_Body(script), request=request)


def _late(request: httpx.Request) -> httpx.ReadTimeout:
    return httpx.ReadTimeout("The read operation timed out", request=request)


def _returned(result: _Result) -> httpx.Response:
    if isinstance(result, httpx.TransportError):
        raise result
    return result


class _Script(NamedTuple):
    pieces: list[bytes]
    pause: float
    broken: httpx.TransportError | None


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes in pieces, and may break."""

    def __init__(self, script: _Script) -> None:
        self._script = script

    def hurry(self) -> float:
        """Come without pauses. Returns how long all of them would have been."""
        pause = self._script.pause
        self._script = self._script._replace(pause=0.0)
        return pause * len(self._script.pieces)

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._script.pieces:
            if self._script.pause:
                time.sleep(self._script.pause)
            yield piece
        if self._script.broken is not None:
            raise self._script.broken

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._script.pieces:
            if self._script.pause:
                await anyio.sleep(self._script.pause)
            yield piece
        if self._script.broken is not None:
            raise self._script.broken
