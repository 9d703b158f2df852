"""Ordinary requests without ASGI between the socket and the mock: several times as fast.

Everything that is the least bit special is left to uvicorn, and with it the rest of its connection.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from eightbyeight.mock.connection import EXCHANGE
from eightbyeight.mock.effects import Troubled, exchange_of
from eightbyeight.mock.heads import END, Head, KnownHeads, Reader
from eightbyeight.mock.showing import Showing

if TYPE_CHECKING:
    import asyncio

    from eightbyeight.mock.app import MockApp
    from eightbyeight.mock.response import Response

# Longer ones come in many pieces, which uvicorn puts together well.
_LONGEST = 1024 * 1024


class DirectProtocol(Showing, HttpToolsProtocol):
    """uvicorn's protocol with a way past it.

    Each request is read in full, then either answered at once or, byte for byte, handed on.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected."""
        super().connection_made(transport)
        self._mock: MockApp = self.config.app  # type: ignore[assignment]
        self._tls = self.connection.tls
        self._reader: Reader | None = Reader()
        self._known = KnownHeads()
        self._asked = httptools.HttpRequestParser(self._reader)
        self._raw: list[bytes] = []
        self._length = 0
        self._is_held, self._held = False, b""
        self._answered_at = 0.0
        self._idle: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self._forget()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client does not read what it asked for: it may ask no more until it does."""
        super().pause_writing()
        if self._reader is not None:
            self._is_held = True
            self.flow.pause_reading()

    def resume_writing(self) -> None:
        """The client has read most of it."""
        super().resume_writing()
        if self._is_held:
            held, self._held, self._is_held = self._held, b"", False
            self.flow.resume_reading()
            if held:
                self.data_received(held)

    def data_received(self, data: bytes) -> None:
        """Read on, and answer when a request is there in full."""
        if self._reader is not None and not self._raw:
            data = self._answer_known(data)
            if not data:
                return
            if self._is_held and self._reader is not None:
                self._held = data
                return
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
            head = reader.head(self._asked)
            if head is None:
                self._hand_on()
                return
            if len(self._raw) == 1:
                self._known.add(data, head)
            body = reader.body
            reader.restart()
            self._answer(head, body)

    def _answer_known(self, data: bytes) -> bytes:
        """Answer requests that are there in full and have a known head. Returns what follows."""
        while data and self._reader is not None and not self._is_held:
            start = data.find(END) + len(END)
            head = self._known.find(data[:start])
            if head is None or start + head.length > len(data):
                break
            end = start + head.length
            self._raw.append(data[:end])
            self._answer(head, data[start:end])
            data = data[end:]
        return data

    def _answer(self, head: Head, body: bytes) -> None:
        method, target, headers, _ = head
        if self._tls is None:
            response = self._mock.handle(method, target, headers, body)
        else:
            response = self._mock.handle(method, target, headers, body, tls=self._tls)
        if isinstance(response, Troubled) or response.header(b"content-length") is None:
            # It was carried out; how it ends is played there.
            self.app_state[EXCHANGE] = exchange_of(response)
            self._hand_on()
            self.app_state.pop(EXCHANGE, None)
            return
        self.transport.write(_wire(response, self.server_state.default_headers))
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
        if left <= 0 and not self._raw and not self._is_held:
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
