"""8x8 on plain sockets, in a thread of its own. It does as it is told, and counts what it accepts."""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import struct
import threading
from collections import Counter, deque
from typing import TYPE_CHECKING

from .truth import ACCEPTING, GOOD, REFUSED, REFUSING, Ledger, Mood, Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# Below the ports that systems give to whoever connects: a port that is closed for a while stays ours.
_PORTS = range(20_000, 32_000)
_LONGEST = 20.0
_MOST_STALLS = 3  # in one mood: each costs its client's patience; later ones are lost at once
_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 429: "Too Many Requests", 500: "Error"}
_ERROR = json.dumps({"code": 1, "message": "as scripted"}).encode()


class Api:
    """The server.

    ``strike`` is set to kill a worker while its request is here: by its name, the moment and the number of the
    request. Everything but the interface below happens in the server's thread.
    """

    def __init__(self) -> None:
        self.ledger = Ledger()
        self._mood = GOOD
        self._strikes: dict[str, tuple[str, int]] = {}
        self._requests: Counter[str] = Counter()
        self._heads = self._stalls = 0
        self._selector = selectors.DefaultSelector()
        self._links: dict[socket.socket, _Link] = {}
        self._listener: socket.socket | None = None
        self._port = 0
        self._todo: deque[Callable[[], object]] = deque()
        self._bell, self._wake = socket.socketpair()
        self._selector.register(self._wake, selectors.EVENT_READ)
        self._is_closed = False
        self._open()
        self._thread = threading.Thread(target=self._serve, name="stateful-server", daemon=True)
        self._thread.start()

    # --- for the thread of the test -----------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start_again(self) -> None:
        """Forget everything."""
        self.settle(self._forget)

    def set_mood(self, mood: Mood) -> None:
        """Behave like this from now on."""
        self.settle(lambda: self._set_mood(mood))

    def strike(self, worker: str, moment: str, number: int) -> None:
        """Kill a worker when its request of this number is here: ``arrived`` or ``counted``."""
        self.settle(lambda: self._strikes.__setitem__(worker, (moment, number)))

    def settle(self, work: Callable[[], object] = lambda: None) -> None:
        """Wait until everything that has been sent was dealt with, then do something."""
        done = threading.Event()
        failure: list[Exception] = []

        def do() -> None:
            try:
                work()
            except Exception as error:  # noqa: BLE001  # it is raised where it was asked for
                failure.append(error)
            done.set()

        self._todo.append(do)
        self._bell.send(b"!")
        if not done.wait(_LONGEST):
            raise TimeoutError("the server does not answer")
        if failure:
            raise failure[0]

    def close(self) -> None:
        """Stop serving."""
        self.settle(lambda: setattr(self, "_is_closed", True))
        self._thread.join(_LONGEST)
        for resource in (self._bell, self._wake, self._selector):
            resource.close()

    # --- for the server's own thread ----------------------------------------------------------------

    def _serve(self) -> None:
        while not self._is_closed:
            self._pump(None)
            while self._todo:
                while self._pump(0):
                    pass
                self._todo.popleft()()
        self._shut()

    def _pump(self, timeout: float | None) -> bool:
        """Deal with what has come; return whether anything has."""
        ready = [key.fileobj for key, _ in self._selector.select(timeout)]
        for sock in ready:
            if sock is self._wake:
                self._wake.recv(4096)
            elif sock is self._listener:
                self._accept()
            elif sock in self._links:
                self._links[sock].read()
        return bool(ready)

    def _forget(self) -> None:
        self.ledger = Ledger()
        self._strikes.clear()
        self._requests.clear()
        self._set_mood(GOOD)

    def _set_mood(self, mood: Mood) -> None:
        self._mood = mood
        self._heads = self._stalls = 0
        if mood.is_down:
            self._shut()
        elif self._listener is None:
            self._open()

    def _open(self) -> None:
        start = os.getpid() % len(_PORTS)
        candidates = [self._port] if self._port else [*_PORTS[start:], *_PORTS[:start]]
        for port in candidates:
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                listener.close()
                continue
            listener.listen(128)
            listener.setblocking(False)
            self._selector.register(listener, selectors.EVENT_READ)
            self._listener, self._port = listener, port
            return
        raise OSError("no port is free")

    def _shut(self) -> None:
        if self._listener is not None:
            self._selector.unregister(self._listener)
            self._listener.close()
            self._listener = None
        for link in list(self._links.values()):
            link.reset()

    def _accept(self) -> None:
        if self._listener is None:
            return
        try:
            sock, _ = self._listener.accept()
        except OSError:
            return
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(sock, selectors.EVENT_READ)
        self._links[sock] = _Link(sock, self)

    def drop(self, sock: socket.socket) -> None:
        """Forget a connection that was closed."""
        self._selector.unregister(sock)
        del self._links[sock]

    def is_cut(self) -> bool:
        """Tell whether the request whose head has come is to be cut off."""
        self._heads += 1
        return bool(self._mood.cuts) and self._heads % self._mood.cuts == 0

    def answer(self, link: _Link, method: str, path: str, key: str, body: bytes) -> None:
        """Deal with a whole request."""
        if method == "GET":
            found = self.ledger.details(path.rpartition("/")[2])
            link.reply(200 if found else 404, found or _ERROR)
            return
        request = Request.read(body)
        behaviour = self.ledger.see(request, self._mood)
        worker, _, process = key.partition("-")
        self._requests[worker] += 1
        moment, number = self._strikes.get(worker, ("", 0))
        is_struck = self._requests[worker] == number
        if is_struck and moment == "arrived":
            os.kill(int(process), signal.SIGKILL)
            return
        if behaviour == "stall":
            self._stalls += 1
            behaviour = "stall" if self._stalls <= _MOST_STALLS else "lose"
        content = b""
        if behaviour in ACCEPTING or (behaviour == REFUSING and request.kind == "survey"):
            content = self.ledger.accept(request, behaviour)
        if is_struck:
            os.kill(int(process), signal.SIGKILL)
            return
        # Answers about chat messages know no such refusal.
        is_plain = behaviour == REFUSING and request.kind == "chat"
        _REPLIES["400" if is_plain else behaviour](link, content)


class _Link:
    """A connection."""

    def __init__(self, sock: socket.socket, api: Api) -> None:
        self._sock = sock
        self._api = api
        self._buffer = b""
        self._head: list[str] | None = None

    def read(self) -> None:
        try:
            data = self._sock.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        self._buffer += data
        if self._head is None:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            self._head, self._buffer = head.decode("latin-1").split("\r\n"), rest
            if self._head[0].startswith("POST") and self._api.is_cut():
                self.reset()
                return
        headers = dict(line.lower().split(": ", 1) for line in self._head[1:])
        size = int(headers.get("content-length", "0"))
        if len(self._buffer) >= size:
            body, self._buffer = self._buffer[:size], self._buffer[size:]
            method, path, _ = self._head[0].split(" ")
            self._head = None
            self._api.answer(self, method, path, headers["authorization"].split()[1], body)

    def reply(self, status: int, content: bytes, more: str = "") -> None:
        head = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n{more}\r\n"
        )
        try:
            self._sock.send(head.encode() + content)
        except OSError:
            self.close()

    def reset(self) -> None:
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        self._api.drop(self._sock)
        self._sock.close()


def _refuse(link: _Link, content: bytes) -> None:
    """Say in a success that the message was refused; some messages only, in a batch."""
    refusal = {"umid": None, "status": {"code": REFUSED, "description": "as scripted"}}
    link.reply(200, content or json.dumps(refusal).encode())


_REPLIES: dict[str, Callable[[_Link, bytes], Any]] = {
    "ok": lambda link, content: link.reply(200, content),
    "garbled": lambda link, _: link.reply(200, b"<html>"),
    REFUSING: _refuse,
    "429": lambda link, _: link.reply(429, _ERROR, "Retry-After: 0\r\n"),
    "400": lambda link, _: link.reply(400, _ERROR),
    "500 after": lambda link, _: link.reply(500, _ERROR),
    "500 before": lambda link, _: link.reply(500, _ERROR),
    "lose": lambda link, _: link.reset(),
    "reset": lambda link, _: link.reset(),
    "hang up": lambda link, _: link.close(),
    "stall": lambda _link, _content: None,
}
