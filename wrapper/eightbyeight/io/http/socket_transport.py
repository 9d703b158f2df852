"""Sends requests over plain sockets, for which a call costs a tenth of what it costs with httpx.

A socket says of each piece whether the kernel has taken it. So it is known exactly which request has left in full; only
Ctrl-C and the clock, which may strike between the taking and the telling, leave a doubt, and that in the last piece.
"""

from __future__ import annotations

import functools
import select
import socket
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from weakref import finalize

from ...core.reply import Reply, TransportFailure
from .address import address_of
from .backend import KEPT_ALIVE, MOST_CONNECTIONS
from .phases import PIECE
from .reply_reader import BrokenReply, ReplyReader
from .request_head import end_of_head, opening_of
from .thread_lanes import ThreadLanes
from .trust import shared_ssl_context

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...core.retry import Timeouts
    from .address import Address, Origin
    from .backend import Headers

_MOST_AT_ONCE = 1 << 16  # bytes of a reply that are read at once


class SocketTransport:
    """Keeps the connections of a Client; every call that is under way has one to itself."""

    def __init__(self) -> None:
        self._lanes = ThreadLanes(_Lane, most=MOST_CONNECTIONS, kept_alive=KEPT_ALIVE)
        # Runs once: when it is called, when nobody holds this any more, or when the program ends.
        self._close = finalize(self, self._lanes.close)

    def send(
        self, method: str, url: str, headers: Headers, content: bytes | None, timeouts: Timeouts
    ) -> Reply | TransportFailure:
        """Send one request; a failure of the connection, and Ctrl-C, is returned, not raised."""
        ends = time.monotonic() + timeouts.deadline
        lanes, lane, reply = self._lanes, None, None
        try:
            address = address_of(url)
            lanes.wait_for_slot(min(timeouts.pool, timeouts.deadline))
            lane = lanes.take(address.origin)
            reply = lane.send(method, address, headers, content, timeouts, ends)
            used, lane = lane, None  # from here on it may be another call's
            if used.is_connected:
                lanes.give_back(used)
            return reply
        except BaseException as error:  # noqa: BLE001  # Ctrl-C may strike anywhere
            if lane is not None:
                lane.close()  # whatever is left in it
                return lane.failure_for(error)
            if not isinstance(error, Exception):
                kind = "interrupted"
            elif reply is not None:  # a handler of signals has raised it
                kind = "read"
            else:
                kind = "pool" if isinstance(error, TimeoutError) else "local"
            return TransportFailure(kind, body_sent=reply is not None, cause=error)
        finally:
            lanes.free_slot()

    def close(self) -> None:
        """Close the connections: of those that send now, when they are done."""
        self._close()


class _Lane:
    """One connection, used by one call at a time. It knows how far the last request came."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.used_at = 0.0
        self.is_connected = False
        self._socket: socket.socket | None = None
        self._is_readable: Callable[[], object]
        self._patience = 0.0  # the socket's timeout, in seconds
        self._opening = b""
        self._opening_of: object = None
        self._phase = "connect"
        self._body_sent = False
        self._may_be_whole = False

    def send(
        self,
        method: str,
        address: Address,
        headers: Headers,
        content: bytes | None,
        timeouts: Timeouts,
        ends: float,
    ) -> Reply:
        """Send one request. Raises OSError, BrokenReply, and whatever strikes; ``failure_for`` tells what it means."""
        self._phase, self._body_sent, self._may_be_whole = "connect", False, False
        needed = (method, address, tuple(headers))
        if needed != self._opening_of:  # most of a head is as it was the last time
            self._opening = opening_of(method, address, headers)
            self._opening_of = needed
        head = self._opening + end_of_head(content)
        sock = self._socket
        if sock is None or not self.is_connected:
            sock = self._connect(timeouts.connect, ends)
        self._phase = "write"
        try:
            self._write(sock, head, content or b"", timeouts.write, ends)
        except OSError as error:
            # Not the kernel's: a timeout, or of a handler of signals, at any moment.
            if error.errno is None:
                raise
            self._may_be_whole = False  # what it was raised for has not left
            return self._refusal(sock, error, timeouts.read, ends)
        self._body_sent = True
        self._phase = "read"
        reader = self._read(sock, timeouts.read, ends)
        if reader.is_last:
            self.close()
        return reader.reply()

    def _write(
        self, sock: socket.socket, head: bytes, content: bytes, patience: float, ends: float
    ) -> None:
        """Hand over the request, in one piece when it is small."""
        for start in range(0, len(content) or 1, PIECE):
            piece = head + content[start : start + PIECE]
            head = b""
            self._wait_at_most(sock, patience, ends)
            self._may_be_whole = start + PIECE >= len(content)
            sent = sock.send(piece)
            while sent < len(piece):
                self._wait_at_most(sock, patience, ends)
                sent += sock.send(memoryview(piece)[sent:])

    def _read(self, sock: socket.socket, patience: float, ends: float) -> ReplyReader:
        reader = ReplyReader()
        while not reader.is_done:
            self._wait_at_most(sock, patience, ends)
            reader.feed(sock.recv(_MOST_AT_ONCE))
        return reader

    def _refusal(
        self, sock: socket.socket, failure: OSError, patience: float, ends: float
    ) -> Reply:
        """Return the reply of a server that did not want the whole body. Raises ``failure`` when there is none."""
        try:
            reply = self._read(sock, patience, ends).reply()
        except (OSError, BrokenReply):
            raise failure from None
        self.close()
        return reply

    def _wait_at_most(self, sock: socket.socket, patience: float, ends: float) -> None:
        """Limit the next wait. Raises TimeoutError when the deadline has passed."""
        left = ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline of the call has passed")
        patience = min(patience, left)
        if patience != self._patience:
            sock.settimeout(patience)
            self._patience = patience

    def _connect(self, patience: float, ends: float) -> socket.socket:
        # As bytes, because Python loads a codec, and the tables of Unicode, for any text.
        host, port = self.origin.host.encode(), self.origin.port
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        while True:
            family, kind, protocol, _, place = found.pop(0)
            try:
                self._patience = 0.0
                self._socket = sock = socket.socket(family, kind, protocol)
                self._wait_at_most(sock, patience, ends)
                sock.connect(place)
            except OSError:
                self.close()
                if not found:
                    raise
            else:
                break
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.origin.scheme == "https":
            sock = self._encrypt(sock, patience, ends)
        self._is_readable = _watch(sock)
        self.is_connected = True
        return sock

    def _encrypt(self, sock: socket.socket, patience: float, ends: float) -> socket.socket:
        context = shared_ssl_context()
        context.set_alpn_protocols(["http/1.1"])
        try:
            self._socket = encrypted = context.wrap_socket(
                sock, server_hostname=self.origin.host, do_handshake_on_connect=False
            )
        except KeyboardInterrupt:
            # For a moment in there two objects hold the same file descriptor. If one closed it now and one later, the
            # later might close what has the same number by then; left alone, they go together.
            self._socket = None
            raise
        self._wait_at_most(encrypted, patience, ends)
        encrypted.do_handshake()
        return encrypted

    def is_usable(self) -> bool:
        """Tell whether another request may be sent over it: it is fresh, and the peer has said nothing since."""
        sock = self._socket
        is_fresh = time.monotonic() - self.used_at <= KEPT_ALIVE
        return is_fresh and sock is not None and not self._is_readable()

    def close(self) -> None:
        """Close the connection, if there is one."""
        sock, self._socket, self.is_connected = self._socket, None, False
        if sock is not None:
            with suppress(OSError):  # there is nothing more to do about it
                sock.close()

    def failure_for(self, error: BaseException) -> TransportFailure:
        """Say in which phase the last request failed."""
        is_in_doubt = self._may_be_whole and not self._body_sent
        body_sent = None if is_in_doubt else self._body_sent
        if not isinstance(error, Exception):
            return TransportFailure("interrupted", body_sent, error)
        kind = self._phase
        if kind == "read" and not isinstance(error, OSError):
            kind = "protocol"
        elif kind == "read" and isinstance(error, TimeoutError):
            kind = "timeout"
        return TransportFailure(kind, body_sent, error)


def _watch(sock: socket.socket) -> Callable[[], object]:
    """Return what tells whether there is something to read."""
    if sys.platform == "win32":
        return lambda: select.select([sock], [], [], 0)[0]
    watched = select.poll()  # quicker, and it knows no highest number of a file
    watched.register(sock, select.POLLIN)
    return functools.partial(watched.poll, 0)
