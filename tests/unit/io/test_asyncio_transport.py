"""The connections of the backend fast in event loops: what the table of faults does not show."""

from __future__ import annotations

import asyncio
import errno
import gc
import re
import socket
import ssl
import warnings
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import trustme

from eightbyeight.core.retry import Timeouts
from eightbyeight.errors import ConfigurationError
from eightbyeight.io.http import asyncio_connecting, asyncio_transport
from eightbyeight.io.http.asyncio_connection import Connection
from eightbyeight.io.http.asyncio_transport import AsyncioTransport
from eightbyeight.io.http.phases import PIECE
from eightbyeight.io.http.thread_lanes import ClosedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from eightbyeight.core.reply import Reply, TransportFailure

PATIENT = Timeouts(connect=30, write=30, read=30, pool=30, deadline=60)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
LARGE = bytes(range(256)) * (8 << 12)
_PEER = "peer"  # the name of its tasks


class Peer:
    """The other end of the connections, in the same event loop."""

    def __init__(self) -> None:
        self.url = ""
        self.answers = [OK]  # the last one again and again
        self.most = -1  # bytes of a request that are read
        self.links: list[asyncio.StreamWriter] = []
        self.requests: list[bytes] = []
        self.received = 0
        self.ended = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read requests one by one, and answer them."""
        self.links.append(writer)
        try:
            while True:
                self.requests.append(await self._request(reader))
                writer.write(self.answers[0])
                if len(self.answers) > 1:
                    del self.answers[0]
        except (asyncio.IncompleteReadError, OSError):
            self.ended += 1
        finally:
            writer.transport.abort()

    async def _request(self, reader: asyncio.StreamReader) -> bytes:
        request = bytearray()
        length = None
        while length is None or len(request) < length:
            if 0 <= self.most <= len(request):
                await asyncio.sleep(0.001)
                continue
            data = await reader.read(PIECE)
            if not data:
                raise asyncio.IncompleteReadError(request, None)
            self.received += len(data)
            request += data
            end = request.find(b"\r\n\r\n")
            if length is None and end >= 0:
                named = re.search(rb"Content-Length: (\d+)", request[:end])
                length = end + 4 + (int(named[1]) if named else 0)
        return bytes(request)


@asynccontextmanager
async def serving(tls: ssl.SSLContext | None = None):
    """Serve in this event loop."""
    peer = Peer()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(
        socket.SOL_SOCKET, socket.SO_RCVBUF, 8192
    )  # what is not read must not vanish
    peer.url = f"http{'s' if tls else ''}://127.0.0.1:{listener.getsockname()[1]}/"
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(peer.serve(reader, writer), name=_PEER))

    server = await asyncio.start_server(accept, sock=listener, ssl=tls)
    try:
        yield peer
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await turns()


@asynccontextmanager
async def sending():
    """Make a transport, and see that it leaves nothing behind."""
    transport = AsyncioTransport()
    before = asyncio.all_tasks()
    yield transport
    await transport.aclose()
    assert [] == [task for task in asyncio.all_tasks() - before if task.get_name() != _PEER]
    assert [] == open_connections()


def open_connections() -> list[Connection]:
    # Not isinstance: lazy objects of other libraries would wake up.
    return [thing for thing in gc.get_objects() if type(thing) is Connection and thing.is_open]


def is_any_full() -> bool:
    return any(connection._is_full for connection in open_connections())


@pytest.fixture
def authority(monkeypatch):
    """An authority that is trusted."""
    made = trustme.CA()
    context = ssl.create_default_context()
    made.configure_trust(context)
    monkeypatch.setattr(asyncio_connecting, "shared_ssl_context", lambda: context)
    return made


def server_side(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    context.set_alpn_protocols(["http/1.1"])
    return context


async def turns() -> None:
    """Let the event loop deliver what has been sent."""
    for _ in range(50):
        await asyncio.sleep(0)


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110  # the peer knows no events
            await asyncio.sleep(0.001)


async def post(
    transport: AsyncioTransport, url: str, content: bytes = b"{}", timeouts: Timeouts = PATIENT
) -> Reply | TransportFailure:
    return await transport.send("POST", url, [(b"A", b"b")], content, timeouts)


# --- writing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
async def test_a_large_body_never_waits_in_memory_and_arrives_whole(tls, authority, monkeypatch):
    waiting = []

    def pause_writing(self):
        paused(self)
        buffers = {self._transport, self._raw}
        waiting.append(sum(buffer.get_write_buffer_size() for buffer in buffers))

    paused = Connection.pause_writing
    monkeypatch.setattr(Connection, "pause_writing", pause_writing)
    async with serving(server_side(authority) if tls else None) as peer, sending() as transport:
        reply = await post(transport, peer.url, LARGE)
        again = await post(transport, peer.url)

    assert (200, b"OK") == (reply.status, reply.content)
    assert 200 == again.status
    assert peer.requests[0].endswith(b"\r\n\r\n" + LARGE)
    assert 1 == len(peer.links)
    assert waiting
    assert max(waiting) < 2 * PIECE + 4096


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
async def test_what_is_left_in_the_buffer_when_it_is_cut_off_never_leaves(
    tls, authority, monkeypatch
):
    """Half of a small request is with the kernel, and the rest must not follow."""

    def half(self, data):
        sent.append(data)
        if len(sent) > 1:
            raise BlockingIOError
        return send(self, bytes(data)[: len(data) // 2])

    sent = []
    send = socket.socket.send
    async with serving(server_side(authority) if tls else None) as peer, sending() as transport:
        assert 200 == (await post(transport, peer.url)).status
        monkeypatch.setattr(socket.socket, "send", half)
        monkeypatch.setattr(socket.socket, "sendmsg", half)  # from Python 3.12 on
        task = asyncio.create_task(post(transport, peer.url))
        await until(lambda: len(sent) > 1)
        task.cancel()
        await turns()
        monkeypatch.undo()
        await turns()
        failure = task.result()

        assert ("interrupted", None) == (failure.kind, failure.body_sent)
        assert 1 == len(peer.requests)
        await until(lambda: peer.ended == 1)


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
async def test_what_the_kernel_refuses_has_not_left(tls, authority, monkeypatch):
    """The buffer is empty then, too, and that proves nothing."""

    def refuse(*_):
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    async with serving(server_side(authority) if tls else None) as peer, sending() as transport:
        assert 200 == (await post(transport, peer.url)).status
        monkeypatch.setattr(socket.socket, "send", refuse)
        failure = await post(transport, peer.url)
        monkeypatch.undo()

    assert ("write", None if tls else False) == (failure.kind, failure.body_sent)


async def test_nothing_leaves_behind_an_end_that_came_too_early(monkeypatch):
    """The peer shuts its side down while half of the request waits in the buffer, and would go on reading."""

    def half(self, data):
        sent.append(data)
        if len(sent) > 1:
            raise BlockingIOError
        return send(self, bytes(data)[: len(data) // 2])

    def seen_and_free(self):
        """Let the socket take the rest in the very turn in which the end is seen."""
        go_on = end(self)
        monkeypatch.undo()
        raw = self._transport
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: raw.get_write_buffer_size() and raw._write_ready())
        return go_on

    sent = []
    send, end = socket.socket.send, Connection.eof_received
    async with serving() as peer, sending() as transport:
        assert 200 == (await post(transport, peer.url)).status
        monkeypatch.setattr(socket.socket, "send", half)
        monkeypatch.setattr(socket.socket, "sendmsg", half)  # from Python 3.12 on
        monkeypatch.setattr(Connection, "eof_received", seen_and_free)
        task = asyncio.create_task(post(transport, peer.url))
        await until(lambda: len(sent) > 1)
        peer.links[0].get_extra_info("socket")._sock.shutdown(socket.SHUT_WR)
        failure = await task
        await until(lambda: peer.ended == 1)

        assert ("protocol", False) == (failure.kind, failure.body_sent)
        assert 1 == len(peer.requests)


@pytest.mark.parametrize(
    "where", [(Connection, "_failure"), (asyncio_transport._Lanes, "give_back")]
)
async def test_ctrl_c_behind_the_reply_is_no_proof(where, monkeypatch):
    cls, method = where
    inner = getattr(cls, method)

    def strike(*arguments, **options):
        monkeypatch.undo()
        inner(*arguments, **options)
        raise KeyboardInterrupt

    async with serving() as peer, sending() as transport:
        peer.answers = [b"nonsense"] if method == "_failure" else [OK]
        monkeypatch.setattr(cls, method, strike)
        failure = await post(transport, peer.url)

    assert ("interrupted", True) == (failure.kind, failure.body_sent)
    assert 1 == len(peer.requests)


async def test_a_reply_that_comes_early_ends_the_writing():
    async with serving() as peer, sending() as transport:
        peer.most = 1
        task = asyncio.create_task(post(transport, peer.url, LARGE))
        await until(lambda: peer.received)
        peer.links[0].write(b"HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n")

        assert 413 == (await task).status
        peer.most = -1
        assert 200 == (await post(transport, peer.url)).status
        assert 2 == len(peer.links)


async def test_a_reply_that_came_before_the_reset_is_read(monkeypatch):
    """The connection breaks while it is written to; asyncio itself looks for nothing more then."""

    def refuse(self, data):
        if not isinstance(data, memoryview):
            return send(self, data)
        other = next(link for link in peer.links if not link.is_closing())
        raw = other.get_extra_info("socket")
        send(raw._sock, b"HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n")
        raise ConnectionResetError(104, "reset")

    send = socket.socket.send
    async with serving() as peer, sending() as transport:
        assert 200 == (await post(transport, peer.url)).status
        monkeypatch.setattr(socket.socket, "send", refuse)
        reply = await post(transport, peer.url, LARGE[: 2 * PIECE])
        monkeypatch.undo()
        assert 413 == reply.status


# --- cancellation ---------------------------------------------------------------------------------------


async def test_cancelled_while_it_connects():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        async with sending() as transport:
            url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
            task = asyncio.create_task(post(transport, url))
            await until(lambda: any(lanes._connecting for lanes in transport._by_loop.values()))
            await turns()
            task.cancel()
            failure = await task

    assert ("interrupted", False) == (failure.kind, failure.body_sent)
    assert isinstance(failure.cause, asyncio.CancelledError)


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize(
    ("content", "answer", "body_sent"),
    [(LARGE, None, False), (b"{}", b"", True), (b"{}", OK[:-1], True)],
    ids=["writing", "waiting", "reading"],
)
async def test_cancelled(tls, content, answer, body_sent, authority):
    async with serving(server_side(authority) if tls else None) as peer, sending() as transport:
        assert 200 == (await post(transport, peer.url)).status
        peer.most = -1 if answer is not None else 1
        peer.answers = [OK] if answer is None else [answer, OK]
        before = peer.received
        task = asyncio.create_task(post(transport, peer.url, content))
        await until(lambda: len(peer.requests) == 2 or (answer is None and peer.received > before))
        await turns()
        task.cancel()
        failure = await task
        assert ("interrupted", body_sent) == (failure.kind, failure.body_sent)
        assert isinstance(failure.cause, asyncio.CancelledError)

        peer.most = -1
        assert 200 == (await post(transport, peer.url)).status
        assert 2 == len(peer.links)


async def test_cancelled_when_the_clock_strikes():
    """Both at once: the cancellation must not be lost."""
    async with serving() as peer, sending() as transport:
        peer.answers = [b""]
        task = asyncio.create_task(post(transport, peer.url))
        await until(lambda: peer.requests)
        (connection,) = open_connections()
        connection._fail(TimeoutError())
        task.cancel()
        failure = await task

    assert ("interrupted", True) == (failure.kind, failure.body_sent)


# --- the clock ------------------------------------------------------------------------------------------


@pytest.fixture
async def clock(monkeypatch):
    """Moves the clock of the event loop by so many seconds."""
    loop = asyncio.get_running_loop()
    time, ahead = loop.time, [0.0]
    monkeypatch.setattr(loop, "time", lambda: time() + ahead[0])

    async def move(seconds: float) -> None:
        await turns()
        ahead[0] += seconds
        await turns()

    return move


async def test_the_read_timeout_starts_anew_with_each_arrival(clock):
    timeouts = PATIENT._replace(read=1000, deadline=10_000)
    async with serving() as peer, sending() as transport:
        peer.answers = [b""]
        task = asyncio.create_task(post(transport, peer.url, timeouts=timeouts))
        await until(lambda: peer.requests)
        for place in range(len(OK) - 35):
            await clock(900)
            peer.links[0].write(OK[place : place + 1])
        await clock(900)
        assert not task.done()
        await clock(200)
        failure = await task

    assert ("timeout", True) == (failure.kind, failure.body_sent)
    assert "nothing came within 1000 s" == str(failure.cause)


async def test_the_deadline_ends_a_reply_that_comes_in_drops(clock):
    timeouts = PATIENT._replace(read=1000, deadline=2500)
    async with serving() as peer, sending() as transport:
        peer.answers = [b""]
        task = asyncio.create_task(post(transport, peer.url, timeouts=timeouts))
        await until(lambda: peer.requests)
        for place in range(3):
            await clock(800)
            assert not task.done()
            peer.links[0].write(OK[place : place + 1])
        await clock(800)
        failure = await task

    assert ("timeout", True) == (failure.kind, failure.body_sent)
    assert "deadline" in str(failure.cause)


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
async def test_the_write_timeout_is_for_each_piece(tls, authority, clock):
    timeouts = PATIENT._replace(write=1000, deadline=100_000)
    async with serving(server_side(authority) if tls else None) as peer, sending() as transport:
        peer.most = 1
        task = asyncio.create_task(post(transport, peer.url, LARGE, timeouts))
        for enough in (1, 3 << 20):
            await until(lambda enough=enough: peer.received >= enough and is_any_full())
            await clock(900)
            assert not task.done()
            peer.most = 3 << 20
        await clock(200)
        failure = await task

    assert ("write", False) == (failure.kind, failure.body_sent)
    assert "nothing was taken within 1000 s" == str(failure.cause)


async def test_a_short_timeout_behind_a_long_one(clock):
    async with serving() as peer, sending() as transport:
        assert 200 == (await post(transport, peer.url)).status
        peer.answers = [b""]
        task = asyncio.create_task(post(transport, peer.url, timeouts=PATIENT._replace(read=3)))
        await until(lambda: len(peer.requests) == 2)
        await clock(4)
        assert task.done()
        assert "timeout" == (await task).kind


# --- slots ----------------------------------------------------------------------------------------------


async def test_calls_wait_for_a_slot_and_give_up(monkeypatch):
    monkeypatch.setattr(asyncio_transport, "MOST_CONNECTIONS", 1)
    async with serving() as peer, sending() as transport:
        peer.answers = [b"", OK]
        first = asyncio.create_task(post(transport, peer.url))
        await until(lambda: peer.requests)
        impatient = await post(transport, peer.url, timeouts=PATIENT._replace(pool=0.01))
        cancelled = asyncio.create_task(post(transport, peer.url))
        waiting = asyncio.create_task(post(transport, peer.url))
        await turns()
        cancelled.cancel()
        peer.links[0].write(OK)

        assert 200 == (await first).status
        assert 200 == (await waiting).status
        assert ("pool", False) == (impatient.kind, impatient.body_sent)
        assert ("interrupted", False) == ((await cancelled).kind, (await cancelled).body_sent)
        assert 1 == len(peer.links)


async def test_fifty_at_once_and_again_over_the_same_connections():
    async with serving() as peer, sending() as transport:
        for _ in range(3):
            replies = await asyncio.gather(*(post(transport, peer.url) for _ in range(50)))
            assert {200} == {reply.status for reply in replies}
        assert 50 == len(peer.links)


async def test_old_connections_are_closed_one_by_one(clock):
    async with serving() as peer, sending() as transport:
        await asyncio.gather(*(post(transport, peer.url) for _ in range(5)))
        await clock(4)
        await post(transport, peer.url)
        await clock(4)
        for left in (4, 3, 2, 1, 1):
            await post(transport, peer.url)
            assert left == len(open_connections())
        assert 5 == len(peer.links)


# --- kept connections -----------------------------------------------------------------------------------


@pytest.mark.parametrize("what", [b"", b"HTTP/1.1 408 Late\r\nContent-Length: 0\r\n\r\n"])
@pytest.mark.parametrize("is_seen", [True, False])
async def test_a_connection_on_which_something_has_come_is_not_used_again(what, is_seen):
    """Also when the event loop has not had the time to see it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        loop = asyncio.get_running_loop()
        async with sending() as transport:
            links = []
            for status in (200, 202):
                task = asyncio.create_task(post(transport, url))
                async with asyncio.timeout(20):
                    link, _ = await loop.sock_accept(listener)
                links.append(link)
                await loop.sock_recv(link, PIECE)
                link.send(OK.replace(b"200", str(status).encode()))
                assert status == (await task).status
                if what:
                    link.send(what)
                else:
                    link.shutdown(socket.SHUT_WR)
                if is_seen:
                    await turns()
                    assert [] == open_connections()
            for link in links:
                link.close()


async def test_a_connection_that_is_idle_for_long_is_not_used_again(clock):
    async with serving() as peer, sending() as transport:
        for _ in range(2):
            assert 200 == (await post(transport, peer.url)).status
            await clock(6)
        assert 2 == len(peer.links)


async def test_a_server_that_speaks_first_gets_nothing():
    async with serving() as peer, sending() as transport:
        peer.most = 0
        loop = asyncio.get_running_loop()
        create = loop.create_connection

        async def late(*arguments, **options):
            made = await create(*arguments, **options)
            await until(lambda: peer.links)
            peer.links[0].write(OK)
            await turns()
            return made

        loop.create_connection = late
        failure = await post(transport, peer.url)
        del loop.create_connection

        assert failure.body_sent is False
        assert 0 == peer.received


# --- connecting -----------------------------------------------------------------------------------------


async def test_an_address_that_does_not_answer_leaves_time_for_the_next(monkeypatch):
    loop = asyncio.get_running_loop()
    tried = []

    async def look_up(host, port, **_):
        assert b"api.example" == host
        at = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        return [(*at, ("192.0.2.1", port)), (*at, ("192.0.2.2", port)), (*at, ("127.0.0.1", port))]

    async def connect(sock, place):
        tried.append(place[0])
        if place[0] == "192.0.2.1":
            await asyncio.Event().wait()
        if place[0] == "192.0.2.2":
            raise ConnectionRefusedError
        return await to_peer(sock, place)

    to_peer = loop.sock_connect
    monkeypatch.setattr(loop, "getaddrinfo", look_up)
    monkeypatch.setattr(loop, "sock_connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    async with serving() as peer, sending() as transport:
        url = peer.url.replace("127.0.0.1", "api.example")
        reply = await post(transport, url, timeouts=PATIENT._replace(connect=1))

    assert 200 == reply.status
    assert ["192.0.2.1", "192.0.2.2", "127.0.0.1"] == tried
    assert b"\r\nHost: api.example:" in peer.requests[0]


def unknown(*_, **__):
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


# --- the end --------------------------------------------------------------------------------------------


async def test_closing_ends_what_is_under_way(monkeypatch):
    monkeypatch.setattr(asyncio_transport, "MOST_CONNECTIONS", 3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent_url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        async with serving() as peer, sending() as transport:
            assert 200 == (await post(transport, peer.url)).status
            peer.answers = [b""]
            calls = [
                asyncio.create_task(post(transport, url, content))
                for url, content in (
                    (peer.url, b"{}"),
                    (peer.url, LARGE),
                    (silent_url, b"{}"),
                    (peer.url, b"{}"),
                )
            ]
            await until(lambda: len(peer.requests) == 2)
            peer.most = 1
            await until(is_any_full)
            async with asyncio.timeout(20):
                await transport.aclose()
            assert [] == open_connections()
            failures = await asyncio.gather(*calls)
            late = await post(transport, peer.url)

    assert [("read", True), ("write", False), ("local", False), ("local", False)] == [
        (failure.kind, failure.body_sent) for failure in failures
    ]
    assert {ClosedError} == {type(failure.cause) for failure in [*failures, late]}
    assert ("local", False) == (late.kind, late.body_sent)


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_event_loops_end_without_a_word(tls, authority):
    """Each has connections of its own, which end with it when nobody closes them."""

    async def work() -> None:
        async with serving(context) as peer:
            peers.append(peer)
            assert 200 == (await post(transport, peer.url)).status
            assert 200 == (await post(transport, peer.url)).status
            assert 1 == len(peer.links)

    context = server_side(authority) if tls else None
    peers: list[Peer] = []
    transport = AsyncioTransport()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(3):
            asyncio.run(work())
            gc.collect()
            assert [] == open_connections()
    assert 1 == len(transport._by_loop)


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
async def test_a_forgotten_client_closes_its_connections(tls, authority):
    async with serving(server_side(authority) if tls else None) as peer:
        transport = AsyncioTransport()
        assert 200 == (await post(transport, peer.url)).status
        assert 0 == peer.ended
        del transport
        await until(lambda: peer.ended == 1)
        assert [] == open_connections()


def test_without_an_event_loop_of_asyncio_nothing_is_sent():
    call = post(AsyncioTransport(), "http://127.0.0.1:9/")
    with pytest.raises(StopIteration) as ended:
        call.send(None)

    failure = ended.value.value
    assert ("local", False) == (failure.kind, failure.body_sent)
    assert isinstance(failure.cause, ConfigurationError)
    assert "asyncio" in str(failure.cause)
