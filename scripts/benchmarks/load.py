"""A closed loop of one request over several connections: who answers faster is asked more.

It runs in a process of its own, and is as cheap as Python allows: raw sockets, requests that are
written beforehand, answers that are looked at no further than needed.
"""

from __future__ import annotations

import base64
import json
import selectors
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

#: Connections that are kept alive; enough that no server waits for the generator.
CONNECTIONS = 8

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Load(NamedTuple):
    """What one round came to.

    Attributes:
        requests: How many were answered.
        seconds: How long that took.
        busy: The share of this time that the generator itself was on a processor.
    """

    requests: int
    seconds: float
    busy: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def request_bytes(url: str, headers: dict[str, str], content: bytes) -> bytes:
    """Write a POST as it goes over the wire."""
    parts = urlsplit(url)
    lines = [
        f"POST {parts.path} HTTP/1.1",
        f"Host: {parts.netloc}",
        *(f"{name}: {value}" for name, value in headers.items()),
        f"Content-Length: {len(content)}",
    ]
    return "\r\n".join(lines).encode() + _END_OF_HEAD + content


def loaded(
    port: int, request: bytes, *, seconds: float = 3600.0, requests: int = sys.maxsize
) -> Load:
    """Send a request again and again, from another process, until time or number is reached.

    Args:
        port: Where the server listens on this machine.
        request: What to send, head and body.
        seconds: For how long at most.
        requests: How many at most.

    Raises:
        RuntimeError: An answer was not 200, or a connection broke.
    """
    order = {
        "port": port,
        "request": base64.b64encode(request).decode(),
        "seconds": seconds,
        "requests": requests,
    }
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        cwd=Path(__file__).resolve().parents[1],
        input=json.dumps(order),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the load on port {port} broke: {done.stderr.strip()[-500:]}")
    return Load(*json.loads(done.stdout))


def main() -> None:
    """Do what standard input asks for, and print the outcome."""
    order = json.loads(sys.stdin.read())
    request = base64.b64decode(order["request"])
    print(json.dumps(_run(order["port"], request, order["seconds"], order["requests"])))


def _run(port: int, request: bytes, seconds: float, requests: int) -> Load:
    selector = selectors.DefaultSelector()
    sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    answers = dict.fromkeys(sockets, b"")
    count = 0
    for own in sockets:
        own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(own, selectors.EVENT_READ)
    started, cpu_started = time.monotonic(), time.process_time()
    deadline = started + seconds
    left = requests
    for own in sockets[:left]:
        own.sendall(request)
        left -= 1
    waiting = requests - left
    while waiting:
        for key, _ in selector.select():
            own: socket.socket = key.fileobj  # type: ignore[assignment]
            received = own.recv(65_536)
            if not received:
                raise ConnectionError("the server ended a connection")
            answers[own] += received
            if not _is_whole(answers[own]):
                continue
            answers[own] = b""
            count += 1
            if left > 0 and time.monotonic() < deadline:
                own.sendall(request)
                left -= 1
            else:
                waiting -= 1
    passed = time.monotonic() - started
    busy = (time.process_time() - cpu_started) / passed
    for own in sockets:
        own.close()
    return Load(count, passed, busy)


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(_END_OF_HEAD)
    if not end:
        return False
    if not head.startswith(b"HTTP/1.1 200 "):
        raise ValueError(f"answered {answer[:300]!r}")
    lowered = head.lower()
    start = lowered.index(_LENGTH) + len(_LENGTH)
    return len(body) >= int(lowered[start:].split(b"\r", 1)[0])


if __name__ == "__main__":
    main()
