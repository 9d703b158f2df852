"""Ordinary requests without ASGI between the socket and the mock: several times as fast.

Everything that is the least bit special is left to uvicorn, and with it the rest of its connection.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from eightbyeight.mock import streaming
from eightbyeight.mock.connection import EXCHANGE
from eightbyeight.mock.effects import Troubled, exchange_of
from eightbyeight.mock.showing import Showing

if TYPE_CHECKING:
    import asyncio

    from eightbyeight.mock.app import MockApp
    from eightbyeight.mock.response import Response

_METHODS = frozenset({b"GET", b"POST"})
# What these ask for is uvicorn's work; a connection that says no more than keep-alive does not.
_SPECIAL = frozenset({b"connection", b"expect", b"transfer-encoding", b"upgrade"})
_USUAL = (b"connection", b"keep-alive")
_STREAM = streaming.PATH.encode()
# Longer ones come in many pieces, which uvicorn puts together well.
_LONGEST = 1024 * 1024


class _Reader:
    """Is told by the parser what it finds in the bytes of one connection."""

    __slots__ = ("begun", "body", "headers", "is_special", "is_whole", "url")

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Get ready for the next request."""
        self.begun = 0
        self.is_special = self.is_whole = False
        self.url = self.body = b""
        self.headers: list[tuple[bytes, bytes]] = []

    def on_message_begin(self) -> None:
        self.begun += 1

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name in _SPECIAL and (name, value.lower()) != _USUAL:
            self.is_special = True
        self.headers.append((name, value))

    def on_body(self, body: bytes) -> None:
        # The parser tells a whole body at once, unless it comes in pieces.
        self.body = self.body + body if self.body else body

    def on_message_complete(self) -> None:
        self.is_whole = True


class DirectProtocol(Showing, HttpToolsProtocol):
    """uvicorn's protocol with a way past it.

    Each request is read in full, then either answered at once or, byte for byte, handed on.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected."""
        super().connection_made(transport)
        self._mock: MockApp = self.config.app  # type: ignore[assignment]
        self._tls = self.connection.tls
        self._reader: _Reader | None = _Reader()
        self._asked = httptools.HttpRequestParser(self._reader)
        self._raw: list[bytes] = []
        self._length = 0
        self._answered_at = 0.0
        self._idle: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, and answer when the request is there in full."""
        reader = self._reader
        if reader is None:
            super().data_received(data)
            return
        self._raw.append(data)
        self._length += len(data)
        try:
            self._asked.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._hand_on()
            return
        if reader.is_special or reader.begun > 1 or self._length > _LONGEST:
            self._hand_on()
        elif reader.is_whole:
            self._answer(reader)

    def _answer(self, reader: _Reader) -> None:
        method = self._asked.get_method()
        if (
            method not in _METHODS
            or self._asked.get_http_version() != "1.1"
            or not reader.url.startswith(b"/")
            or not reader.url.isascii()
            or b"#" in reader.url
            or _STREAM in reader.url
        ):
            self._hand_on()
            return
        target, given = reader.url.decode(), (reader.headers, reader.body)
        if self._tls is None:
            response = self._mock.handle(method.decode(), target, *given)
        else:
            response = self._mock.handle(method.decode(), target, *given, tls=self._tls)
        if isinstance(response, Troubled) or response.header(b"content-length") is None:
            # It was carried out; how it ends is played there.
            self.app_state[EXCHANGE] = exchange_of(response)
            self._hand_on()
            self.app_state.pop(EXCHANGE, None)
            return
        self.transport.write(_wire(response, self.server_state.default_headers))
        reader.restart()
        self._raw.clear()
        self._length = 0
        self._answered_at = self.loop.time()
        if self._idle is None:
            self._idle = self.loop.call_later(self.timeout_keep_alive, self._end_if_idle)

    def _hand_on(self) -> None:
        """Leave this request and all that follow to uvicorn."""
        raw = self._raw
        self._forget()
        for data in raw:
            super().data_received(data)

    def _forget(self) -> None:
        self._reader, self._raw = None, []
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _end_if_idle(self) -> None:
        left = self._answered_at + self.timeout_keep_alive - self.loop.time()
        if left <= 0 and not self._raw:
            self._idle = None
            self.transport.close()
        else:
            wait = left if left > 0 else self.timeout_keep_alive
            self._idle = self.loop.call_later(wait, self._end_if_idle)


def _status_line(status: int) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {status} {phrase}\r\n".encode()


_STATUS_LINES = {status: _status_line(status) for status in range(100, 600)}


def _wire(response: Response, more: list[tuple[bytes, bytes]]) -> bytes:
    """An answer as it goes over the wire, as uvicorn would write it."""
    parts = [_STATUS_LINES[response.status]]
    for name, value in more:
        parts += (name, b": ", value, b"\r\n")
    for name, value in response.headers:
        parts += (name, b": ", value, b"\r\n")
    parts += (b"\r\n", response.body)
    return b"".join(parts)
