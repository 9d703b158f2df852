"""A server on plain sockets that breaks connections on purpose, and counts the POSTs that it read whole.

Each fault is a small function that is given one connection, and does to it what its name says. The server
plays one fault: after so many good requests, so often, then good again. Everything is bounded: a connection
that is held ends when its client leaves, when the server is settled, or after half a minute.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import json
import select
import socket
import ssl
import struct
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 30.0  # seconds after which anything here ends by itself
THREAD_NAME = "fault-server"  # of the threads that serve, for those who read logs
DRIP_EVERY = 0.05
DRIPS = 60  # so a drip lasts three seconds
RECEIVE_BUFFER = 8192  # small, so that a large body cannot vanish in the kernel

_GOOD = {"umid": "11111111-2222-3333-4444-555555555555", "status": {"code": "QUEUED"}}
_ERROR = {
    "code": 2000,
    "message": "as scripted",
    "errorId": "9f2b8a6c-0d1e-4f3a-9b5c-7d8e9f0a1b2c",
    "timestamp": "2026-01-02T03:04:05.67Z",
}


@dataclass(frozen=True)
class Post:
    """A POST whose last byte of body the server has read."""

    connection: int
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    protocol: str = "HTTP/1.1"
    disowned: bool = False  # the server said that it will not act on it

    def header(self, name: str) -> str | None:
        """Return a header's value, by its name in lower case."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def client_message_id(self) -> str | None:
        """The reference in the body, if it is JSON and holds one."""
        try:
            reference = json.loads(self.body).get("clientMessageId")
        except (ValueError, AttributeError):
            return None
        return reference if isinstance(reference, str) else None


class Gone(Exception):
    """The client left, or the server was told to."""


class Link:
    """The server's end of one connection."""

    def __init__(self, server: Server, sock: socket.socket, number: int) -> None:
        self.server = server
        self.sock = sock
        self.number = number
        self.buffer = b""
        sock.settimeout(LONGEST)

    def more(self) -> None:
        """Read what is there. Raises Gone at the end."""
        try:
            data = self.sock.recv(65536)
        except OSError as error:
            raise Gone from error
        if not data:
            raise Gone
        self.buffer += data

    def send(self, data: bytes) -> None:
        """Write all of ``data``. Raises Gone when the client does not take it."""
        try:
            self.sock.sendall(data)
        except OSError as error:
            raise Gone from error

    def fin(self) -> None:
        """Close in the orderly way; under TLS without its farewell."""
        with contextlib.suppress(OSError):
            # Said even if another end holds the socket; close() alone would answer unread bytes with a reset.
            socket.socket.shutdown(self.sock, socket.SHUT_WR)
        self._close()

    def rst(self) -> None:
        """Close with a reset."""
        with contextlib.suppress(OSError):
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._close()

    def _close(self) -> None:
        with contextlib.suppress(OSError):
            self.sock.close()

    def hold(self) -> None:
        """Say nothing more until the client leaves, or the server is settled."""
        end = time.monotonic() + LONGEST
        self.sock.settimeout(0.1)
        while time.monotonic() < end and not self.server.settling.is_set():
            try:
                if not self.sock.recv(65536):
                    return
            except TimeoutError:
                continue
            except OSError:
                return

    def deaf(self) -> None:
        """Stop reading until the server is settled; then read on, in case the rest arrives late."""
        self.server.settling.wait(LONGEST)

    def drip(self, data: bytes) -> None:
        """Write ``data`` so slowly that each wait for a byte is short and the whole is long."""
        size = max(1, len(data) // DRIPS)
        for start in range(0, len(data), size):
            if self.server.settling.is_set():
                raise Gone
            # What came in since: the client does not talk now, so it can only be the end.
            if select.select([self.sock], [], [], DRIP_EVERY)[0]:
                self.more()
            self.send(data[start : start + size])
        self.server.drips_finished += 1


@dataclass
class Arriving:
    """A request of HTTP/1.1 whose head has been read, and its body not yet."""

    link: Link
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]

    @property
    def length(self) -> int:
        """The length of its body."""
        return next((int(v) for k, v in self.headers if k.lower() == "content-length"), 0)

    @property
    def is_chunked(self) -> bool:
        """Whether the body comes in chunks."""
        return any(k.lower() == "transfer-encoding" and "chunked" in v for k, v in self.headers)

    def read(self) -> bytes:
        """Read the body whole, and put the request on record. Raises Gone when it does not come."""
        body = self._chunks() if self.is_chunked else self._exactly(self.length)
        if self.method == "POST":
            post = Post(self.link.number, self.target, self.headers, body)
            with self.link.server.lock:
                self.link.server.posts.append(post)
        return body

    def read_some(self, count: int) -> None:
        """Read only the first bytes of the body."""
        while len(self.link.buffer) < min(count, self.length):
            self.link.more()
        self.link.server.beginnings.append(self.link.buffer)

    def _exactly(self, count: int) -> bytes:
        parts, size = [], 0
        while size + len(self.link.buffer) < count:
            parts.append(self.link.buffer)
            size += len(self.link.buffer)
            self.link.buffer = b""
            self.link.more()
        rest = count - size
        parts.append(self.link.buffer[:rest])
        self.link.buffer = self.link.buffer[rest:]
        return b"".join(parts)

    def _line(self) -> bytes:
        while b"\r\n" not in self.link.buffer:
            self.link.more()
        line, _, self.link.buffer = self.link.buffer.partition(b"\r\n")
        return line

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self._line().split(b";")[0], 16):
            parts.append(self._exactly(size))
            self._line()
        while self._line():
            pass
        return b"".join(parts)


def reply(
    status: int = 200,
    body: bytes = b"",
    *,
    kind: str = "application/json",
    length: str | None = None,
    extra: str = "",
) -> bytes:
    """Write a reply; ``length`` replaces the true Content-Length."""
    head = f"HTTP/1.1 {status} As Scripted\r\nContent-Type: {kind}\r\n"
    head += f"Content-Length: {len(body) if length is None else length}\r\n{extra}\r\n"
    return head.encode() + body


# --- the faults of HTTP/1.1 -----------------------------------------------------------------------
# Each is given a request whose head was read, and says when the rest is. A fault that returns leaves
# the connection open for the next request; one that ends it closes it.


def reset_inside_body(arriving: Arriving) -> None:
    arriving.read_some(65536)
    arriving.link.rst()


def stall_while_writing(arriving: Arriving) -> None:
    arriving.read_some(1024)
    arriving.link.deaf()
    arriving.read()


def fin_without_reply(arriving: Arriving) -> None:
    arriving.read()
    arriving.link.fin()


def rst_after_reading(arriving: Arriving) -> None:
    arriving.read()
    arriving.link.rst()


def no_reply(arriving: Arriving) -> None:
    arriving.read()
    arriving.link.hold()
    arriving.link.fin()


def partial_status_line(arriving: Arriving) -> None:
    arriving.read()
    arriving.link.send(b"HTTP/1.1 20")
    arriving.link.fin()


def headers_then_nothing(arriving: Arriving) -> None:
    arriving.read()
    arriving.link.send(reply(200, b"", length="64"))
    arriving.link.hold()
    arriving.link.fin()


def cut_body(arriving: Arriving) -> None:
    arriving.read()
    good = arriving.link.server.good_body
    status = arriving.link.server.good_status
    arriving.link.send(reply(status, good[: len(good) // 2], length=str(len(good))))
    arriving.link.fin()


def cut_chunked_body(arriving: Arriving) -> None:
    arriving.read()
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    arriving.link.send(head.encode() + b'8\r\n{"umid":\r\n')
    arriving.link.fin()


def bad_gzip(arriving: Arriving) -> None:
    arriving.read()
    damaged = b"\x1f\x8b\x08\x00" + gzip.compress(arriving.link.server.good_body)[5:-9]
    arriving.link.send(reply(200, damaged[::-1], extra="Content-Encoding: gzip\r\n"))


def keep_alive_race(arriving: Arriving) -> None:
    """Close as a request arrives: all of it is on this machine, nobody reads it."""
    wanted = arriving.length - len(arriving.link.buffer)
    end = time.monotonic() + LONGEST
    arriving.link.sock.settimeout(0.05)
    while wanted > 0 and time.monotonic() < end:
        try:
            if len(arriving.link.sock.recv(wanted, socket.MSG_PEEK)) == wanted:
                break
        except TimeoutError:
            continue
    arriving.link.rst()


def slow_drip_body(arriving: Arriving) -> None:
    arriving.read()
    good = arriving.link.server.good_body
    padded = b" " * max(0, DRIPS - len(good)) + good
    arriving.link.send(reply(200, b"", length=str(len(padded))))
    arriving.link.drip(padded)


def slow_drip_headers(arriving: Arriving) -> None:
    arriving.read()
    arriving.link.drip(reply(200, arriving.link.server.good_body))


def slow_drip_continue(arriving: Arriving) -> None:
    arriving.read()
    arriving.link.drip(b"HTTP/1.1 102 Processing\r\n\r\n" * DRIPS)
    arriving.link.send(reply(200, arriving.link.server.good_body))


def garbage(arriving: Arriving) -> None:
    arriving.read()
    arriving.link.send(b"\x00\x16\x03\x01 not a word of HTTP\r\n\r\n")
    arriving.link.fin()


def length_too_short(arriving: Arriving) -> None:
    arriving.read()
    arriving.link.send(reply(200, arriving.link.server.good_body, length="9"))


def length_negative(arriving: Arriving) -> None:
    arriving.read()
    arriving.link.send(reply(200, arriving.link.server.good_body, length="-5"))
    arriving.link.fin()


def length_twice(arriving: Arriving) -> None:
    arriving.read()
    arriving.link.send(
        reply(200, arriving.link.server.good_body, extra="Content-Length: 7\r\n", length="9")
    )
    arriving.link.fin()


def continue_then_nothing(arriving: Arriving) -> None:
    arriving.read()
    arriving.link.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    arriving.link.hold()
    arriving.link.fin()


def html_200(arriving: Arriving) -> None:
    arriving.read()
    status = arriving.link.server.good_status
    arriving.link.send(reply(status, b"<html>signed in</html>", kind="text/html"))


def empty_200(arriving: Arriving) -> None:
    arriving.read()
    arriving.link.send(reply(200, b""))


def html_502(arriving: Arriving) -> None:
    arriving.read()
    arriving.link.send(reply(502, b"<html>Bad Gateway</html>", kind="text/html"))


def redirect(arriving: Arriving) -> None:
    """Point to another place on this server, where a POST would be counted again."""
    arriving.read()
    arriving.link.send(reply(307, b"", extra=f"Location: {arriving.target}\r\n"))


def too_many_wait_long(arriving: Arriving) -> None:
    arriving.read()
    arriving.link.send(reply(429, json.dumps(_ERROR).encode(), extra="Retry-After: 120\r\n"))


def _status(arriving: Arriving, code: int, extra: str = "") -> None:
    arriving.read()
    arriving.link.send(reply(code, json.dumps(_ERROR).encode(), extra=extra))


def good(arriving: Arriving, *, last: bool = False) -> None:
    body = arriving.read()
    answer = arriving.link.server.good_body
    if not arriving.link.server.fixed_body:
        with contextlib.suppress(ValueError, AttributeError):
            answer = json.dumps(
                {**_GOOD, "clientMessageId": json.loads(body).get("clientMessageId")}
            ).encode()
    extra = "Connection: close\r\n" if last else ""
    arriving.link.send(reply(arriving.link.server.good_status, answer, extra=extra))


# --- the faults of a connection, before any request -----------------------------------------------


def reset_on_accept(link: Link) -> None:
    link.rst()


def close_on_accept(link: Link) -> None:
    link.fin()


def tls_garbage(link: Link) -> None:
    link.more()
    link.send(b"HTTP/1.1 400 Bad Request\r\n\r\nthis is the plain port\r\n")
    link.fin()


def tls_reset(link: Link) -> None:
    link.more()
    link.rst()


def tls_no_reply(link: Link) -> None:
    link.hold()
    link.fin()


REQUEST_FAULTS: dict[str, Callable[[Arriving], None]] = {
    play.__name__: play
    for play in (
        reset_inside_body,
        stall_while_writing,
        fin_without_reply,
        rst_after_reading,
        no_reply,
        partial_status_line,
        headers_then_nothing,
        cut_body,
        cut_chunked_body,
        bad_gzip,
        keep_alive_race,
        slow_drip_body,
        slow_drip_headers,
        slow_drip_continue,
        garbage,
        length_too_short,
        length_negative,
        length_twice,
        continue_then_nothing,
        html_200,
        empty_200,
        html_502,
        redirect,
        too_many_wait_long,
        good,
    )
}
for _code in (400, 401, 403, 404, 408, 422, 426, 500, 502, 503, 504, 520):
    REQUEST_FAULTS[f"status_{_code}"] = functools.partial(_status, code=_code)
REQUEST_FAULTS["status_429"] = functools.partial(_status, code=429, extra="Retry-After: 0\r\n")
REQUEST_FAULTS["status_429_wait_1"] = functools.partial(
    _status, code=429, extra="Retry-After: 1\r\n"
)
REQUEST_FAULTS["status_503_wait_0"] = functools.partial(
    _status, code=503, extra="Retry-After: 0\r\n"
)

#: Played before the TLS handshake, if there is one.
CONNECTION_FAULTS: dict[str, Callable[[Link], None]] = {
    play.__name__: play
    for play in (reset_on_accept, close_on_accept, tls_garbage, tls_reset, tls_no_reply)
}
#: Faults that are no connection's doing: nobody listens, the name is unknown, the certificate is wrong.
OTHER_FAULTS = frozenset({"refused", "dns", "tls_untrusted", "tls_wrong_name"})


class Server:
    """Listens on a free port of the loopback and plays a fault.

    Args:
        fault: Its name.
        good_first: So many requests are answered well before.
        times: So often the fault is played; good again afterwards. None: for ever.
        tls: Speak TLS with this certificate.
        good_body: A fixed body for good replies, instead of an accepted SMS with the request's reference.
        good_status: Their status.
    """

    protocols = ("http/1.1",)

    def __init__(
        self,
        fault: str = "good",
        *,
        good_first: int = 0,
        times: int | None = None,
        tls: Certificate | None = None,
        good_body: bytes | None = None,
        good_status: int = 200,
    ) -> None:
        self.fault = fault
        self.good_first = good_first
        self.times = times
        if fault not in {*REQUEST_FAULTS, *CONNECTION_FAULTS, *OTHER_FAULTS}:
            raise ValueError(f"no such fault: {fault}")
        self.good_status = good_status
        self.fixed_body = good_body is not None
        self.good_body = good_body or json.dumps(_GOOD).encode()
        self.posts: list[Post] = []
        self.beginnings: list[bytes] = []
        self.connections = 0
        self.played_on: list[int] = []  # the connections whose requests met the fault
        self.drips_finished = 0
        self.troubles: list[BaseException] = []
        self.lock = threading.Lock()
        self.settling = threading.Event()
        self._turns = 0
        self._threads: list[threading.Thread] = []
        self._links: list[Link] = []
        self._context = self._tls_context(tls)
        self._wrong_contexts = {
            name: made().server_context(self.protocols)
            for name, made in _WRONG_CERTIFICATES.items()
            if name == fault
        }
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._listening = True
        if fault == "refused" and not good_first:
            self._stop_listening()
        else:
            self._listener.listen(16)
            self._listener.settimeout(0.05)
            self._acceptor = threading.Thread(target=self._accept, daemon=True)
            self._acceptor.start()

    def _tls_context(self, tls: Certificate | None) -> ssl.SSLContext | None:
        return tls.server_context(self.protocols) if tls else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.settle()

    @property
    def after_good(self) -> list[Post]:
        """The whole POSTs that came after the good ones."""
        return self.posts[self.good_first :]

    def settle(self) -> None:
        """Let every connection end, and check that each did. Records are final then."""
        self.settling.set()
        self._stop_listening()
        for thread in [*self._threads, *([self._acceptor] if hasattr(self, "_acceptor") else [])]:
            thread.join(LONGEST)
            if thread.is_alive():
                raise AssertionError("a connection of the fault server did not end")
        if self.troubles:
            raise AssertionError(f"the fault server is at fault: {self.troubles[0]!r}") from (
                self.troubles[0]
            )

    def _stop_listening(self) -> None:
        self._listening = False
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()

    def _accept(self) -> None:
        while self._listening:
            try:
                sock, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with self.lock:
                self.connections += 1
                link = Link(self, sock, self.connections)
                thread = threading.Thread(
                    target=self._serve, args=(link,), name=THREAD_NAME, daemon=True
                )
                self._threads.append(thread)
            thread.start()

    def _serve(self, link: Link) -> None:
        try:
            self.serve(link)
        except Gone:
            pass
        except BaseException as error:  # noqa: BLE001 - shown by settle()
            self.troubles.append(error)
        finally:
            link.fin()

    def serve(self, link: Link) -> None:
        """Serve one connection to its end."""
        self.connect(link)
        while (arriving := self._head(link)) is not None:
            self._answer(arriving)
            if link.sock.fileno() < 0:
                return

    def connect(self, link: Link) -> None:
        """Begin a connection. Raises Gone when the fault was to not let it begin."""
        context = self._context
        if self.fault not in REQUEST_FAULTS and self.good_is_over and self.take_turn():
            if self.fault in CONNECTION_FAULTS:
                CONNECTION_FAULTS[self.fault](link)
                raise Gone
            context = self._wrong_contexts.get(self.fault, context)
        if context is not None:
            try:
                link.sock = context.wrap_socket(link.sock, server_side=True)
            except OSError as error:
                raise Gone from error

    def _answer(self, arriving: Arriving) -> None:
        if self.fault in REQUEST_FAULTS:
            if self.take_turn():
                self.played_on.append(arriving.link.number)
                REQUEST_FAULTS[self.fault](arriving)
            else:
                good(arriving)
            return
        # Before a fault of the connection, the last good reply ends the good connection.
        is_last = False
        if not self.good_is_over:
            self.take_turn()
            is_last = self.good_is_over
        if is_last and self.fault == "refused":
            self._stop_listening()
            self._acceptor.join(LONGEST)
        good(arriving, last=is_last)
        if is_last:
            arriving.link.fin()

    @property
    def good_is_over(self) -> bool:
        """Whether the good replies that come first have been given."""
        return self._turns >= self.good_first

    def take_turn(self) -> bool:
        """Take the next turn; True when it is one of the fault's."""
        with self.lock:
            past = self._turns - self.good_first
            self._turns += 1
            return past >= 0 and (self.times is None or past < self.times)

    def _head(self, link: Link) -> Arriving | None:
        while b"\r\n\r\n" not in link.buffer:
            if self.settling.is_set():
                return None
            if not isinstance(link.sock, ssl.SSLSocket) or not link.sock.pending():
                readable = select.select([link.sock], [], [], 0.05)[0]
                if not readable:
                    continue
            link.more()
        head, _, link.buffer = link.buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = tuple(
            (name, value.strip()) for name, _, value in (x.partition(":") for x in lines)
        )
        return Arriving(link, method, target, headers)


# --- certificates ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Certificate:
    """A certificate of 127.0.0.1 and localhost with its authority: trusting ``file`` is trusting its server."""

    file: Path
    key: Path

    def server_context(self, protocols: tuple[str, ...] = ("http/1.1",)) -> ssl.SSLContext:
        """The settings of a server."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key)
        context.set_alpn_protocols(list(protocols))
        return context


def client_context() -> ssl.SSLContext:
    """The settings of a client that trusts our own certificate, and the one of another host."""
    return ssl.create_default_context(cafile=str(trusted()))


@functools.cache
def trusted() -> Path:
    """The file with the authorities that the tests' clients trust."""
    file = Path(_temporary().name) / "trusted.pem"
    file.write_bytes(our_own().file.read_bytes() + namesake().file.read_bytes())
    return file


def make_certificate(folder: Path, name: str, *hosts: str) -> Certificate:
    """Make a key and a certificate; the authority that issued it stands in the same file."""
    import trustme  # scripts/peers-faults answers --help without it

    made = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    authority = trustme.CA()
    issued = authority.issue_cert(*hosts)
    chain = [*issued.cert_chain_pems, authority.cert_pem]
    made.file.write_bytes(b"".join(blob.bytes() for blob in chain))
    issued.private_key_pem.write_to_path(str(made.key))
    return made


@functools.cache
def _temporary() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="eightbyeight-faults-")


@functools.cache
def our_own() -> Certificate:
    """The certificate that the tests' clients trust."""
    return make_certificate(Path(_temporary().name), "server", "127.0.0.1", "localhost")


@functools.cache
def stranger() -> Certificate:
    """One that nobody trusts."""
    return make_certificate(Path(_temporary().name), "stranger", "127.0.0.1", "localhost")


@functools.cache
def namesake() -> Certificate:
    """One of another host."""
    return make_certificate(Path(_temporary().name), "namesake", "elsewhere.example")


_WRONG_CERTIFICATES = {"tls_untrusted": stranger, "tls_wrong_name": namesake}
