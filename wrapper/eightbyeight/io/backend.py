"""The HTTP library behind the clients. No other module of the package imports it."""

from __future__ import annotations

import functools
import ssl
from typing import TYPE_CHECKING, Any

import httpx

from ..core.reply import Reply, TransportFailure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from ..core.retry import Timeouts

# Names and values as they go over the wire: httpx takes them without encoding them again.
Headers = list[tuple[bytes, bytes]]

_PIECE = 1 << 16  # bytes of a large body that are handed over at once

# Given with each request, so that the auth of a borrowed client cannot replace the API key.
NO_AUTH = httpx.Auth()

# httpx keeps 20 of 100 connections open by default: whoever sends more at once would pay for new ones all the time.
# A connection that is idle for longer may be closed by the API just when it is used.
CONNECTIONS = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=5.0)

_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (httpx.ConnectError, "connect"),
    (httpx.ConnectTimeout, "connect"),
    (httpx.ProxyError, "connect"),
    (httpx.PoolTimeout, "pool"),
    (httpx.UnsupportedProtocol, "local"),
    (httpx.InvalidURL, "local"),
    (httpx.WriteTimeout, "write"),
    (httpx.WriteError, "write"),
    (httpx.ReadTimeout, "timeout"),
    (TimeoutError, "timeout"),  # the deadline's
    (httpx.ReadError, "read"),
)


class PhaseTrace:
    """Remembers how far a request came, from the events that httpcore reports.

    ``body_sent`` stays None when the transport reports nothing. A proxy's CONNECT is a request of its own, so each
    request that starts resets it, and the end of its own counts for nothing.

    ``may_be_whole`` is true from the moment in which the last piece of the body is handed to the connection. Until
    its end is reported, it may have left or not. ``is_complete`` says that the transport is known to report all
    it does, so that silence means that nothing was done.
    """

    __slots__ = ("body_sent", "head_sent", "in_tunnel", "is_complete", "may_be_whole")

    def __init__(self, *, is_complete: bool = False) -> None:
        self.is_complete = is_complete
        self.body_sent: bool | None = None
        self.head_sent = False
        self.in_tunnel = False
        self.may_be_whole = False

    def __call__(self, event: str, info: Any) -> None:
        """Note one event of a synchronous transport."""
        if self.body_sent is None:
            self.body_sent = False
        if event.endswith("send_request_headers.started"):
            self.body_sent = self.head_sent = self.may_be_whole = False
            self.in_tunnel = getattr(info.get("request"), "method", None) == b"CONNECT"
        elif event.endswith("send_request_headers.complete"):
            self.head_sent = True
        elif event.endswith("send_request_body.started"):
            self.may_be_whole = not self.in_tunnel  # unless _Pieces knows better
        elif event.endswith("send_request_body.complete"):
            self.body_sent = not self.in_tunnel

    async def note(self, event: str, info: Any) -> None:
        """Note one event of an asynchronous transport."""
        self(event, info)

    def when_cut_off(self) -> bool | None:
        """Return ``body_sent`` for a request that was cut off by the clock, Ctrl-C or cancellation.

        Those may strike when the last bytes are out and before their end is reported, so that is no proof then.
        """
        return None if self.body_sent is False and self.may_be_whole else self.body_sent


class _Pieces(httpx.ByteStream):
    """A large body in pieces: as long as the last was not handed over, nobody can have the whole."""

    def __init__(self, content: bytes, trace: PhaseTrace) -> None:
        super().__init__(content)
        self._content = content
        self._trace = trace

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._content), _PIECE):
            self._trace.may_be_whole = start + _PIECE >= len(self._content)
            yield self._content[start : start + _PIECE]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece


@functools.lru_cache(maxsize=256)
def _parsed(url: str) -> httpx.URL:
    return httpx.URL(url)


class _NoCookies(httpx.Cookies):
    """Keeps no cookie: the API sets none, and those of a gateway are nobody's business."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Look away."""


def keep_no_cookies(client: httpx.Client | httpx.AsyncClient) -> None:
    """Spare a client of ours the search for cookies, which costs as much as reading a small answer."""
    client._cookies = _NoCookies()


@functools.cache
def shared_ssl_context() -> ssl.SSLContext:
    """The TLS settings of all clients that bring none: loading the trust store once saves most of a client's cost."""
    return httpx.create_ssl_context()


def build_request(
    method: str,
    url: str,
    headers: Headers,
    content: bytes | None,
    timeouts: Timeouts,
    trace: PhaseTrace,
    *,
    is_async: bool = False,
) -> httpx.Request:
    """Make a finished request, whose way ``trace`` follows.

    Handing it to ``send`` skips the merging of URL, headers and cookies that ``Client.request`` does, and its
    headers and stream are given whole, which skips the looking for them. Its timeouts must then travel as an
    extension.
    """
    target = _parsed(url)
    whole = [(b"Host", target.netloc), *headers]
    if content is not None:
        whole.append((b"Content-Length", b"%d" % len(content)))
    request = httpx.Request(
        method,
        target,
        headers=whole,
        stream=httpx.ByteStream(content or b""),
        extensions={
            "timeout": {
                "connect": timeouts.connect,
                "read": timeouts.read,
                "write": timeouts.write,
                "pool": timeouts.pool,
            },
            "trace": trace.note if is_async else trace,
        },
    )
    request.read()  # so that hooks and transports of the caller may look at its content
    if content is not None and len(content) > _PIECE:
        request.stream = _Pieces(content, trace)
    return request


def to_reply(response: httpx.Response, content: bytes | None = None) -> Reply:
    """Take from a response what the library keeps of it; ``content`` is its body, if read by hand."""
    return Reply(
        response.status_code,
        {
            name.lower().decode("latin-1"): value.decode("latin-1")
            for name, value in response.headers.raw
        },
        response.content if content is None else content,
    )


def to_failure(error: BaseException, trace: PhaseTrace, *, is_closed: bool) -> TransportFailure:
    """Say in which phase a request failed."""
    if not isinstance(error, Exception):
        # Before the first event it waited for a free connection. (Whoever replaces httpx's transport in a test
        # raises Exceptions, of which silence proves nothing.)
        is_waiting = trace.is_complete and trace.body_sent is None
        return TransportFailure("interrupted", False if is_waiting else trace.when_cut_off(), error)
    if is_closed and isinstance(error, RuntimeError):  # httpx's word for a closed client
        return TransportFailure("local", body_sent=False, cause=error)
    kind = next((kind for cls, kind in _KINDS if isinstance(error, cls)), "protocol")
    # Once the head has left, HTTP/2 says so of a peer that has reset the stream: no fault of the request.
    if isinstance(error, httpx.LocalProtocolError) and not (trace.head_sent or trace.body_sent):
        kind = "local"
    if trace.in_tunnel and trace.body_sent is False and kind != "pool":
        kind = "connect"
    is_late = isinstance(error, TimeoutError | httpx.TimeoutException)
    return TransportFailure(kind, trace.when_cut_off() if is_late else trace.body_sent, error)
