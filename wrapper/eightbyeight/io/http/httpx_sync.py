"""Sends requests with a synchronous httpx client."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from weakref import finalize

from ...core.reply import TransportFailure
from .deadline import bound_by_deadline, ends_at, read_body
from .httpx_library import NAMES, library, library_of, spoiled, to_reply
from .phases import PhaseTrace
from .trust import shared_ssl_context

if TYPE_CHECKING:
    import httpx

    from ...core.reply import Reply
    from ...core.retry import Timeouts
    from .backend import Headers


class HttpxTransport:
    """A thin shell around ``httpx.Client``, or that of a library like it. It closes the client only if it made it."""

    def __init__(
        self,
        client: httpx.Client | None = None,
        transport: httpx.BaseTransport | None = None,
        *,
        name: str = NAMES[0],
    ) -> None:
        brought = client or transport
        self._library = library(name) if brought is None else library_of(brought)
        self._client: httpx.Client = client or self._library.module.Client(
            transport=transport,
            # httpx does not look at it when it has a transport, and it costs tens of milliseconds
            verify=shared_ssl_context() if transport is None else False,
            follow_redirects=False,
            limits=self._library.limits(),
        )
        self._is_traced = brought is None  # httpx's own reports every phase
        if client is None:
            bound_by_deadline(self._client)
            self._library.keep_no_cookies(self._client)
        # Runs once: when it is called, when nobody holds this any more, or when the program ends.
        self._close = finalize(self, self._client.close) if client is None else None

    def send(
        self, method: str, url: str, headers: Headers, content: bytes | None, timeouts: Timeouts
    ) -> Reply | TransportFailure:
        """Send one request; a failure of the connection, and Ctrl-C, is returned, not raised."""
        if self._client.is_closed:
            return TransportFailure("local", body_sent=False, cause=RuntimeError("client closed"))
        trace = PhaseTrace(is_complete=self._is_traced)
        ends = time.monotonic() + timeouts.deadline
        try:
            request = self._library.build_request(method, url, headers, content, timeouts, trace)
            with ends_at(ends):
                response = self._client.send(
                    request, stream=True, auth=self._library.no_auth, follow_redirects=False
                )
                try:
                    # A hook of the caller may have read it, or it never was a stream.
                    is_read = response.is_stream_consumed
                    content = response.content if is_read else read_body(response, ends)
                    if (connection := spoiled(response)) is not None:
                        connection.close()
                    return to_reply(response, content, is_decoded=is_read)
                finally:
                    response.close()
        except BaseException as error:  # noqa: BLE001  # transports of all kinds raise all kinds, and Ctrl-C
            return self._library.errors.to_failure(error, trace, is_closed=self._client.is_closed)

    def close(self) -> None:
        """Close the connections, unless the caller brought the httpx client."""
        if self._close is not None:
            self._close()
