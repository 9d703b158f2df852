"""The mock on a real socket: for the command line, and for tests that want one."""

from __future__ import annotations

import gc
import signal
import socket
import threading
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import uvicorn

from eightbyeight.mock.showing import Showing
from eightbyeight.mock.ticking import ticking

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

    from eightbyeight.mock.app import MockApp
    from eightbyeight.mock.tls import Certificate

_BACKLOG = 2048
_GC_THRESHOLD = 50_000
_STOP_SECONDS = 10.0


def listen(host: str, port: int) -> socket.socket:
    """Open a listening socket; port 0 takes a free one.

    Raises:
        OSError: The address cannot be used.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    server = socket.socket(family, kind, protocol)
    try:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(address)
        # Listening from here on: a client that connects before the server runs just waits.
        server.listen(_BACKLOG)
    except BaseException:
        server.close()
        raise
    return server


def url_of(listener: socket.socket, scheme: str = "http") -> str:
    """The URL under which a listening socket is reached from this machine."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - a comparison, nothing is bound here
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def run(app: MockApp, listener: socket.socket, certificate: Certificate | None = None) -> None:
    """Serve until interrupted; Ctrl-C and a termination signal both end it in peace."""
    server = uvicorn.Server(_config(app, certificate))
    # The store holds many small objects that live long; looking at all of them often is waste.
    gc.set_threshold(_GC_THRESHOLD)
    # uvicorn shuts down on a signal and then raises it once more, for handlers such as this one.
    with _handling(signal.SIGTERM, _end_in_peace), ticking(app, server):
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            pass
        finally:
            listener.close()


@contextmanager
def serving(
    app: MockApp,
    host: str = "127.0.0.1",
    port: int = 0,
    certificate: Certificate | None = None,
) -> Iterator[str]:
    """Serve in a thread of this process, over TLS with a certificate, and yield the URL."""
    listener = listen(host, port)
    server = uvicorn.Server(_config(app, certificate))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    with ticking(app, server):
        try:
            yield url_of(listener, "http" if certificate is None else "https")
        finally:
            server.should_exit = True
            thread.join(_STOP_SECONDS)
            listener.close()


def _config(app: MockApp, certificate: Certificate | None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_protocol(),
        ssl_certfile=None if certificate is None else certificate.server_file,
        access_log=False,
        log_level="warning",
        server_header=False,
        # A seeded mock answers byte for byte the same; the date of today would spoil that.
        date_header=app.seed is None,
        # Keep-alive connections of a client under test must not hold up the end.
        timeout_graceful_shutdown=2,
    )


def _protocol() -> type[asyncio.Protocol]:
    """The fastest protocol that is installed."""
    if find_spec("httptools") is not None:
        from eightbyeight.mock.direct import DirectProtocol

        return DirectProtocol
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class PlainProtocol(Showing, H11Protocol):
        """uvicorn's own."""

    return PlainProtocol


@contextmanager
def _handling(number: signal.Signals, handler: Callable[[int, Any], None]) -> Iterator[None]:
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)


def _end_in_peace(_number: int, _frame: Any) -> None:
    raise KeyboardInterrupt
