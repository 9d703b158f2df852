"""A real connection under the mock, to be broken on purpose.

ASGI knows no way to break one. So the server puts the connection into the scope's state, and who
finds none there raises `BrokenOnPurpose`, for whoever called the app to see.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

STATE = "eightbyeight.connection"

# Do not linger: what is unsent is dropped, and the peer gets a reset instead of an orderly end.
_NO_LINGER = struct.pack("ii", 1, 0)


class BrokenOnPurpose(ConnectionError):
    """A connection was to be broken by a rule or a magic number, and is out of reach."""


class Connection:
    """One accepted connection.

    Args:
        transport: The event loop's end of it.
    """

    def __init__(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    @property
    def tls(self) -> str | None:
        """The negotiated version, such as `TLSv1.3`; None without TLS."""
        tls = self._transport.get_extra_info("ssl_object")
        return None if tls is None else tls.version()

    def reset(self) -> None:
        """Break it with a reset."""
        own = self._transport.get_extra_info("socket")
        with contextlib.suppress(OSError, AttributeError):
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        # Every transport of a socket has it, though the base class does not say so.
        self._transport.abort()  # type: ignore[attr-defined]

    def close(self) -> None:
        """Send what is written, and end it."""
        self._transport.close()


def connection_of(scope: Mapping[str, Any]) -> Connection | None:
    """The connection under an ASGI scope, if the mock's own server serves it."""
    found = scope.get("state", {}).get(STATE)
    return found if isinstance(found, Connection) else None
