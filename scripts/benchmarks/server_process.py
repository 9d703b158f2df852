"""A server in a process of its own: how long it takes to start, and what it uses."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PATIENCE = 60.0
_POLL = 0.002

#: Whether the machine tells what processes use, in /proc.
KNOWS_USAGE = sys.platform == "linux"


class Server:
    """A running server.

    Attributes:
        port: Where it listens.
        seconds_to_answer: From the start of its process to the end of its first answer.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int, seconds: float) -> None:
        self._process = process
        self.port = port
        self.seconds_to_answer = seconds

    def cpu_seconds(self) -> float:
        """The CPU time that it has used so far, with its children."""
        ticks = 0
        for pid in _tree(self._process.pid):
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
            ticks += sum(map(int, fields.split()[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self) -> int:
        """The memory that it occupies now."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text("utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("the server has ended")


@contextmanager
def server(
    command: Callable[[int], list[str]], request: Callable[[int], bytes]
) -> Iterator[Server]:
    """Start a server and wait until it answers a request with 200.

    Args:
        command: Makes the command line for a port.
        request: Makes the first request for a port, head and body.

    Raises:
        RuntimeError: It ended, refused the request or never answered.
    """
    port = _free_port()
    sent, started = request(port), time.monotonic()
    with subprocess.Popen(
        command(port), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as process:
        try:
            while (answer := _answer(port, sent)) is None:
                if process.poll() is not None:
                    raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
                if time.monotonic() > started + _PATIENCE:
                    raise RuntimeError(f"{process.args!r} does not answer")
                time.sleep(_POLL)
            seconds = time.monotonic() - started
            if not answer.startswith(b"HTTP/1.1 200 "):
                raise RuntimeError(f"{process.args!r} answered {answer[:300]!r}")
            yield Server(process, port, seconds)
        finally:
            process.terminate()


def status_of(port: int, request: bytes) -> int:
    """The status with which a server answers a request."""
    return int((_answer(port, request) or b"HTTP/1.1 0").split()[1])


def _answer(port: int, request: bytes) -> bytes | None:
    """The beginning of the answer; None when nobody listens yet."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as connection:
            connection.sendall(request)
            return connection.recv(65_536)
    except ConnectionError:
        return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        children = (task / "children").read_text(encoding="utf-8").split()
        found += [one for child in children for one in _tree(int(child))]
    return found
