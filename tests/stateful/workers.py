"""Starts workers, watches them, and makes sure that none is left behind."""

from __future__ import annotations

import atexit
import contextlib
import itertools
import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KILLED = -signal.SIGKILL
LONGEST = 20.0  # seconds that a worker may take
_MOMENT = 0.2  # to say where it hangs
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@dataclass(eq=False)
class Worker:
    """A process that does a job. ``status`` is its exit status, or minus the signal that has killed it."""

    name: str
    job: dict[str, Any]
    process: int = 0
    is_stopped: bool = False
    status: int | None = None

    @property
    def errors(self) -> str:
        """What it wrote to its standard error."""
        path = Path(self.job["errors"])
        return path.read_text("utf-8", "replace") if path.exists() else ""

    @property
    def outcomes(self) -> list[Any] | None:
        """What its caller was told; None if it did not live to tell."""
        path = Path(self.job["result"])
        return json.loads(path.read_text("utf-8")) if self.status == 0 else None


class Hanging(AssertionError):
    """A worker did not end in time."""


class Workers:
    """The workers of a session. They are forked by one process, which is started with this."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.longest = LONGEST
        self._names = (f"w{number}" for number in itertools.count(1))
        self._alive: dict[str, Worker] = {}
        self._rest = b""
        self._log = (folder / "zygote.err").open("wb")
        quiet = {name: value for name, value in os.environ.items() if name.lower() not in _PROXIES}
        self._zygote = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("zygote.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=quiet,
            bufsize=0,
            start_new_session=True,  # Ctrl-C is for the tests only
        )
        atexit.register(self.close)
        if self._event(time.monotonic() + LONGEST)["event"] != "ready":
            raise RuntimeError("the zygote does not work")

    def name(self) -> str:
        """Return a name for a worker."""
        return next(self._names)

    def start(self, job: dict[str, Any]) -> Worker:
        """Start a worker, and return when it has begun."""
        worker = self._alive[job["name"]] = Worker(job["name"], job)
        self._order(job)
        ends = time.monotonic() + LONGEST
        while not worker.process:
            self._note(self._event(ends))
        return worker

    def kill(self, worker: Worker) -> None:
        """Kill a worker, if it is still there."""
        self._order({"signal": signal.SIGKILL, "name": worker.name})

    def go_on(self, worker: Worker) -> None:
        """Let a worker go on that was stopped."""
        worker.is_stopped = False
        self._order({"signal": signal.SIGCONT, "name": worker.name})

    def wait(self, *workers: Worker) -> None:
        """Wait until each has ended or was stopped. Raises Hanging when one takes too long; it is killed then."""
        ends = time.monotonic() + self.longest
        while slow := [one for one in workers if one.status is None and not one.is_stopped]:
            try:
                self._note(self._event(ends))
            except TimeoutError:
                for number in (signal.SIGUSR1, signal.SIGKILL):
                    for worker in slow:
                        self._order({"signal": number, "name": worker.name})
                    time.sleep(_MOMENT)
                told = "\n".join(f"{worker.job}\n{worker.errors}" for worker in slow)
                raise Hanging(f"killed after {self.longest:g} s:\n{told}") from None

    def end_all(self) -> None:
        """Kill all that are left, and wait for their ends."""
        left = list(self._alive.values())
        for worker in left:
            self.kill(worker)
            worker.is_stopped = False
        self.wait(*left)

    def close(self) -> None:
        """End everything."""
        atexit.unregister(self.close)
        if self._zygote.returncode is not None:
            return
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        self._zygote.stdin.close()  # it kills its workers, and ends
        try:
            self._zygote.wait(5)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._zygote.pid, signal.SIGKILL)
            self._zygote.wait()
        self._zygote.stdout.close()
        self._log.close()

    def _order(self, order: dict[str, Any]) -> None:
        assert self._zygote.stdin is not None
        self._zygote.stdin.write(json.dumps(order).encode() + b"\n")

    def _note(self, event: dict[str, Any]) -> None:
        worker = self._alive[event["name"]]
        if event["event"] == "started":
            worker.process = event["process"]
        elif event["event"] == "stopped":
            worker.is_stopped = True
        else:
            worker.status, worker.is_stopped = event["status"], False
            del self._alive[worker.name]

    def _event(self, ends: float) -> dict[str, Any]:
        """Return the next thing that the zygote tells. Raises TimeoutError."""
        assert self._zygote.stdout is not None
        while b"\n" not in self._rest:
            ready, _, _ = select.select(
                [self._zygote.stdout], [], [], max(0, ends - time.monotonic())
            )
            if not ready:
                raise TimeoutError
            data = os.read(self._zygote.stdout.fileno(), 65_536)
            if not data:
                log = (self.folder / "zygote.err").read_text("utf-8", "replace")
                raise RuntimeError(f"the zygote has ended:\n{log}")
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return dict(json.loads(line))
