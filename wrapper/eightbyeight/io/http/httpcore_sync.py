"""Sends requests over connections of httpcore, each of which serves one call at a time."""

from __future__ import annotations

import functools
import socket
import time
from typing import TYPE_CHECKING, Any
from weakref import finalize

from ...core.reply import Reply, TransportFailure
from .address import address_of
from .backend import KEPT_ALIVE, MOST_CONNECTIONS
from .httpcore_library import core_library, has_more, to_reply
from .phases import Outgoing, PhaseTrace
from .thread_lanes import ClosedError, ThreadLanes
from .trust import shared_ssl_context

if TYPE_CHECKING:
    import httpcore

    from ...core.retry import Timeouts
    from .address import Origin
    from .backend import Headers
    from .httpcore_library import HttpcoreLibrary


class HttpcoreTransport:
    """Keeps the connections of a Client. ``name`` is the library whose core it uses."""

    def __init__(self, name: str) -> None:
        self._library = core_library(name)
        make = functools.partial(_Lane, self._library)
        self._lanes: ThreadLanes[_Lane] = ThreadLanes(
            make, most=MOST_CONNECTIONS, kept_alive=KEPT_ALIVE
        )
        # Runs once: when it is called, when nobody holds this any more, or when the program ends.
        self._close = finalize(self, self._lanes.close)

    def send(
        self, method: str, url: str, headers: Headers, content: bytes | None, timeouts: Timeouts
    ) -> Reply | TransportFailure:
        """Send one request; a failure of the connection, and Ctrl-C, is returned, not raised."""
        trace = PhaseTrace(is_complete=True)
        ends = time.monotonic() + timeouts.deadline
        lane = None
        try:
            try:
                address = address_of(url)
                self._lanes.wait_for_slot(min(timeouts.pool, timeouts.deadline))
            except (ValueError, TimeoutError) as error:
                kind = "pool" if isinstance(error, TimeoutError) else "local"
                return TransportFailure(kind, body_sent=False, cause=error)
            trace.body_sent = False
            lane = self._lanes.take(address.origin)
            request = self._library.request(method, address, headers, content, timeouts)
            reply = lane.send(request, Outgoing(len(content or b""), trace), ends)
            used, lane = lane, None  # from here on it may be another call's
            self._lanes.give_back(used)
            return reply
        except BaseException as error:  # noqa: BLE001  # Ctrl-C may strike anywhere
            if lane is not None:
                lane.close()  # whatever is left in it
            is_closed = isinstance(error, ClosedError)
            return self._library.errors.to_failure(error, trace, is_closed=is_closed)
        finally:
            self._lanes.free_slot()

    def close(self) -> None:
        """Close the connections: of those that send now, when they are done."""
        self._close()


class _Lane:
    """One connection, used by one call at a time."""

    def __init__(self, library: HttpcoreLibrary, origin: Origin) -> None:
        self.origin = origin
        self.used_at = 0.0
        self._is_clean = False
        self._wire = _Wire(library.module)
        self._connection: httpcore.HTTPConnection = library.module.HTTPConnection(
            library.origin(origin),
            ssl_context=shared_ssl_context() if origin.scheme == "https" else None,
            keepalive_expiry=KEPT_ALIVE,
            network_backend=self._wire,
        )

    def send(self, request: httpcore.Request, outgoing: Outgoing, ends: float) -> Reply:
        """Send one request. Raises what httpcore does, and ValueError for a body that cannot be decompressed."""
        self._wire.begin(outgoing, ends)
        response = self._connection.handle_request(request)
        content = b"".join(response.iter_stream())
        response.close()
        self._is_clean = not has_more(self._connection)
        return to_reply(response, content)

    def is_usable(self) -> bool:
        """Tell whether another request may be sent over it."""
        connection = self._connection
        return self._is_clean and connection.is_available() and not connection.has_expired()

    def close(self) -> None:
        """Close the connection, whatever state Ctrl-C has left it in."""
        self._connection.close()
        self._wire.close()


class _Wire:
    """What httpcore sends bytes with and gets them from: it knows what has left, and keeps to the deadline.

    httpcore's timeouts limit each wait and not their sum, and a peer that gives a byte now and then would be read for
    ever.
    """

    def __init__(self, module: Any) -> None:
        self._module = module
        self._inner: Any = module.SyncBackend()
        self._stream: Any = None
        self._outgoing: Outgoing
        self._ends = 0.0

    def begin(self, outgoing: Outgoing, ends: float) -> None:
        """Expect a request."""
        self._outgoing, self._ends = outgoing, ends

    def _cut(self, timeout: float | None, late: str) -> float:
        """Return what is left of the deadline, if that is less."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise getattr(self._module, late)("the deadline of the call has passed")
        return left if timeout is None else min(timeout, left)

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **more: Any) -> _Wire:
        """Connect. The connection's stream is this object, too.

        To one address after the other, because the socket module gives each of them the whole of the time.
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise self._module.ConnectError(str(error)) from error
        places = [str(place[0]) for *_, place in found]
        while True:
            address = places.pop(0)
            patience = self._cut(timeout, "ConnectTimeout")
            try:
                self._stream = self._inner.connect_tcp(address, port, timeout=patience, **more)
            except (self._module.ConnectError, self._module.ConnectTimeout):
                if not places:
                    raise
            else:
                return self

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> _Wire:
        """Encrypt the connection."""
        patience = self._cut(timeout, "ConnectTimeout")
        # For a moment in there two objects hold the same file descriptor. If Ctrl-C strikes then, neither is closed
        # here: the later might close what has the same number by then.
        stream, self._stream = self._stream, None
        self._stream = stream.start_tls(ssl_context, server_hostname, patience)
        return self

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write a part of the request."""
        for piece in self._outgoing.pieces(buffer):
            try:
                self._stream.write(piece, self._cut(timeout, "WriteTimeout"))
            except self._module.WriteError as error:
                struck = error.__cause__
                if isinstance(struck, OSError) and struck.errno is None:
                    raise struck from None  # by a handler of signals: it proves nothing
                raise

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there."""
        read: bytes = self._stream.read(max_bytes, self._cut(timeout, "ReadTimeout"))
        return read

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._stream is not None:
            self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        """Tell something of the connection, such as whether there is something to read."""
        return self._stream.get_extra_info(info)
