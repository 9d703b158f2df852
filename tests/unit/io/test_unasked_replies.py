"""What a server says without being asked is never taken for the reply to the next request."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import asynccontextmanager, contextmanager, suppress

import httpx
import pytest

from eightbyeight import Timeouts
from eightbyeight.io.http.backend import BACKENDS, open_async_backend, open_backend
from eightbyeight.io.http.httpx_async import AsyncHttpxTransport
from eightbyeight.io.http.httpx_sync import HttpxTransport

TIMEOUTS = Timeouts(connect=20, write=20, read=20, pool=20, deadline=20)
FIRST = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
UNASKED = b"HTTP/1.1 429 No\r\nContent-Length: 2\r\n\r\nno"  # after which one would send again
WITH_HTTPX = ("caller's", "proxied")
MINE = b"HTTP/1.1 202 OK\r\nContent-Length: 4\r\n\r\nmine"


class Talker:
    """Says more than it was asked for behind its first reply: with it, or when it is told."""

    def __init__(self, more: bytes, *, is_late: bool) -> None:
        self._more, self._is_late = more, is_late
        self.late = threading.Event()
        self.said = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        self._links: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        for number in (1, 2):
            link, _ = self._listener.accept()
            self._links.append(link)
            self._threads.append(threading.Thread(target=self._serve, args=(link, number == 1)))
            self._threads[-1].start()

    def _serve(self, link: socket.socket, is_first: bool) -> None:
        # Who closes what he has not read through resets it.
        with suppress(ConnectionError), link, link.makefile("rb") as lines:
            while any(line == b"\r\n" for line in iter(lines.readline, b"")):
                if not is_first:
                    link.sendall(MINE)
                elif self._is_late:
                    link.sendall(FIRST)
                    self.late.wait(20)
                    link.sendall(self._more)
                else:
                    link.sendall(FIRST + self._more)
                is_first = False
                self.said.set()

    def stop(self) -> None:
        if len(self._links) < 2:  # let the listener end
            socket.create_connection(self._listener.getsockname()).close()
        self._threads[0].join(20)
        for thread in self._threads[1:]:  # the client has closed its connections
            thread.join(20)
        self._listener.close()


@pytest.fixture(params=[(UNASKED, False), (b"\r\n", False), (UNASKED, True)], ids=repr)
def talker(request):
    made = Talker(request.param[0], is_late=request.param[1])
    yield made
    made.stop()


@contextmanager
def sync_backend(name):
    """Open a backend, that of a client of the caller's, or the one that goes through proxies."""
    if name == "caller's":
        with httpx.Client() as client:
            yield open_backend("httpx", client)
        return
    backend = HttpxTransport() if name == "proxied" else open_backend(name)
    yield backend
    backend.close()


@asynccontextmanager
async def async_backend(name):
    """Likewise."""
    if name == "caller's":
        async with httpx.AsyncClient() as client:
            yield open_async_backend("httpx", client)
        return
    backend = AsyncHttpxTransport() if name == "proxied" else open_async_backend(name)
    yield backend
    await backend.aclose()


@pytest.mark.parametrize("name", [*(n for n, has in BACKENDS.items() if has[0]), *WITH_HTTPX])
def test_sync(name, talker):
    with sync_backend(name) as backend:
        replies = [backend.send("GET", talker.url, [], None, TIMEOUTS)]
        talker.late.set()
        assert talker.said.wait(20)
        replies.append(backend.send("GET", talker.url, [], None, TIMEOUTS))

    assert [reply.content for reply in replies] == [b"ok", b"mine"]


@pytest.mark.parametrize("name", [*(n for n, has in BACKENDS.items() if has[1]), *WITH_HTTPX])
async def test_async(name, talker):
    async with async_backend(name) as backend:
        replies = [await backend.send("GET", talker.url, [], None, TIMEOUTS)]
        talker.late.set()
        assert await asyncio.to_thread(talker.said.wait, 20)
        replies.append(await backend.send("GET", talker.url, [], None, TIMEOUTS))

    assert [reply.content for reply in replies] == [b"ok", b"mine"]
