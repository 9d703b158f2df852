"""A process that has everything imported, and forks a worker whenever it is told to: that takes milliseconds.

A program: it reads jobs and signals from its input, one JSON object a line, and writes what becomes of the workers.
It ends, with all of them, when its input does.
"""

from __future__ import annotations

import faulthandler
import gc
import json
import os
import select
import signal
import socket
import sys
import tempfile
import threading
import traceback
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))

from stateful.worker import NUMBER, work

from eightbyeight import AsyncClient, Client, Journal
from eightbyeight.io.http.trust import shared_ssl_context


class Zygote:
    """Forks workers and reports how they end."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._bell, bell = os.pipe()
        os.set_blocking(bell, False)
        signal.set_wakeup_fd(bell)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> None:
        """Work until the input ends."""
        tell({"event": "ready"})
        rest = b""
        while True:
            ready, _, _ = select.select([0, self._bell], [], [])
            if self._bell in ready:
                os.read(self._bell, 4096)
                self._reap()
            if 0 in ready:
                data = os.read(0, 65_536)
                if not data:
                    break
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    order = json.loads(line)
                    if "signal" in order:
                        self._signal(order["name"], order["signal"])
                    else:
                        self._fork(order)
        for process in self._names:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)

    def _fork(self, job: dict[str, Any]) -> None:
        assert threading.active_count() == 1
        process = os.fork()
        if process == 0:
            _become(job)
        self._names[process] = job["name"]
        tell({"event": "started", "name": job["name"], "process": process})

    def _signal(self, name: str, number: int) -> None:
        """Send a signal, unless the worker has ended: its number may be another process's then."""
        for process, own in self._names.items():
            if own == name:
                os.kill(process, number)

    def _reap(self) -> None:
        while self._names:
            process, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
            if process == 0:
                return
            if os.WIFSTOPPED(status):
                tell({"event": "stopped", "name": self._names[process]})
                continue
            name = self._names.pop(process)
            tell({"event": "ended", "name": name, "status": os.waitstatus_to_exitcode(status)})


def tell(event: dict[str, Any]) -> None:
    """Write a line."""
    os.write(1, json.dumps(event).encode() + b"\n")


def _become(job: dict[str, Any]) -> None:
    """Be a worker, and end."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        errors = os.open(job["errors"], os.O_WRONLY | os.O_CREAT)
        for target, source in ((0, nothing), (1, nothing), (2, errors)):
            os.dup2(source, target)
        faulthandler.register(signal.SIGUSR1)  # asks a worker that hangs where it is
        work(job, os.getpid())
        status = 0
    except BaseException:  # noqa: BLE001  # nothing may get back into the zygote
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _warm_up() -> None:
    """Do everything once, so that nothing is left to import: with an API in memory, and with one that is down."""
    import asyncio

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200 if request.method == "POST" else 404, json={"umid": "u"})

    shared_ssl_context()
    with (
        socket.socket() as deaf,
        tempfile.TemporaryDirectory() as folder,
        Journal(Path(folder) / "x.db") as journal,
    ):
        deaf.bind(("127.0.0.1", 0))  # nobody listens
        down = {"base_url": f"http://127.0.0.1:{deaf.getsockname()[1]}", "max_attempts": 1}
        for options in ({"transport": httpx.MockTransport(answer)}, down):
            with Client("key", "acme", journal=journal, **options) as client:
                client.sms.send_many([NUMBER, "12"], text="Hi", concurrency=1)
                client.messages.send_many([(NUMBER, "Hi")], concurrency=1)
                client.surveys.send_batch("nps", [NUMBER], template="{{url}}", concurrency=1)
                client.reconcile()

        async def main() -> None:
            for options in ({"transport": httpx.MockTransport(answer)}, down):
                async with AsyncClient("key", "acme", journal=journal, **options) as client:
                    await client.sms.send_many([NUMBER], text="Hi")
                    await client.reconcile()

        asyncio.run(main())


if __name__ == "__main__":
    _warm_up()
    gc.collect()
    gc.freeze()  # so that the workers share its memory
    Zygote().serve()
