"""Everything that eightbyeight raises.

Two questions matter after a failed call, and an exception answers both by its classes. What did the API
say (``ApiError`` and its subclasses), and what is known of the effect (exactly one of ``NotSent``,
``Rejected`` and ``OutcomeUnknown`` for every failed send)::

    EightByEightError
    ├── InvalidInput (also ValueError)         refused here, before anything was sent
    ├── ConfigurationError (also ValueError)   the client itself is set up wrongly
    ├── UnreadableReply                        a field was asked for that the reply does not hold
    ├── SendStopped                            a run of many sends ended early; its report tells how far it came
    ├── MessageFailed                          a message that was waited for will not arrive
    ├── WaitTimeout (also TimeoutError)        a message that was waited for took too long
    ├── SendFailed
    │   ├── NotSent                            provably not executed: safe to send again
    │   │   ├── JournalUnavailable             the journal could not be written
    │   │   └── LimiterUnavailable             a limiter outside of the process could not be asked
    │   ├── Rejected                           the API refused it: sending it again does not help
    │   └── OutcomeUnknown                     it may have been executed: do not send again blindly
    ├── TransportError                         no reply arrived
    │   ├── ConnectionFailed (NotSent)         ... and the request had not left in full
    │   └── ConnectionLost (OutcomeUnknown)    ... and the request may have been read
    └── ApiError                               the API, or a gateway before it, answered
        ├── BadRequest (Rejected)              400
        ├── Unauthorized (Rejected)            401
        ├── Forbidden (Rejected)               403, often the wrong region
        ├── NotFound (Rejected)                404
        ├── TLSUpgradeRequired (Rejected)      426, or error code 1014
        ├── RequestRefused (Rejected)          any other 4xx
        ├── MessageRejected (Rejected)         HTTP 200, but the message itself was refused
        ├── RateLimited (NotSent)              429
        └── ServerError                        5xx, 408 and statuses without a meaning here
            └── ServerErrorOnSend (OutcomeUnknown)

All of them pickle, and none shows the API key, a message text or a full phone number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .core.redaction import mask_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .core.problems import Problem
    from .core.reply import Attempt, Reply
    from .results.many import SendReport
    from .webhooks.known_status import KnownStatus

__all__ = [
    "ApiError",
    "BadRequest",
    "ConfigurationError",
    "ConnectionFailed",
    "ConnectionLost",
    "EightByEightError",
    "Forbidden",
    "InvalidInput",
    "JournalUnavailable",
    "LimiterUnavailable",
    "MessageFailed",
    "MessageRejected",
    "NotFound",
    "NotSent",
    "OutcomeUnknown",
    "RateLimited",
    "Rejected",
    "RequestRefused",
    "SendFailed",
    "SendStopped",
    "ServerError",
    "ServerErrorOnSend",
    "TLSUpgradeRequired",
    "TransportError",
    "Unauthorized",
    "UnreadableReply",
    "WaitTimeout",
]


class EightByEightError(Exception):
    """Base of every exception that this library raises."""

    # Exceptions pickle as (class, args) plus __dict__: every subclass can be built from its text alone.
    def __init__(self, text: str = "", **details: Any) -> None:
        super().__init__(text)
        for name, value in details.items():
            setattr(self, name, value)


class InvalidInput(EightByEightError, ValueError):
    """The input breaks a rule of the API, so nothing was sent.

    ``problems`` lists every breach with the field's path, the rule and what to do; values are never shown.
    """

    problems: tuple[Problem, ...] = ()

    @classmethod
    def because(cls, problems: Sequence[Problem]) -> InvalidInput:
        """Make the error for ``problems``, one line each."""
        return cls("\n".join(str(problem) for problem in problems), problems=tuple(problems))


class ConfigurationError(EightByEightError, ValueError):
    """The client cannot work with the settings it was given."""


class UnreadableReply(EightByEightError):
    """The reply was a success, but the field that was asked for is missing or of another type.

    Raised when the field is used, never while the reply is read: the send itself was accepted.
    ``response`` is the reply as it came.
    """

    response: Reply | None = None


class SendStopped(EightByEightError):
    """A run of many sends ended before all of its rows were sent; the ``__cause__`` says why.

    ``report`` tells what became of each row that was read. The rows after those were not read.
    """

    report: SendReport | None = None


class MessageFailed(EightByEightError):
    """A message that was waited for was sent and will not arrive. ``status`` tells where and why."""

    umid: str | None = None
    status: KnownStatus | None = None


class WaitTimeout(EightByEightError, TimeoutError):
    """A message that was waited for is not known to have come so far in time; it may still do so.

    ``status`` tells how far it came. If the API could not be asked, the last failure is the ``__cause__``.
    """

    umid: str | None = None
    status: KnownStatus | None = None


class SendFailed(EightByEightError):
    """Base of the three things that can be known about a failed send.

    ``client_message_id`` is the reference that was on the wire (for a batch, that of the batch) and
    ``attempts`` tells how each attempt ended.
    """

    client_message_id: str | None = None
    attempts: tuple[Attempt, ...] = ()


class NotSent(SendFailed):
    """The API provably did not execute the request. Sending it again cannot double anything."""


class Rejected(SendFailed):
    """The API read the request and refused it. Sending it unchanged again does not help."""


class OutcomeUnknown(SendFailed):
    """The request may have been executed. Sending it again may reach the recipient twice.

    Compare ``client_message_id`` with the receipts that arrive before you decide. ``response`` is the reply,
    if one came.
    """

    response: Reply | None = None


class JournalUnavailable(NotSent):
    """The journal could not be written or read, so nothing was sent. The database's error is the ``__cause__``."""


class LimiterUnavailable(NotSent):
    """A limiter outside of the process could not be asked, so nothing was sent. Its error is the ``__cause__``."""


class TransportError(EightByEightError):
    """No reply arrived. The exception of the HTTP library is the ``__cause__``."""

    attempts: tuple[Attempt, ...] = ()


class ConnectionFailed(TransportError, NotSent):
    """The connection failed before the request had left in full."""


class ConnectionLost(TransportError, OutcomeUnknown):
    """The connection broke or timed out after the request may have been read."""


class ApiError(EightByEightError):
    """The API answered that it did not do what was asked.

    ``status`` is the HTTP status; ``code``, ``message``, ``error_id`` and ``timestamp`` come from the body and
    are None where it does not hold them (a gateway's HTML page, say). Quote ``error_id`` to 8x8's support.
    """

    status: int = 0
    code: int | None = None
    message: str | None = None
    error_id: str | None = None
    timestamp: str | None = None
    operation: str = ""
    hint: str | None = None
    response: Reply | None = None
    attempts: tuple[Attempt, ...] = ()

    def __str__(self) -> str:
        parts = [
            f"{self.operation}: HTTP {self.status}" if self.operation else f"HTTP {self.status}"
        ]
        if self.code is not None:
            parts.append(f"code {self.code}")
        if self.error_id:
            parts.append(f"error_id {self.error_id}")
        if self.timestamp:
            parts.append(f"at {self.timestamp}")
        text = ", ".join(parts)
        if self.message:
            text += f": {mask_numbers(self.message)}"
        return f"{text} ({self.hint})" if self.hint else text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class BadRequest(ApiError, Rejected):
    """400: a rule of the API is broken; ``code`` says which."""


class Unauthorized(ApiError, Rejected):
    """401: the API key is missing or wrong."""


class Forbidden(ApiError, Rejected):
    """403: the key may not use this sub-account here; check the region first."""


class NotFound(ApiError, Rejected):
    """404: there is no such object in this sub-account."""


class TLSUpgradeRequired(ApiError, Rejected):
    """426, or code 1014: the connection's TLS version is below the endpoint's floor."""


class RequestRefused(ApiError, Rejected):
    """Any other 4xx."""


class MessageRejected(ApiError, Rejected):
    """The request succeeded, but its answer says that the message was refused.

    ``umid`` is the ID of the refused message, if the answer gave one.
    """

    umid: str | None = None


class RateLimited(ApiError, NotSent):
    """429: the quota is used up. ``retry_after`` is the wait in seconds that the API asks for, or None."""

    retry_after: float | None = None


class ServerError(ApiError):
    """The API or a gateway failed, or answered with a status that says nothing about the request."""


class ServerErrorOnSend(ServerError, OutcomeUnknown):
    """A server error after a send: the message may still go out."""
