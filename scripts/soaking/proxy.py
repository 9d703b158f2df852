"""A proxy that stands between client and API, and breaks requests in the ways that networks do.

Each request has a fate, see ``fates``; for windows of time, no connection is accepted at all. The API behind
it is called in process, since a second hop would only cost time.

Run as a module it serves on a free port, says which, answers the line "report" with one of JSON, and ends
when its standard input does.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import signal
import socket
import struct
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from .fates import FATES, End, drawn
from .upstream import Upstream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eightbyeight.mock.response import Response

    from .fates import Fate

_ROOM = 65_536
_GC_THRESHOLD = 50_000
_STOP_SECONDS = 10.0
_BACKLOG = 1024
_RST = struct.pack("ii", 1, 0)  # SO_LINGER on, for no time at all


class Head(NamedTuple):
    """The head of a request, and where its body begins and ends in what was received."""

    method: str
    target: str
    headers: list[tuple[bytes, bytes]]
    body_from: int
    body_to: int


@dataclass(frozen=True)
class Outages:
    """When nobody can connect: after so many requests each time, for so many seconds."""

    every: int
    seconds: float


class Link(asyncio.BufferedProtocol):
    """The proxy's end of one connection."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._room = memoryview(bytearray(_ROOM))
        self._received = bytearray()
        self._head: Head | None = None
        self._is_deaf = False  # the request is over, and what follows it is not heard
        self._name, self._fate = "", FATES["good"]
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Draw the first fate, which may forbid to read anything."""
        self._transport = cast("asyncio.Transport", transport)
        self._proxy.links.add(self)
        self._expect()
        if self._fate.reads == 0:
            self._play(None)

    def connection_lost(self, _: Exception | None) -> None:
        """Forget the connection."""
        self._proxy.links.discard(self)

    def get_buffer(self, _: int) -> memoryview:
        """Offer no more room than the fate lets be read."""
        reads = self._fate.reads
        return self._room if reads is None else self._room[: max(1, reads - len(self._received))]

    def buffer_updated(self, count: int) -> None:
        """Take what has arrived, and play the fate once its share of the request is there."""
        if self._is_deaf:
            return
        self._received += self._room[:count]
        if self._fate.reads is None:
            self._head = self._head or _head_of(self._received)
            if self._head is not None and len(self._received) >= self._head.body_to:
                self._play(self._head)
        elif len(self._received) >= self._fate.reads:
            self._play(None)

    def reset(self) -> None:
        """End the connection with a reset."""
        with contextlib.suppress(OSError):
            sock = self._transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
        self._transport.abort()

    def _expect(self) -> None:
        """Begin anew for the next request; its fate is drawn before it comes."""
        self._name, self._fate = self._proxy.draw()
        self._received.clear()
        self._head, self._is_deaf = None, False

    def _play(self, head: Head | None) -> None:
        self._is_deaf = True
        self._proxy.note(self._name)
        answer = None
        if head is not None and self._fate.forwards:
            body = bytes(self._received[head.body_from : head.body_to])
            answer = self._proxy.upstream.handle(head.method, head.target, head.headers, body)
        if self._fate.delay:
            asyncio.get_running_loop().call_later(self._fate.delay, self._end, self._fate, answer)
        else:
            self._end(self._fate, answer)

    def _end(self, fate: Fate, answer: Response | None) -> None:
        if self._transport.is_closing():
            return
        if fate.answer is not None:
            self._transport.write(fate.answer(answer))
        if fate.end is End.KEEP:
            self._expect()
        elif fate.end is End.FIN:
            self._transport.close()
        elif fate.end is End.RST:
            self.reset()


def _head_of(received: bytearray) -> Head | None:
    """Read the head of a request; None as long as it is not there in full."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    first, *lines = bytes(received[:end]).split(b"\r\n")
    method, target, _ = first.decode("latin-1").split(" ")
    headers, length = [], 0
    for line in lines:
        name, _, value = line.partition(b":")
        headers.append((name.lower(), value.strip()))
        if headers[-1][0] == b"content-length":
            length = int(value)
    return Head(method, target, headers, end + 4, end + 4 + length)


class Proxy:
    """Serves an API through faults, on a port that stays its own during outages.

    Args:
        upstream: The API.
        fates: The names of the fates to play, in the order in which requests are expected.
        outages: When nobody can connect, if ever.

    Attributes:
        played: How often each fate was met.
        outages_played: How many outages there were.
        url: Where it serves, once it does.
    """

    def __init__(
        self, upstream: Upstream, fates: Iterator[str], *, outages: Outages | None = None
    ) -> None:
        self.upstream = upstream
        self.links: set[Link] = set()
        self.played: Counter[str] = Counter()
        self.outages_played = 0
        self._fates = fates
        self._outages = outages
        self._outage: asyncio.Task[None] | None = None
        self._left = outages.every if outages else 0
        self._stop = asyncio.Event()
        # Bound and never listening: while nobody listens, nobody else gets the port either. A client that
        # connects to a free port of this machine now and then even gets it for its own end.
        self._reservation = _bind(0)
        self._port = self._reservation.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"

    def draw(self) -> tuple[str, Fate]:
        """Return the next fate and its name."""
        name = next(self._fates)
        return name, FATES[name]

    def note(self, name: str) -> None:
        """Count a fate that was met, and begin an outage when it is time for one."""
        self.played[name] += 1
        if self._outages is None or self._outage is not None:
            return
        self._left -= 1
        if self._left == 0:
            self._left = self._outages.every
            self._outage = asyncio.get_running_loop().create_task(self._pause(self._outages))

    async def serve(self, is_ready: threading.Event) -> None:
        """Serve until stopped."""
        await self._listen()
        is_ready.set()
        await self._stop.wait()
        if self._outage is not None:
            self._outage.cancel()
        self._close()
        self._reservation.close()

    def stop(self) -> None:
        """End it; to be called in its event loop."""
        self._stop.set()

    async def _listen(self) -> None:
        listener = _bind(self._port)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Link(self), sock=listener, backlog=_BACKLOG)

    async def _pause(self, outages: Outages) -> None:
        self.outages_played += 1
        self._close()
        await asyncio.sleep(outages.seconds)
        await self._listen()
        self._outage = None

    def _close(self) -> None:
        self._server.close()
        for link in list(self.links):
            link.reset()


def _bind(port: int) -> socket.socket:
    # With its protocol named: asyncio switches delays off (TCP_NODELAY) for such sockets only.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # Windows calls the same thing SO_REUSEADDR.
    sock.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_REUSEPORT", socket.SO_REUSEADDR), 1)
    sock.bind(("127.0.0.1", port))
    return sock


@contextmanager
def serving(proxy: Proxy) -> Iterator[str]:
    """Serve in a thread of this process and yield the URL."""
    is_ready = threading.Event()
    loop = asyncio.new_event_loop()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(proxy.serve(is_ready))

    thread = threading.Thread(target=run, name="soak-proxy", daemon=True)
    thread.start()
    try:
        if not is_ready.wait(_STOP_SECONDS):
            raise OSError("the proxy did not start")
        yield proxy.url
    finally:
        loop.call_soon_threadsafe(proxy.stop)
        thread.join(_STOP_SECONDS)


def main() -> None:
    """Serve until standard input ends, so that no proxy outlives its soak."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--outage-every", type=int, required=True)
    parser.add_argument("--outage-seconds", type=float, required=True)
    options = parser.parse_args()
    # Ctrl-C reaches the whole group; who started this ends it in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The store holds many small objects that live long; looking at all of them often is waste.
    gc.set_threshold(_GC_THRESHOLD)
    upstream = Upstream()
    outages = Outages(options.outage_every, options.outage_seconds)
    proxy = Proxy(upstream, drawn(options.seed), outages=outages)
    with serving(proxy) as url:
        print(url, flush=True)
        for _ in sys.stdin:
            report: dict[str, Any] = {
                "fates": proxy.played,
                "outages": proxy.outages_played,
                "accepted": upstream.accepted,
            }
            print(json.dumps(report), flush=True)


if __name__ == "__main__":
    main()
