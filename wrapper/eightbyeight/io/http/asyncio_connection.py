"""One connection of an event loop, which knows how far a request has come.

The buffer of its transport is empty when the kernel has taken all. What was still in it when the connection ended has
not left.
"""

from __future__ import annotations

import socket
from asyncio import Protocol, SelectorEventLoop
from typing import TYPE_CHECKING, cast

from ...core.reply import Reply, TransportFailure
from .backend import KEPT_ALIVE
from .phases import PIECE
from .reply_reader import BrokenReply, ReplyReader

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Future, TimerHandle, Transport
    from asyncio.transports import BaseTransport

    from ...core.retry import Timeouts
    from .address import Origin

_MOST_AT_ONCE = 1 << 16  # bytes that are read at once of what a broken connection has left


class Connection(Protocol):
    """A connection, and the call that has it to itself.

    Args:
        loop: Its event loop.
        origin: Where it leads.
        sock: Its socket, connected. It is closed together with the transport, and not by anybody else.
        opened: The connections that are open; it enters and leaves by itself.

    Attributes:
        used_at: When it was given back, by the loop's clock.
    """

    __slots__ = (
        "_alarm",
        "_alarm_at",
        "_body_sent",
        "_ends",
        "_error",
        "_is_exact",
        "_is_full",
        "_is_over",
        "_is_writing",
        "_loop",
        "_may_be_whole",
        "_opened",
        "_patience",
        "_raw",
        "_reader",
        "_socket",
        "_transport",
        "_until",
        "_waiter",
        "origin",
        "used_at",
    )

    def __init__(
        self,
        loop: AbstractEventLoop,
        origin: Origin,
        sock: socket.socket,
        opened: set[Connection],
    ) -> None:
        self.origin = origin
        self.used_at = 0.0
        self._loop = loop
        self._socket = sock
        self._opened = opened
        # What takes the request, and what hands it to the kernel: another one under TLS.
        self._transport: Transport | None = None
        self._raw: Transport | None = None
        self._is_over = False
        # Whether what is left in the buffer is missing in the request. Under TLS it may be more than that. On Windows
        # the kernel fetches it by itself, and uvloop goes on writing for a moment behind an abort.
        self._is_exact = origin.scheme == "http" and isinstance(loop, SelectorEventLoop)
        # The call that is under way, if there is a reader; what ended it; who waits for that.
        self._reader: ReplyReader | None = None
        self._error: BaseException | None = None
        self._waiter: Future[None] | None = None
        # How far its request has come.
        self._is_full = False
        self._is_writing = False
        self._may_be_whole = False
        self._body_sent = False
        # One alarm serves many waits: when it goes off, it is set again for the one that is under way then.
        self._alarm: TimerHandle | None = None
        self._alarm_at = 0.0
        self._patience = 0.0
        self._until = 0.0
        self._ends = 0.0

    # --- a call

    async def exchange(
        self, head: bytes, content: bytes | None, timeouts: Timeouts, ends: float
    ) -> Reply | TransportFailure:
        """Send a request and return what came of it. A connection that failed is closed.

        ``ends`` is the end of the call by the loop's clock.
        """
        reader = self._reader = ReplyReader()
        self._may_be_whole = self._body_sent = False
        self._is_writing = True
        self._ends = ends
        if self._is_over:
            self._fail(ConnectionAbortedError("the connection ended as soon as it was made"))
        try:
            await self._write(head, content, timeouts.write)
            if self._is_under_way():
                self._is_writing = False
                await self._wait(timeouts.read)
            failed = self._error
            if failed is None:
                reply = reader.reply()
                if reader.is_last or self._is_writing:
                    self.abort()
                return reply
        except BaseException as error:  # noqa: BLE001  # there is cancellation, too
            return self.failure_for(error)
        finally:
            self._reader = self._error = None
        self.abort()
        return self._failure(failed, is_exact=self._is_exact)

    def failure_for(self, error: BaseException) -> TransportFailure:
        """Close the connection, and say how far its request came when it was cut off from outside.

        That may strike between the writing of bytes and their being counted.
        """
        self._note_progress()
        self.abort()
        return self._failure(error, is_exact=False)

    async def _write(self, head: bytes, content: bytes | None, patience: float) -> None:
        if content is None or len(content) <= PIECE:
            self._hand_over(head if content is None else head + content, is_last=True)
        else:
            self._hand_over(head + content[:PIECE], is_last=False)
            rest = memoryview(content)
            for start in range(PIECE, len(content), PIECE):
                if self._is_full or not self.is_open:
                    await self._wait(patience)
                if not self._is_under_way():
                    return
                self._hand_over(rest[start : start + PIECE], is_last=start + PIECE >= len(content))
        if self._is_full or not self.is_open:
            await self._wait(patience)

    def _hand_over(self, piece: bytes | memoryview, *, is_last: bool) -> None:
        if self._transport is None or not self.is_open:
            return  # why not is told in a moment
        self._may_be_whole = is_last
        self._transport.write(piece)
        self._note_progress()

    def _note_progress(self) -> None:
        """Note whether all has left. A connection that broke, whose buffer is empty as well, tells nothing."""
        raw = self._raw
        if (
            self._may_be_whole
            and not self._is_full
            and raw is not None
            and not raw.is_closing()
            and not raw.get_write_buffer_size()
        ):
            self._body_sent = True

    def _is_under_way(self) -> bool:
        return self._error is None and self._reader is not None and not self._reader.is_done

    async def _wait(self, patience: float) -> None:
        """Wait until the buffer is empty or the call is over, but no longer than ``patience`` seconds."""
        if not self._is_under_way():
            return
        self._patience = patience
        self._until = until = min(self._loop.time() + patience, self._ends)
        if self._alarm is None or until < self._alarm_at:
            self._set_alarm()
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def _fail(self, error: BaseException) -> None:
        """End the call that is under way, unless it is over."""
        if self._is_under_way():
            self._note_progress()
            self._error = error
            self._wake()

    def _failure(self, error: BaseException, *, is_exact: bool) -> TransportFailure:
        if not isinstance(error, Exception):
            kind = "interrupted"
        elif isinstance(error, BrokenReply):
            kind = "protocol"
        elif self._is_writing:
            kind = "write"
        else:
            kind = "timeout" if isinstance(error, TimeoutError) else "read"
        is_in_doubt = self._may_be_whole and not is_exact
        return TransportFailure(kind, self._body_sent or (None if is_in_doubt else False), error)

    # --- the clock

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_at = self._until
        self._alarm = self._loop.call_at(self._until, self._look_at_clock)

    def _look_at_clock(self) -> None:
        self._alarm = None
        if self._waiter is None:
            return
        now = self._loop.time()
        if now < self._until:
            self._set_alarm()
        elif now >= self._ends:
            self._fail(TimeoutError("the deadline of the call has passed"))
        else:
            what = "was taken" if self._is_writing else "came"
            self._fail(TimeoutError(f"nothing {what} within {self._patience:g} s"))

    # --- between calls

    def is_usable(self, now: float) -> bool:
        """Tell whether another request may be sent over it: it is fresh, and the peer has said nothing since."""
        if not self.is_open or now - self.used_at > KEPT_ALIVE:
            return False
        # The loop may not have had the time to see it.
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

    @property
    def is_open(self) -> bool:
        """Whether it has not been closed, from either side."""
        transport, raw = self._transport, self._raw
        if self._is_over or transport is None or raw is None or raw.is_closing():
            return False
        return transport is raw or not transport.is_closing()

    def abort(self, why: Exception | None = None) -> None:
        """Close it, and throw away what waits to be written. A call that is under way ends with ``why``."""
        if why is not None:
            self._fail(why)
        if self._transport is not None:
            self._transport.abort()

    # --- what the transport calls

    def connection_made(self, transport: BaseTransport) -> None:
        """Take the transport, when there is no TLS."""
        self.begin(cast("Transport", transport), cast("Transport", transport))

    def begin(self, transport: Transport, raw: Transport) -> None:
        """Take the transport, and the one behind it that writes to the socket."""
        self._transport, self._raw = transport, raw
        # To be told when something waits in the buffer and when nothing does any more. One of TLS compares in
        # another way: it is full from the limit on.
        transport.set_write_buffer_limits(high=0 if transport is raw else 1)
        if not self._is_over:
            self._opened.add(self)

    def pause_writing(self) -> None:
        """Note that something waits in the buffer."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Note that the buffer is empty."""
        self._is_full = False
        self._note_progress()
        if self._is_writing:
            self._wake()

    def data_received(self, data: bytes) -> None:
        """Read a piece of the reply."""
        if self._reader is None:  # nobody has asked
            self._is_over = True
            self.abort()
            return
        self._read(self._reader, data)
        if not self._is_writing:
            self._until = min(self._loop.time() + self._patience, self._ends)

    def eof_received(self) -> None:
        """Note that nothing more comes; the transport then closes itself."""
        self._is_over = True
        if self._reader is not None:
            self._read(self._reader, b"")
        if self._is_writing:  # what waits in the buffer would leave yet, and nobody would know
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end of the connection."""
        if self._is_exact:
            self._read_what_is_left()
            if (
                exc is not None
            ):  # the kernel's errors have a number, those of a handler of signals have none
                self._is_exact = getattr(exc, "errno", None) is not None
        self._is_over = True
        self._transport = self._raw = None
        self._opened.discard(self)
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if exc is not None:
            self._fail(exc)
        elif self._reader is not None:
            self._read(self._reader, b"")

    def _read(self, reader: ReplyReader, data: bytes) -> None:
        if reader.is_done and not data:
            reader.is_last = True
            return
        try:
            reader.feed(data)
        except BrokenReply as error:
            self._fail(error)
        else:
            if reader.is_done:
                self._wake()

    def _read_what_is_left(self) -> None:
        """Read what came before the connection broke. A transport that fails to write looks for nothing more."""
        while self._reader is not None and self._is_under_way():
            try:
                data = self._socket.recv(_MOST_AT_ONCE)
            except OSError:
                return
            if not data:
                return
            self._read(self._reader, data)
