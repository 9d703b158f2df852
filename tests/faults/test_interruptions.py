"""Ctrl-C and cancellation, at every moment of a send, against a real server on sockets.

Asserted for each: what was thrown in comes out, its note tells the truth about the message, the server has read
it at most once, no connection stays in use, and the same client can send the next message.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from asyncio.selector_events import _SelectorSocketTransport
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from faults.harness import KEY, LARGE, NUMBER, PATIENT, SUBACCOUNT, TEXT, connections
from faults.server import Server, our_own
from httpcore._backends.sync import SyncStream

from eightbyeight import AsyncClient, Client, ConnectionLost, MemoryLimiter
from eightbyeight.core.rate import Slot
from eightbyeight.io.http.reply_reader import ReplyReader
from eightbyeight.io.http.thread_lanes import ThreadLanes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eightbyeight.core.rate import Quota

_MARGIN = 0.05  # seconds from the sign that a phase begins until it is surely under way
_LONGEST = 20.0
_REFERENCE = "the-one-that-is-cut-off"
_NOT_SENT = "sendSms: the request was not sent"
_UNKNOWN = f"sendSms: the request may have been executed; look for client_message_id {_REFERENCE}"


@dataclass(frozen=True)
class Moment:
    """Where a send is cut off, and what must be told of it."""

    name: str
    fault: str
    note: str = _NOT_SENT
    posts: int = 0
    large: bool = False
    tls: bool = False


MOMENTS = [
    Moment("connecting", "tls_no_reply", tls=True),
    Moment("writing", "stall_while_writing", large=True),
    Moment("reply", "no_reply", _UNKNOWN, posts=1),
    Moment("body_of_reply", "slow_drip_body", _UNKNOWN, posts=1),
    Moment("retry_pause", "status_429_wait_1", posts=1),
    Moment("limiter", "good"),
    Moment("pool", "good"),
]
# The libraries below leave the socket of a handshake that is cut off to the garbage collector.
_LEFT = pytest.mark.filterwarnings(
    "ignore:unclosed (<ssl.SSLSocket|<socket.socket|transport):ResourceWarning"
)
# What other backends have to do with; the rest is the client's own.
_PHASES = ("connecting", "writing", "reply", "body_of_reply")


def moments(*others: str) -> pytest.MarkDecorator:
    """Make the cases: all moments with httpx, those of the connection also with other backends."""
    return pytest.mark.parametrize(
        ("moment", "backend"),
        [
            pytest.param(
                moment, backend, id=f"{moment.name}-{backend}", marks=[_LEFT] if moment.tls else []
            )
            for backend in ("httpx", *others)
            for moment in MOMENTS
            if backend == "httpx" or moment.name in _PHASES
        ],
    )


class BusyOnce(MemoryLimiter):
    """A limiter whose next slot is far away, once."""

    def __init__(self, *, is_busy: bool) -> None:
        super().__init__()
        self.is_busy = is_busy
        self.was_asked = False

    def reserve(self, quotas: Sequence[Quota], at_most: float) -> Slot:
        self.was_asked = True
        is_busy, self.is_busy = self.is_busy, False
        return Slot(_LONGEST, is_taken=True) if is_busy else super().reserve(quotas, at_most)

    def freeze(self, quotas: Sequence[Quota], seconds: float) -> None:
        """Hold nobody back: the next message is to go out at once."""


class Watch(logging.Handler):
    """Sees when an attempt has ended, by the client's own log."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.has_ended = False

    def emit(self, record: logging.LogRecord) -> None:
        self.has_ended = True


@pytest.fixture
def watch():
    logger, handler = logging.getLogger("eightbyeight"), Watch()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(level)


def settings(moment: Moment, server: Server, backend: str = "httpx") -> dict[str, Any]:
    """Return the arguments of a client that makes all connections itself."""
    return {
        "api_key": KEY,
        "subaccount_id": SUBACCOUNT,
        "base_url": server.url,
        "timeouts": PATIENT,
        "backend": backend,
        "rate_limits": BusyOnce(is_busy=moment.name == "limiter"),
    }


@contextmanager
def no_connection_free(client: Client):
    """Take all the places that there are, as if by other threads."""
    lanes = client._transport._lanes
    others = range(-lanes._most, 0)
    lanes._under_way.update(others)
    yield
    lanes._under_way.difference_update(others)


@asynccontextmanager
async def no_lane_free(client: AsyncClient):
    """Take the one place that there may be."""
    lanes = client._transport._lanes.here()
    lanes._free = asyncio.Semaphore(1)
    async with lanes._free:
        yield


def is_waiting(client: Client | AsyncClient) -> bool:
    """Tell whether a call waits for a connection."""
    if isinstance(client, Client):
        return client._transport._lanes._waiting > 0
    (lanes,) = client._transport._lanes
    return bool(lanes._free._waiters)


def has_begun(
    moment: Moment, server: Server, client: Client | AsyncClient, watch: Watch
) -> Callable[[], bool]:
    """Return what tells that the phase has begun."""
    return {
        "connecting": lambda: server.connections > 0,
        "writing": lambda: bool(server.beginnings),
        "reply": lambda: bool(server.posts),
        "body_of_reply": lambda: bool(server.posts),
        "retry_pause": lambda: watch.has_ended,
        "limiter": lambda: client._configuration.limiter.was_asked,
        "pool": lambda: is_waiting(client),
    }[moment.name]


def message(moment: Moment) -> dict[str, Any]:
    padding = {"extra": {"padding": "x" * LARGE}} if moment.large else {}
    return {"client_message_id": _REFERENCE, **padding}


def check(moment: Moment, server: Server, client: Client | AsyncClient) -> None:
    """Look at what is left, after the next message."""
    gc.collect()  # what is left to it is left here
    assert all("IDLE" in connection for connection in connections(client))
    server.settle()
    references = [post.client_message_id for post in server.posts]
    assert references.count(_REFERENCE) == moment.posts
    assert len(references) == moment.posts + 1


# --- Ctrl-C -------------------------------------------------------------------------------------------


@pytest.fixture
def ctrl_c():
    """Sends the signal of Ctrl-C to the main thread as soon as it is in a phase."""
    threads = []

    def once(begun: Callable[[], bool]) -> None:
        def send() -> None:
            ends = time.monotonic() + _LONGEST
            while not begun() and time.monotonic() < ends:
                time.sleep(0.002)
            time.sleep(_MARGIN)
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

        threads.append(threading.Thread(target=send))
        threads[-1].start()

    old = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield once
    for thread in threads:
        thread.join(_LONGEST)
    signal.signal(signal.SIGINT, old)


@moments("fast")
def test_ctrl_c(moment, backend, watch, ctrl_c):
    with ExitStack() as stack:
        tls = our_own() if moment.tls else None
        server = stack.enter_context(Server(moment.fault, times=1, tls=tls))
        client = stack.enter_context(Client(**settings(moment, server, backend)))
        with ExitStack() as occupied:
            if moment.name == "pool":
                occupied.enter_context(no_connection_free(client))
            ctrl_c(has_begun(moment, server, client, watch))
            with pytest.raises(KeyboardInterrupt) as caught:
                client.sms.send(NUMBER, TEXT, **message(moment))
        assert caught.value.__notes__ == [moment.note]
        del caught
        assert client.sms.send(NUMBER, TEXT).is_readable
        check(moment, server, client)


def test_ctrl_c_behind_the_last_byte(monkeypatch):
    """It strikes when the request is out, and before anybody could tell."""
    write = SyncStream.write

    def write_and_stop(self, buffer, timeout=None):
        write(self, buffer, timeout)
        if b"clientMessageId" in buffer:
            monkeypatch.undo()
            raise KeyboardInterrupt

    monkeypatch.setattr(SyncStream, "write", write_and_stop)
    moment = Moment("behind", "good", _UNKNOWN, posts=1)
    with Server() as server, Client(**settings(moment, server)) as client:
        with pytest.raises(KeyboardInterrupt) as caught:
            client.sms.send(NUMBER, TEXT, **message(moment))
        assert caught.value.__notes__ == [_UNKNOWN]
        assert client.sms.send(NUMBER, TEXT).is_readable
        check(moment, server, client)


def test_ctrl_c_behind_the_last_byte_of_a_socket(monkeypatch):
    """The kernel has the request, and Ctrl-C strikes before Python could say so."""
    moment = Moment("behind", "good", _UNKNOWN, posts=1)
    with Server() as server, Client(**settings(moment, server, "fast")) as client:

        def send_and_stop(self, data):
            super(socket.socket, self).send(data)
            monkeypatch.undo()
            raise KeyboardInterrupt

        monkeypatch.setattr(socket.socket, "send", send_and_stop)
        with pytest.raises(KeyboardInterrupt) as caught:
            client.sms.send(NUMBER, TEXT, **message(moment))
        assert caught.value.__notes__ == [_UNKNOWN]
        assert client.sms.send(NUMBER, TEXT).is_readable
        check(moment, server, client)


@pytest.mark.parametrize("raised", [TimeoutError, RuntimeError, ConnectionError])
@pytest.mark.parametrize("where", [(socket.socket, "send"), (ThreadLanes, "give_back")])
@pytest.mark.parametrize("backend", ["httpx", "fast"])
def test_what_a_handler_of_signals_raises_is_no_proof(monkeypatch, raised, where, backend):
    """Limits of time are made so, with an alarm whose handler raises; the request is out by then."""
    owner, name = where
    genuine = getattr(owner, name)

    def do_and_raise(self, argument):
        genuine(self, argument)
        monkeypatch.undo()
        raise raised("too late")

    moment = Moment("behind", "good", posts=1)
    with Server() as server, Client(**settings(moment, server, backend)) as client:
        monkeypatch.setattr(owner, name, do_and_raise)
        with pytest.raises(ConnectionLost):
            client.sms.send(NUMBER, TEXT, **message(moment))
        assert client.sms.send(NUMBER, TEXT).is_readable
        check(moment, server, client)


@pytest.mark.parametrize("method", ["on_header", "on_message_complete"])
def test_ctrl_c_while_the_reply_is_read(monkeypatch, method):
    """The parser makes an error of its own of whatever is raised within what it calls."""

    def stop(self, *_):
        monkeypatch.undo()
        raise KeyboardInterrupt

    moment = Moment("reading", "good", _UNKNOWN, posts=1)
    with Server() as server, Client(**settings(moment, server, "fast")) as client:
        monkeypatch.setattr(ReplyReader, method, stop)
        with pytest.raises(KeyboardInterrupt) as caught:
            client.sms.send(NUMBER, TEXT, **message(moment))
        assert caught.value.__notes__ == [_UNKNOWN]
        assert client.sms.send(NUMBER, TEXT).is_readable
        check(moment, server, client)


def test_ctrl_c_when_the_reply_is_there(monkeypatch):
    """A connection that is given back is no more the call's: it is not closed, and says nothing about it."""

    def stop(self, lane):
        give_back(self, lane)
        monkeypatch.undo()
        raise KeyboardInterrupt

    give_back = ThreadLanes.give_back
    moment = Moment("behind", "good", _UNKNOWN, posts=1)
    with Server() as server, Client(**settings(moment, server, "fast")) as client:
        monkeypatch.setattr(ThreadLanes, "give_back", stop)
        with pytest.raises(KeyboardInterrupt) as caught:
            client.sms.send(NUMBER, TEXT, **message(moment))
        assert caught.value.__notes__ == [_UNKNOWN]
        assert client.sms.send(NUMBER, TEXT).is_readable
        assert server.connections == 1
        check(moment, server, client)


def test_the_note_is_in_the_traceback_of_a_program():
    program = (
        "import sys\n"
        "from eightbyeight import Client\n"
        f"with Client({KEY!r}, {SUBACCOUNT!r}, base_url=sys.argv[1]) as client:\n"
        f"    client.sms.send(sys.argv[2], sys.argv[3], client_message_id={_REFERENCE!r})\n"
    )
    with Server("no_reply") as server:
        running = subprocess.Popen(
            [sys.executable, "-c", program, server.url, NUMBER, TEXT],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        ends = time.monotonic() + _LONGEST
        while not server.posts and time.monotonic() < ends:
            time.sleep(0.01)
        time.sleep(_MARGIN)
        running.send_signal(signal.SIGINT)
        shown = running.communicate(timeout=_LONGEST)[1]

    assert shown.rstrip().endswith(f"KeyboardInterrupt\n{_UNKNOWN}")
    for secret in (KEY, NUMBER.removeprefix("+"), TEXT):
        assert secret not in shown


# --- cancellation -------------------------------------------------------------------------------------


async def cancelled(call, begun: Callable[[], bool]) -> list[str]:
    """Cancel the task of a call, and return the notes of what comes out."""
    task = asyncio.create_task(call)
    await reached(begun)
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    return caught.value.__notes__


async def timed_out(call, begun: Callable[[], bool]) -> list[str]:
    """Let the time of a block run out in which the call is made, and return the notes of the cause."""

    async def run_out(scope: asyncio.Timeout) -> None:
        await reached(begun)
        scope.reschedule(asyncio.get_running_loop().time())

    async def in_time() -> None:
        async with asyncio.timeout(_LONGEST) as scope:
            watchers.append(asyncio.create_task(run_out(scope)))
            await call

    watchers: list[asyncio.Task[None]] = []
    with pytest.raises(TimeoutError) as caught:
        await in_time()
    await watchers[0]
    assert type(caught.value.__cause__) is asyncio.CancelledError
    return caught.value.__cause__.__notes__


async def reached(begun: Callable[[], bool]) -> None:
    ends = time.monotonic() + _LONGEST
    while not begun() and time.monotonic() < ends:  # noqa: ASYNC110  # other threads know nothing of the loop
        await asyncio.sleep(0.002)
    await asyncio.sleep(_MARGIN)


@pytest.mark.parametrize("way", [cancelled, timed_out], ids=["cancel", "timeout"])
@moments("fast", "aiohttp")
async def test_cancellation(moment, backend, way, watch):
    async with AsyncExitStack() as stack:
        tls = our_own() if moment.tls else None
        server = stack.enter_context(Server(moment.fault, times=1, tls=tls))
        client = await stack.enter_async_context(AsyncClient(**settings(moment, server, backend)))
        async with AsyncExitStack() as occupied:
            if moment.name == "pool":
                await occupied.enter_async_context(no_lane_free(client))
            call = client.sms.send(NUMBER, TEXT, **message(moment))
            notes = await way(call, has_begun(moment, server, client, watch))
        assert notes == [moment.note]
        assert (await client.sms.send(NUMBER, TEXT)).is_readable
        check(moment, server, client)


async def test_wait_for():
    moment = Moment("reply", "no_reply", _UNKNOWN, posts=1)
    with Server("no_reply", times=1) as server:
        async with AsyncClient(**settings(moment, server)) as client:
            with pytest.raises(TimeoutError) as caught:
                await asyncio.wait_for(client.sms.send(NUMBER, TEXT, **message(moment)), 0.5)
            assert caught.value.__cause__.__notes__ == [_UNKNOWN]
            assert (await client.sms.send(NUMBER, TEXT)).is_readable
            check(moment, server, client)


@pytest.mark.parametrize("large", [False, True])
async def test_cancellation_behind_the_last_byte(monkeypatch, large):
    """It strikes when the request is out, and before anybody could tell."""
    write, left = _SelectorSocketTransport.write, []

    def write_and_cancel(self, data):
        write(self, data)
        head, _, body = bytes(data).partition(b"\r\n\r\n")
        if length := re.search(rb"Content-Length: (\d+)", head):
            left.append(int(length[1]) - len(body))
        else:
            left[0] -= len(data)
        if not left[0]:
            asyncio.current_task().cancel()

    moment = Moment("behind", "good", _UNKNOWN, posts=1)
    with Server() as server:
        async with AsyncClient(**settings(moment, server)) as client:
            extra = {"padding": "x" * (LARGE // 8)} if large else None
            call = client.sms.send(NUMBER, TEXT, client_message_id=_REFERENCE, extra=extra)
            task = asyncio.create_task(call)
            monkeypatch.setattr(_SelectorSocketTransport, "write", write_and_cancel)
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            monkeypatch.undo()
            assert caught.value.__notes__ == [_UNKNOWN]
            assert (await client.sms.send(NUMBER, TEXT)).is_readable
            if (
                not large
            ):  # the end of a large body may have waited in the process and be thrown away
                check(moment, server, client)
