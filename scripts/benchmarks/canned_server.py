"""An HTTP server in a process of its own that accepts everything, as fast as it can.

Run as a module it serves on a free port, says which, and ends when its standard input does.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from .workload import ACCEPTED, ACCEPTED_SMS

if TYPE_CHECKING:
    from collections.abc import Iterator


async def accept(scope: Any, receive: Any, send: Any) -> None:
    """Answer any request with the same few bytes."""
    while (await receive()).get("more_body"):
        pass
    body = ACCEPTED_SMS if scope["path"].startswith("/sms/") else ACCEPTED
    length = str(len(body)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", length)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def canned_server() -> Iterator[str]:
    """Start the server and yield its URL."""
    command = [sys.executable, "-m", __name__]
    scripts = Path(__file__).resolve().parents[1]
    with subprocess.Popen(
        command, cwd=scripts, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            if process.stdout is None or not (port := process.stdout.readline().strip()):
                raise OSError("the server for the benchmark did not start")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def main() -> None:
    """Serve until standard input ends, so that no server outlives its benchmark."""
    # With its protocol named: asyncio switches delays off (TCP_NODELAY) for such sockets only.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(1024)
    config = uvicorn.Config(
        accept,
        lifespan="off",
        access_log=False,
        log_level="error",
        timeout_keep_alive=600,  # while one contender runs, the other's connections wait
    )
    server = uvicorn.Server(config)

    def end_with_parent() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=end_with_parent, daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    server.run(sockets=[listener])


if __name__ == "__main__":
    main()
