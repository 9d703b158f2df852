"""What the mock adds to uvicorn's protocols, be it that with h11 or that with httptools."""

from __future__ import annotations

import asyncio
from typing import Any

from eightbyeight.mock.connection import STATE, Connection

# What is written is with the client by then.
_SECONDS = 0.2


class Showing(asyncio.Protocol):
    """Shows the connection to the app, and ends it with the server."""

    app_state: dict[str, Any]
    connection: Connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected."""
        self.connection = Connection(transport)
        # Each request's scope gets a copy of this.
        self.app_state = {**self.app_state, STATE: self.connection}
        super().connection_made(transport)

    def shutdown(self) -> None:
        """The server ends: so does the connection, once a request that is under way is answered."""
        super().shutdown()  # type: ignore[misc]  # of uvicorn's protocol
        if self.connection.tls is not None:
            self._end_tls_soon()

    def _end_tls_soon(self) -> None:
        asyncio.get_running_loop().call_later(_SECONDS, self._end_tls)

    def _end_tls(self) -> None:
        # Both sides have to say that TLS ends, and a client that keeps a connection for later does
        # not listen: nobody waits for its word.
        if self.connection.is_sent_and_closing:
            self.connection.abort()
        else:
            self._end_tls_soon()
