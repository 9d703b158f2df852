"""A forward proxy on the loopback: CONNECT for TLS, absolute targets for plain http, and its own faults."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from faults.server import LONGEST, RECEIVE_BUFFER

if TYPE_CHECKING:
    from collections.abc import Callable

_REFUSALS = {
    "proxy_502": b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
    "proxy_407": b'HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n',
    "proxy_garbage": b"\x00\x01 what?\r\n\r\n",
    "proxy_partial_status_line": b"HTTP/1.1 20",
}


class Proxy:
    """Passes bytes on, or plays ``fault`` once ``good_first`` connections were passed on.

    Faults: ``proxy_refused`` (nobody listens), ``proxy_407`` and ``proxy_502`` (it answers so),
    ``proxy_no_reply``, ``proxy_hangs_up``, ``proxy_garbage``, ``proxy_partial_status_line``.
    """

    def __init__(self, fault: str | None = None, *, good_first: int = 0) -> None:
        self.fault = fault
        self.good_first = good_first
        self.connections = 0
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.socket()
        # As small as the origin's, so that a stalled origin is felt at the client.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        self._listener.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        if fault == "proxy_refused" and not good_first:
            self._listener.close()
        else:
            self._listener.listen(16)
            self._listener.settimeout(0.05)
            self._start(self._accept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.settle()

    def settle(self) -> None:
        """End everything."""
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        for thread in list(self._threads):
            thread.join(LONGEST)
        self._listener.close()

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            self.connections += 1
            if self.fault == "proxy_refused" and self.connections == self.good_first:
                self._listener.close()
                self._start(self._serve, sock, False)
                return
            self._start(self._serve, sock, self.connections > self.good_first)

    def _serve(self, sock: socket.socket, faulty: bool) -> None:
        with sock, contextlib.suppress(OSError):
            sock.settimeout(LONGEST)
            head = b""
            while b"\r\n\r\n" not in head:
                data = sock.recv(65536)
                if not data:
                    return
                head += data
            if self.fault and faulty:
                if self.fault in _REFUSALS:
                    sock.sendall(_REFUSALS[self.fault])
                elif self.fault == "proxy_no_reply":
                    self._wait_for_end(sock)
                return
            method, target, _ = head.split(b" ", 2)
            is_connect = method == b"CONNECT"
            where = urlsplit(("//" if is_connect else "") + target.decode())
            with socket.create_connection((str(where.hostname), where.port or 80), 2) as origin:
                if is_connect:
                    sock.sendall(b"HTTP/1.1 200 Established\r\n\r\n")
                else:
                    origin.sendall(head)
                self._pump(sock, origin)

    def _wait_for_end(self, sock: socket.socket) -> None:
        while not self._stopping.is_set():
            if select.select([sock], [], [], 0.05)[0] and not sock.recv(65536):
                return

    def _pump(self, one: socket.socket, other: socket.socket) -> None:
        ends = {one: other, other: one}
        for sock in ends:
            sock.settimeout(0.05)
        while not self._stopping.is_set():
            for sock in select.select(list(ends), [], [], 0.05)[0]:
                data = sock.recv(8192)
                if not data:
                    return
                while data and not self._stopping.is_set():
                    with contextlib.suppress(TimeoutError):
                        data = data[ends[sock].send(data) :]
