"""What the transport brings back: replies, failures, and the log of attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .json_text import loads

if TYPE_CHECKING:
    from collections.abc import Mapping


class Reply(NamedTuple):
    """An HTTP reply as it came. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def __repr__(self) -> str:
        return f"Reply(status={self.status})"  # the rest may tell a number or a text

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 are replaced."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The decoded body. Raises ValueError when it is not JSON."""
        return loads(self.content)


class TransportFailure(NamedTuple):
    """An attempt that brought no reply.

    ``kind`` names the phase in which it broke: ``connect`` (DNS, TCP, TLS, proxy), ``pool`` (no free
    connection), ``local`` (the request could not be written as HTTP at all), ``write``, ``read`` or
    ``timeout`` (while reading), ``protocol`` (the peer broke off or spoke nonsense), ``interrupted`` (Ctrl-C or
    cancellation; ``cause`` is no Exception then).
    ``body_sent`` is what the transport's phase trace saw: False is proof that the request did not leave in
    full, True says that it did, None that the transport gives no trace.
    """

    kind: str
    body_sent: bool | None
    cause: BaseException


class Attempt(NamedTuple):
    """How one attempt of a call ended: an HTTP status, or the phase in which the connection failed."""

    number: int
    status: int | None = None
    failure: str | None = None
    body_sent: bool | None = None
