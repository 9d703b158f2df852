"""The proxy in a process of its own, so that it does not share an interpreter with the client under test."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .proxy import Outages

_SCRIPTS = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Report:
    """What the proxy and the API behind it have seen.

    Attributes:
        fates: How many requests met each fate.
        outages: How many outages there were.
        accepted: The umids that the API gave, by clientMessageId.
    """

    fates: dict[str, int]
    outages: int
    accepted: dict[str, list[str]]


class ProxyProcess:
    """A running proxy: its ``url``, and what it has seen so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.url = self._read()

    def report(self) -> Report:
        """Ask what has been seen."""
        orders = _pipe(self._process.stdin)
        orders.write("report\n")
        orders.flush()
        seen: dict[str, Any] = json.loads(self._read())
        return Report(**seen)

    def _read(self) -> str:
        line = _pipe(self._process.stdout).readline().strip()
        if not line:
            raise OSError("the proxy has ended")
        return line


@contextmanager
def proxy_process(seed: int, outages: Outages) -> Iterator[ProxyProcess]:
    """Start a proxy, and end it when done."""
    settings = {
        "--seed": seed,
        "--outage-every": outages.every,
        "--outage-seconds": outages.seconds,
    }
    options = [str(word) for pair in settings.items() for word in pair]
    with subprocess.Popen(
        [sys.executable, "-m", "soaking.proxy", *options],
        cwd=_SCRIPTS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            yield ProxyProcess(process)
        finally:
            process.terminate()


def _pipe(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise TypeError("the proxy was started without pipes")
    return stream
