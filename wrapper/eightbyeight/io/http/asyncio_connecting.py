"""Makes connections of an event loop, with TLS where it takes that."""

from __future__ import annotations

import socket
from asyncio import Protocol, timeout
from typing import TYPE_CHECKING

from .asyncio_connection import Connection
from .trust import shared_ssl_context

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from .address import Origin


async def connect(
    loop: AbstractEventLoop, origin: Origin, ends: float, opened: set[Connection]
) -> Connection:
    """Make a connection. Raises OSError. Whoever calls it cuts it off at ``ends``, by the loop's clock."""
    sock = await _connected_socket(loop, origin, ends)
    connection = Connection(loop, origin, sock, opened)
    raw = None
    try:
        if origin.scheme == "http":
            await loop.create_connection(lambda: connection, sock=sock)
            return connection
        raw, _ = await loop.create_connection(Protocol, sock=sock)
        raw.set_write_buffer_limits(high=0)
        context = shared_ssl_context()
        context.set_alpn_protocols(["http/1.1"])
        transport = await loop.start_tls(raw, connection, context, server_hostname=origin.host)
    except BaseException:
        if raw is None:
            sock.close()
        else:
            raw.abort()
        raise
    if transport is None:
        raise ConnectionAbortedError("the connection ended as soon as it was made")
    connection.begin(transport, raw)
    return connection


async def _connected_socket(loop: AbstractEventLoop, origin: Origin, ends: float) -> socket.socket:
    # As bytes, because Python loads a codec, and the tables of Unicode, for any text.
    host, port = origin.host.encode(), origin.port
    try:  # an address needs no looking up, for which there must be a thread
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    while True:
        family, kind, protocol, _, place = found.pop(0)
        sock = None
        try:
            sock = socket.socket(family, kind, protocol)
            sock.setblocking(False)
            # An address that does not answer must leave time for the next.
            async with timeout((ends - loop.time()) / 2 if found else None):
                await loop.sock_connect(sock, place)
        except BaseException as error:
            if sock is not None:
                sock.close()
            if not found or not isinstance(error, OSError):
                raise
        else:
            return sock
