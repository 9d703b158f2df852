"""Sends requests with libcurl, for which a call costs a fifth of what it costs with httpx.

What libcurl reports of a failure are error codes, and those do not tell whether the request was read. The evidence is
the body: it is given piece by piece, so what was never asked for cannot have left.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING

from ..core.reply import Reply, TransportFailure
from ..errors import ConfigurationError
from .backend import KEPT_ALIVE, MOST_CONNECTIONS, Overrides
from .trust import trust_store

try:
    import pycurl
except ModuleNotFoundError as missing:
    if missing.name != "pycurl":
        raise
    raise ConfigurationError(
        'the backend curl needs an extra: pip install "eightbyeight[fast]"'
    ) from None

if TYPE_CHECKING:
    from ..core.retry import Timeouts
    from .backend import Headers

_NAP = 0.005  # seconds between two looks at a transfer that has nothing to wait for, such as a name to look up

# What went wrong behind the beginning of the request; all else is a matter of the protocol.
_KINDS = {
    pycurl.E_SEND_ERROR: "write",
    pycurl.E_RECV_ERROR: "read",
    pycurl.E_OPERATION_TIMEDOUT: "timeout",
}
_NONSENSE = (pycurl.E_URL_MALFORMAT, pycurl.E_UNSUPPORTED_PROTOCOL)


class CurlError(OSError):
    """What libcurl says of a transfer: the number of the error and a text."""


class CurlTransport:
    """Keeps handles of libcurl, each with its connections; every call that is under way has one to itself."""

    def __init__(self) -> None:
        self._idle: deque[_Lane] = deque()
        self._free = threading.Semaphore(MOST_CONNECTIONS)
        self._closed = False

    def send(
        self, method: str, url: str, headers: Headers, content: bytes | None, timeouts: Timeouts
    ) -> Reply | TransportFailure:
        """Send one request; a failure of the connection, and Ctrl-C, is returned, not raised."""
        ends = time.monotonic() + timeouts.deadline
        has_slot, lane = False, None
        body = BytesIO(content or b"")
        try:
            if Overrides.look_at is not None:
                Overrides.look_at(url)
            has_slot = self._free.acquire(timeout=min(timeouts.pool, timeouts.deadline))
            if not has_slot:
                late = TimeoutError("no connection became free")
                return TransportFailure("pool", body_sent=False, cause=late)
            lane = self._take()
            reply = lane.send(method, url, headers, content, body, timeouts, ends)
            used, lane = lane, None  # from here on it may be another call's
            self._give_back(used)
            return reply
        except BaseException as error:  # noqa: BLE001  # Ctrl-C may strike anywhere
            if lane is not None:
                lane.close()  # whatever is left in it
            return _to_failure(error, content, body)
        finally:
            if has_slot:
                self._free.release()

    def _take(self) -> _Lane:
        if self._closed:
            raise _Closed("the client is closed")
        latest = time.monotonic() - KEPT_ALIVE
        try:
            # The last used stays: it costs little, and is the first to be taken again.
            if len(self._idle) > 1 and self._idle[0].used_at < latest:
                self._idle.popleft().close()
            return self._idle.pop()
        except IndexError:  # another thread was faster
            return _Lane()

    def _give_back(self, lane: _Lane) -> None:
        lane.used_at = time.monotonic()
        self._idle.append(lane)
        if self._closed:
            self._close_idle()

    def close(self) -> None:
        """Close the connections: of those that send now, when they are done."""
        self._closed = True
        self._close_idle()

    def _close_idle(self) -> None:
        while self._idle:
            try:
                self._idle.pop().close()
            except IndexError:
                return


class _Closed(RuntimeError):
    """The client was closed before the request began."""


class _Lane:
    """One handle of libcurl, used by one call at a time."""

    def __init__(self) -> None:
        self.used_at = 0.0
        self._curl = curl = pycurl.Curl()
        self._multi = pycurl.CurlMulti()
        curl.setopt(pycurl.NOSIGNAL, 1)  # signals are Python's
        curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
        curl.setopt(pycurl.MAXAGE_CONN, int(KEPT_ALIVE))
        curl.setopt(pycurl.ACCEPT_ENCODING, "gzip, deflate")
        # libcurl would send a request again when a connection that it has used before ends without a reply, though
        # the request may have been executed: but not when it cannot get the body again.
        curl.setopt(pycurl.SEEKFUNCTION, _refuse_to_rewind)
        store = trust_store()
        if store.file is not None:
            curl.setopt(pycurl.CAINFO, store.file)
        if store.folder is not None:
            curl.setopt(pycurl.CAPATH, store.folder)

    def send(
        self,
        method: str,
        url: str,
        headers: Headers,
        content: bytes | None,
        body: BytesIO,
        timeouts: Timeouts,
        ends: float,
    ) -> Reply:
        """Send one request. The callbacks are all written in C, so that Ctrl-C cannot strike within them."""
        curl = self._curl
        head: list[bytes] = []
        received: list[bytes] = []
        curl.setopt(pycurl.URL, url)
        lines = [name + b": " + value for name, value in headers if name != b"Accept-Encoding"]
        if content is None:
            curl.setopt(pycurl.HTTPGET, 1)
        else:
            lines.append(b"Expect:")  # do not wait for a 100 Continue
            curl.setopt(pycurl.POST, 1)
            curl.setopt(pycurl.POSTFIELDSIZE_LARGE, len(content))
            curl.setopt(pycurl.READFUNCTION, body.read)
        curl.setopt(pycurl.CUSTOMREQUEST, method)
        curl.setopt(pycurl.HTTPHEADER, lines)
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, max(1, int(timeouts.connect * 1000)))
        curl.setopt(pycurl.HEADERFUNCTION, head.append)
        curl.setopt(pycurl.WRITEFUNCTION, received.append)
        self._multi.add_handle(curl)
        try:
            self._run(len(content or b""), body, timeouts, ends)
        finally:
            self._multi.remove_handle(curl)
        status: int = curl.getinfo(pycurl.RESPONSE_CODE)
        return Reply(status, _fields(head), b"".join(received))

    def _run(self, length: int, body: BytesIO, timeouts: Timeouts, ends: float) -> None:
        """Drive the transfer to its end. Raises CurlError, or TimeoutError when a phase takes too long."""
        multi = self._multi
        has_begun, is_moving, since = False, True, 0.0
        while multi.perform()[1]:
            now, written = time.monotonic(), body.tell()
            if is_moving or (written and not has_begun):
                since = now
            has_begun = written > 0 or not length
            left = ends - now
            if has_begun:  # libcurl itself watches the connecting
                patience = timeouts.write if written < length else timeouts.read
                left = min(left, since + patience - now)
            if left <= 0:
                raise TimeoutError("the peer is silent for too long, or the deadline has passed")
            own = multi.timeout()  # milliseconds until libcurl has to be called
            if own >= 0:
                left = min(left, own / 1000)
            # What libcurl takes of the body is no sign of life: it reads ahead.
            ready = multi.select(left) if left > 0 else 0
            is_moving = ready > 0
            if ready < 0:
                time.sleep(min(left, _NAP))
        for _, code, text in multi.info_read()[2]:
            raise CurlError(code, text)

    def close(self) -> None:
        """Close the connection."""
        with suppress(pycurl.error):  # Ctrl-C may have left it half-way in the transfer
            self._multi.close()
            self._curl.close()


def _refuse_to_rewind(_offset: int, _origin: int) -> int:
    return 2  # it cannot be done


def _fields(lines: list[bytes]) -> dict[str, str]:
    """Return the header fields of the last reply: those of a proxy or a 100 Continue come before."""
    fields: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon and not name.startswith("HTTP/"):
            fields[name.strip().lower()] = value.strip()
        elif name.startswith("HTTP/"):
            fields.clear()
    return fields


def _to_failure(error: BaseException, content: bytes | None, body: BytesIO) -> TransportFailure:
    """Say in which phase a request failed, by how much of its body was taken."""
    length, taken = len(content or b""), body.tell()
    body_sent = False if taken < length else None
    if not isinstance(error, Exception):
        return TransportFailure("interrupted", body_sent, error)
    if isinstance(error, _Closed):
        return TransportFailure("local", body_sent=False, cause=error)
    code = error.errno if isinstance(error, CurlError) else None
    is_late = isinstance(error, TimeoutError)
    if length and not taken:
        is_possible = is_late or (code is not None and code not in _NONSENSE)
        kind = "connect" if is_possible else "local"
    elif is_late:
        kind = "write" if taken < length else "timeout"
    else:
        kind = _KINDS.get(code or 0, "protocol")
    return TransportFailure(kind, body_sent, error)
