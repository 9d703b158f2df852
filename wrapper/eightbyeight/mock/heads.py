"""The heads of requests, as the parser tells them, and those that are known already.

A client writes much the same head before each of its requests: what it says is found out once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from eightbyeight.mock import streaming

if TYPE_CHECKING:
    import httptools

END = b"\r\n\r\n"

_METHODS = frozenset({b"GET", b"POST"})
# What these ask for is uvicorn's work; a connection that says no more than keep-alive does not.
_SPECIAL = frozenset({b"connection", b"expect", b"transfer-encoding", b"upgrade"})
_USUAL = b"keep-alive"
_STREAM = streaming.PATH.encode()

_MOST_KNOWN = 100
_LONGEST_KNOWN = 4096


class Head(NamedTuple):
    """The head of an ordinary request.

    Attributes:
        method: The HTTP method.
        target: The path as sent, with the query.
        headers: With lower-case names.
        length: Of the body that follows.
    """

    method: str
    target: str
    headers: tuple[tuple[bytes, bytes], ...]
    length: int


class Reader:
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

    def head(self, parser: httptools.HttpRequestParser) -> Head | None:
        """The head of the whole request that was read; None when it is the least bit special."""
        method, url = parser.get_method(), self.url
        if (
            method not in _METHODS
            or parser.get_http_version() != "1.1"
            or not url.startswith(b"/")
            or not url.isascii()
            or b"#" in url
            or _STREAM in url
        ):
            return None
        return Head(method.decode(), url.decode(), tuple(self.headers), len(self.body))

    def on_message_begin(self) -> None:
        """A request begins."""
        self.begun += 1

    def on_url(self, url: bytes) -> None:
        """A piece of its target."""
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """All headers are there."""
        self.is_special = any(
            name in _SPECIAL and (name != b"connection" or value.lower() != _USUAL)
            for name, value in self.headers
        )

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        # The parser tells a whole body at once, unless it comes in pieces.
        self.body = self.body + body if self.body else body

    def on_message_complete(self) -> None:
        """The request is there in full."""
        self.is_whole = True


class KnownHeads:
    """The heads that came lately over one connection, by their bytes."""

    def __init__(self) -> None:
        self._heads: dict[bytes, Head] = {}

    def find(self, written: bytes) -> Head | None:
        """The head that is written so, if it is known."""
        return self._heads.get(written)

    def add(self, request: bytes, head: Head) -> None:
        """Remember the head of a request, the whole of which came at once."""
        written = request[: len(request) - head.length]
        # Who writes lines otherwise than everybody is read anew each time.
        if len(written) > _LONGEST_KNOWN or written.find(END) + len(END) != len(written):
            return
        if len(self._heads) >= _MOST_KNOWN:
            self._heads.clear()
        self._heads[written] = head
