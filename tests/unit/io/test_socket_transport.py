"""Connections of sockets: when one is used again, what it waits for, and what becomes of it."""

from __future__ import annotations

import gc
import os
import socket
import threading
import time
from contextlib import contextmanager

import pytest

from eightbyeight import Timeouts
from eightbyeight.core.reply import Reply, TransportFailure
from eightbyeight.io.http import socket_transport
from eightbyeight.io.http.backend import open_backend
from eightbyeight.io.http.socket_transport import SocketTransport

TIMEOUTS = Timeouts(connect=20, write=20, read=20, pool=20, deadline=20)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Peer:
    """Answers each request with what ``play`` makes of a connection."""

    def __init__(self, play) -> None:
        self._play = play
        self.heads: list[tuple[int, bytes]] = []  # with the number of the connection
        self.connections = 0
        self.ended = threading.Semaphore(0)  # connections that the client has closed
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/a"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            self.connections += 1
            if not self._listener.getblocking():
                sock.close()
                return
            thread = threading.Thread(target=self._serve, args=(sock, self.connections))
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        with sock:
            sock.settimeout(20)
            while head := self._head(sock):
                self.heads.append((number, head))
                self._play(sock)
        self.ended.release()

    @staticmethod
    def _head(sock: socket.socket) -> bytes:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            try:
                data = sock.recv(1)
            except OSError:
                return b""
            if not data:
                return b""
            head += data
        return head

    def stop(self) -> None:
        self._listener.setblocking(False)
        socket.create_connection(self._listener.getsockname()).close()
        for thread in self._threads:
            thread.join(20)
        self._listener.close()


def answer(sock: socket.socket) -> None:
    sock.sendall(ANSWER)


@contextmanager
def peer(play=answer):
    serving = Peer(play)
    transport = SocketTransport()
    try:
        yield serving, transport
    finally:
        transport.close()
        serving.stop()


def get(transport: SocketTransport, url: str, timeouts: Timeouts = TIMEOUTS):
    return transport.send("GET", url, [(b"Accept", b"*/*")], None, timeouts)


def test_one_connection_serves_calls_in_a_row():
    with peer() as (serving, transport):
        for _ in range(3):
            assert get(transport, serving.url) == Reply(200, {"content-length": "2"}, b"ok")

    assert [number for number, _ in serving.heads] == [1, 1, 1]
    assert {head for _, head in serving.heads} == {
        b"GET /a HTTP/1.1\r\nHost: %s\r\nAccept: */*\r\n\r\n" % serving.url[7:-2].encode()
    }


def test_what_was_said_last_time_is_not_said_again():
    with peer() as (serving, transport):
        headers = []
        for key in (b"one", b"two"):
            headers[:] = [(b"Authorization", key)]
            transport.send("GET", serving.url, headers, None, TIMEOUTS)
        transport.send("DELETE", serving.url + "/b", [], None, TIMEOUTS)

    first, second, third = (head for _, head in serving.heads)
    assert b"Authorization: one\r\n" in first
    assert b"Authorization: two\r\n" in second
    assert third.startswith(b"DELETE /a/b HTTP/1.1\r\n")
    assert b"Authorization" not in third


def answer_and_close(sock: socket.socket) -> None:
    sock.sendall(ANSWER)
    sock.shutdown(socket.SHUT_WR)


def answer_twice(sock: socket.socket) -> None:
    sock.sendall(ANSWER)
    time.sleep(0.05)  # so that it is not read with the first
    sock.sendall(ANSWER.replace(b"200", b"500"))


def answer_as_the_last(sock: socket.socket) -> None:
    sock.sendall(ANSWER.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n"))


@pytest.mark.parametrize("play", [answer_and_close, answer_twice, answer_as_the_last])
def test_a_connection_that_has_ended_or_says_something_unasked_is_not_used_again(play):
    with peer(play) as (serving, transport):
        for _ in range(2):
            assert get(transport, serving.url).status == 200
            time.sleep(0.1)  # what comes behind the reply is there

    assert [number for number, _ in serving.heads] == [1, 2]


def test_a_connection_that_was_idle_for_too_long_is_not_used_again(monkeypatch):
    with peer() as (serving, transport):
        get(transport, serving.url)
        monkeypatch.setattr(socket_transport, "KEPT_ALIVE", 0.0)
        time.sleep(0.001)
        get(transport, serving.url)
        assert serving.ended.acquire(timeout=20)

    assert [number for number, _ in serving.heads] == [1, 2]


def test_a_forgotten_transport_closes_its_connections():
    with peer() as (serving, _):
        transport = SocketTransport()
        get(transport, serving.url)
        del transport
        gc.collect()

        assert serving.ended.acquire(timeout=20)


def test_each_thread_has_a_connection_to_itself():
    together = threading.Barrier(4)

    def wait_and_answer(sock: socket.socket) -> None:
        together.wait(20)  # all four are under way at once
        sock.sendall(ANSWER)

    with peer(wait_and_answer) as (serving, transport):
        replies = []
        threads = [
            threading.Thread(target=lambda: replies.append(get(transport, serving.url)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)

    assert [reply.status for reply in replies] == [200] * 4
    assert {number for number, _ in serving.heads} == {1, 2, 3, 4}


if hasattr(os, "fork"):

    @pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
    def test_a_forked_process_does_not_write_to_the_connections_of_its_parent():
        with peer() as (serving, transport):
            get(transport, serving.url)
            child = os.fork()
            if not child:
                try:
                    os._exit(0 if get(transport, serving.url).status == 200 else 1)
                finally:
                    os._exit(2)
            assert os.waitpid(child, 0)[1] == 0
            get(transport, serving.url)

        assert [number for number, _ in serving.heads] == [1, 2, 1]


def test_a_server_may_refuse_a_large_body_before_it_has_all():
    def refuse(sock: socket.socket) -> None:
        sock.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
        time.sleep(0.1)  # it is there before the reset
        sock.close()

    with peer(refuse) as (serving, transport):
        for _ in range(2):
            happened = transport.send("POST", serving.url, [], b"x" * 30_000_000, TIMEOUTS)
            assert (happened.status, happened.content) == (413, b"no")

    assert [number for number, _ in serving.heads] == [1, 2]


def test_the_next_address_of_a_name_is_tried(monkeypatch):
    with peer() as (serving, transport), socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = closed.getsockname()
        closed.close()
        good = ("127.0.0.1", int(serving.url[17:-2]))
        asked = []

        def look_up(host, port, **_):
            asked.append((host, port))
            return [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", place)
                for place in (nobody, good)[: 1 if host == b"one.example" else 2]
            ]

        with monkeypatch.context() as patched:
            patched.setattr(socket, "getaddrinfo", look_up)
            assert get(transport, "http://two.example/").status == 200
            failed = get(transport, "http://one.example:81/")

    assert asked == [(b"two.example", 80), (b"one.example", 81)]
    assert ("connect", False) == (failed.kind, failed.body_sent)
    assert isinstance(failed.cause, ConnectionRefusedError)


@pytest.mark.parametrize("backend", ["httpx", "fast"])
def test_many_silent_addresses_share_the_deadline(backend, monkeypatch):
    """Each may take the whole connect timeout, but no longer than the call has left."""
    now, waits = [0.0], []

    def silent(self, _place):
        if self.gettimeout() is None:
            return
        waits.append(self.gettimeout())
        now[0] += waits[-1]
        raise TimeoutError("timed out")

    def look_up(host, port, *_, **__):
        many = 9 if b"many" in (host if isinstance(host, bytes) else host.encode()) else 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))] * many

    transport = open_backend(backend)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket.socket, "connect", silent)
    failed = get(transport, "http://many.example/", TIMEOUTS._replace(connect=2.0, deadline=5.0))
    monkeypatch.undo()
    transport.close()

    assert ("connect", False) == (failed.kind, failed.body_sent)
    assert waits == [2.0, 2.0, 1.0]


@pytest.mark.parametrize(
    ("url", "kind"), [("ftp://host/a", "local"), (f"http://{'a' * 70}.example/", "connect")]
)
def test_what_cannot_be_sent_at_all(url, kind):
    transport = SocketTransport()
    happened = get(transport, url)

    assert isinstance(happened, TransportFailure)
    assert (kind, False) == (happened.kind, happened.body_sent)


def test_a_deadline_that_has_passed_lets_nothing_leave():
    with peer() as (serving, transport):
        get(transport, serving.url)
        late = get(transport, serving.url, TIMEOUTS._replace(deadline=0.0))

    assert ("write", False) == (late.kind, late.body_sent)
    assert len(serving.heads) == 1


def test_no_more_calls_at_once_than_there_may_be_connections(monkeypatch):
    monkeypatch.setattr(socket_transport, "MOST_CONNECTIONS", 1)
    arrived, leave = threading.Event(), threading.Event()

    def hold(sock: socket.socket) -> None:
        arrived.set()
        leave.wait(20)
        sock.sendall(ANSWER)

    with peer(hold) as (serving, transport):
        first = threading.Thread(target=get, args=(transport, serving.url))
        first.start()
        arrived.wait(20)
        second = get(transport, serving.url, TIMEOUTS._replace(pool=0.02))
        leave.set()
        first.join(20)

    assert ("pool", False) == (second.kind, second.body_sent)
    assert len(serving.heads) == 1
