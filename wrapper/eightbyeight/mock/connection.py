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

    from eightbyeight.mock.effects import Exchange

STATE = "eightbyeight.connection"
# There stands how to answer, when that is settled before the app is asked.
EXCHANGE = "eightbyeight.exchange"

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

    @property
    def is_sent_and_closing(self) -> bool:
        """Whether it is to be closed and nothing is left to be sent."""
        # Every transport of a socket can tell, though the base class does not say so.
        return self._transport.is_closing() and not self._transport.get_write_buffer_size()  # type: ignore[attr-defined]

    def reset(self) -> None:
        """Break it with a reset."""
        own = self._transport.get_extra_info("socket")
        with contextlib.suppress(OSError, AttributeError):
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.abort()

    def abort(self) -> None:
        """Break it; what is unsent is dropped."""
        # Every transport of a socket has it, though the base class does not say so.
        self._transport.abort()  # type: ignore[attr-defined]

    def close(self) -> None:
        """Send what is written, and end it."""
        self._transport.close()


def connection_of(scope: Mapping[str, Any]) -> Connection | None:
    """The connection under an ASGI scope, if the mock's own server serves it."""
    found = scope.get("state", {}).get(STATE)
    return found if isinstance(found, Connection) else None


def settled_exchange(scope: Mapping[str, Any]) -> Exchange | None:
    """How to answer, if the request was carried out before the app was called."""
    found: Exchange | None = scope.get("state", {}).get(EXCHANGE)
    return found
