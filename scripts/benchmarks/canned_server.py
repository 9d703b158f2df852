"""An HTTP server in a process of its own that accepts everything, as fast as it can.

Run as a module it serves on a free port, says which, and ends when its standard input does. Its arguments are
the status to answer with, the files of a certificate and its key, or "", and the file of a body to answer with.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import uvicorn

from .workload import ACCEPTED, ACCEPTED_SMS

if TYPE_CHECKING:
    from collections.abc import Iterator


class Certificate(NamedTuple):
    """The files of a certificate of 127.0.0.1, of its key, and of the authority that issued it."""

    chain: str
    key: str
    authority: str


class Accepting:
    """Answers any request with the same few bytes, and knows how many connections there were.

    A GET asks for that number.
    """

    def __init__(self, body: bytes | None, status: int) -> None:
        self._body = body
        self._status = status
        self._peers: set[Any] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request."""
        while (await receive()).get("more_body"):
            pass
        if scope["method"] == "GET":
            body = b"%d" % len(self._peers)
        else:
            self._peers.add(scope["client"])
            body = self._body or (ACCEPTED_SMS if scope["path"].startswith("/sms/") else ACCEPTED)
        length = str(len(body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@contextmanager
def certificate() -> Iterator[Certificate]:
    """Make a certificate, for as long as it is needed."""
    import trustme

    with tempfile.TemporaryDirectory() as folder:
        authority = trustme.CA()
        issued = authority.issue_cert("127.0.0.1", "localhost")
        made = Certificate(*(str(Path(folder) / name) for name in ("chain", "key", "authority")))
        issued.private_key_pem.write_to_path(made.key)
        for blob in issued.cert_chain_pems:
            blob.write_to_path(made.chain, append=True)
        authority.cert_pem.write_to_path(made.authority)
        yield made


@contextmanager
def canned_server(
    tls: Certificate | None = None, body: bytes | None = None, status: int = 200
) -> Iterator[str]:
    """Start the server and yield its URL. ``body`` is its answer, if not that of an accepted message."""
    command = [sys.executable, "-m", __name__]
    scripts = Path(__file__).resolve().parents[1]
    with ExitStack() as stack:
        command += [str(status), *([tls.chain, tls.key] if tls else ["", ""])]
        if body is not None:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            (Path(folder) / "body").write_bytes(body)
            command.append(str(Path(folder) / "body"))
        process = stack.enter_context(
            subprocess.Popen(
                command,
                cwd=scripts,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        )
        try:
            if process.stdout is None or not (port := process.stdout.readline().strip()):
                raise OSError("the server for the benchmark did not start")
            yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        finally:
            process.terminate()


def main(status: str, chain: str, key: str, body: str = "") -> None:
    """Serve until standard input ends, so that no server outlives its benchmark."""
    # With its protocol named: asyncio switches delays off (TCP_NODELAY) for such sockets only.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(1024)
    config = uvicorn.Config(
        Accepting(Path(body).read_bytes() if body else None, int(status)),
        lifespan="off",
        access_log=False,
        log_level="error",
        timeout_keep_alive=600,  # while one contender runs, the other's connections wait
        ssl_certfile=chain or None,
        ssl_keyfile=key or None,
    )
    server = uvicorn.Server(config)

    def end_with_parent() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=end_with_parent, daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    server.run(sockets=[listener])


if __name__ == "__main__":
    main(*sys.argv[1:])
