"""How far a request came: the evidence that tells what was not sent from what may have been."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

PIECE = 1 << 16  # bytes of a large body that are handed over at once


class PhaseTrace:
    """Remembers how far a request came, from the events that httpcore reports.

    ``body_sent`` stays None when the transport reports nothing. A proxy's CONNECT is a request of its own, so each
    request that starts resets it, and the end of its own counts for nothing.

    ``may_be_whole`` is true from the moment in which the last piece of the body is handed to the connection. Until
    its end is reported, it may have left or not. ``is_complete`` says that the transport is known to report all
    it does, so that silence means that nothing was done. ``is_repeated`` says that a transport of the caller's has
    sent the request before, perhaps whole: what becomes of the last try proves nothing then.
    """

    __slots__ = (
        "body_sent",
        "head_sent",
        "in_tunnel",
        "is_complete",
        "is_repeated",
        "may_be_whole",
    )

    def __init__(self, *, is_complete: bool = False) -> None:
        self.is_complete = is_complete
        self.body_sent: bool | None = None
        self.head_sent = False
        self.in_tunnel = False
        self.is_repeated = False
        self.may_be_whole = False

    def __call__(self, event: str, info: Any) -> None:
        """Note one event of a synchronous transport."""
        if self.body_sent is None:
            self.body_sent = False
        if ".send_request_" not in event:
            return
        if event.endswith("send_request_headers.started"):
            self.is_repeated = self.is_repeated or self.may_be_whole
            self.body_sent = self.head_sent = self.may_be_whole = False
            self.in_tunnel = getattr(info.get("request"), "method", None) == b"CONNECT"
        elif event.endswith("send_request_headers.complete"):
            self.head_sent = True
        elif event.endswith("send_request_body.started"):
            self.may_be_whole = not self.in_tunnel  # unless Pieces knows better
        elif event.endswith("send_request_body.complete"):
            self.body_sent = not self.in_tunnel

    async def note(self, event: str, info: Any) -> None:
        """Note one event of an asynchronous transport."""
        self(event, info)

    @property
    def is_untouched(self) -> bool:
        """Whether it is certain that no request has begun to leave."""
        return self.is_complete and not (self.head_sent or self.body_sent or self.may_be_whole)

    def when_cut_off(self) -> bool | None:
        """Return ``body_sent`` for a request that was cut off by the clock, Ctrl-C or cancellation.

        Those may strike when the last bytes are out and before their end is reported, so that is no proof then.
        """
        is_in_doubt = self.may_be_whole or self.is_repeated
        return None if self.body_sent is False and is_in_doubt else self.body_sent


class Outgoing:
    """The bytes of one request on their way to the connection, which knows no other of it.

    Head and body, which httpcore writes one by one, leave together: a packet less each time.

    Args:
        length: How many bytes the body has.
        trace: What to tell how far it came.
    """

    __slots__ = ("_head", "_left", "_trace")

    def __init__(self, length: int, trace: PhaseTrace) -> None:
        self._left = length
        self._trace = trace
        self._head: bytes | None = None

    def pieces(self, buffer: bytes) -> Iterator[bytes]:
        """Yield what to write now. Each must have been written when the next one is asked for."""
        if self._head is None:
            self._head = b""
            if self._left:  # the head waits for the body
                self._head = buffer
                return
        elif not buffer:  # the end, which takes no bytes
            return
        else:
            self._left -= len(buffer)
        for start in range(0, len(buffer), PIECE):
            piece, self._head = self._head + buffer[start : start + PIECE], b""
            self._trace.may_be_whole = not self._left and start + PIECE >= len(buffer)
            yield piece
        self._trace.body_sent = not self._left


class Pieces:
    """A large body in pieces, to be mixed into a byte stream of httpx."""

    _content: bytes
    _trace: PhaseTrace

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._content), PIECE):
            self._trace.may_be_whole = start + PIECE >= len(self._content)
            yield self._content[start : start + PIECE]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece
