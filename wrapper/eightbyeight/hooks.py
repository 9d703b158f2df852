"""What a program of yours may see of the calls of a client: everything but secrets, and nothing to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .core.outcome import Effect
    from .core.send_state import SendState


@dataclass(frozen=True, slots=True, eq=False)
class CallView:
    """A call without its secrets. All that hooks are told of one call comes with the same object.

    Attributes:
        operation: The operation of the API description, such as ``sendSms``.
        product: ``chatapps`` or ``sms``.
        method: The HTTP method.
        host: The URL before the path.
        subaccount_id: The sub-account that sends.
        headers: The headers that the client sets, without Authorization.
        size: Bytes of the body.
        messages: How many messages the call sends: 0 for a lookup, up to 10,000 for a batch.
        client_message_id: Your reference, or the one that was made up, over all attempts. For a batch, that of
            the batch.
    """

    operation: str
    product: str
    method: str
    host: str
    subaccount_id: str
    headers: Mapping[str, str]
    size: int
    messages: int
    client_message_id: str | None

    @property
    def is_send(self) -> bool:
        """Whether executing it twice does harm."""
        return self.method != "GET"

    @property
    def url(self) -> str:
        """The URL with the sub-account, and names in braces for what varies otherwise, such as ``{umid}``."""
        from .io.description import documented_paths

        path = documented_paths()[self.operation]
        return self.host + path.replace("{subAccountId}", self.subaccount_id)


@dataclass(frozen=True, slots=True)
class AttemptView:
    """How an attempt has ended.

    Attributes:
        number: Counted from 1.
        status: The HTTP status, if there was a reply.
        failure: Where it broke if there was none: ``connect``, ``pool``, ``local``, ``write``, ``read``, ``timeout``,
            ``protocol`` or ``interrupted``.
        duration: Seconds from the first byte, or the attempt to connect, to the end of the reply.
        effect: What it says about the effect of the call.
    """

    number: int
    status: int | None
    failure: str | None
    duration: float
    effect: Effect


@dataclass(frozen=True, slots=True)
class WaitView:
    """A wait that begins.

    Attributes:
        seconds: How long it will take.
        reason: ``retry`` after an attempt that failed, ``rate_limit`` before one.
        attempt: The one that failed, for a retry.
    """

    seconds: float
    reason: Literal["retry", "rate_limit"]
    attempt: AttemptView | None = None


@dataclass(frozen=True, slots=True)
class CallEnd:
    """How a call has ended.

    Attributes:
        state: What is known of a send: ACCEPTED, REJECTED, NOT_SENT or UNKNOWN. None for a lookup.
        error: The class of the exception that the caller gets, if it is one. Its words are not told.
        attempts: How often it was tried; 0 when no request has left, as when the journal knew the answer.
        duration: Seconds from its beginning, with all waits.
        status: The HTTP status of the last reply, if there was one.
        code: The API's error code.
        error_id: What 8x8's support finds the error by.
        umid: The message's ID as the API gave it.
        batch_id: The batch's.
    """

    state: SendState | None
    error: type[BaseException] | None
    attempts: int
    duration: float
    status: int | None = None
    code: int | None = None
    error_id: str | None = None
    umid: str | None = None
    batch_id: str | None = None


class Hooks:
    """What a client tells of its calls. Make a subclass with the methods that you need; each does nothing here.

    They are plain methods, of an AsyncClient's hooks too: they run in the thread or the task of the call while it
    waits, so hand over what takes long. Threads that share a client share its hooks. What a method raises is logged
    the first time, and the call goes on as without it.
    """

    def call_started(self, call: CallView) -> None:
        """See a call before anything else happens. One that breaks a rule of the API is none: it never starts."""

    def attempt_started(self, call: CallView, number: int) -> None:
        """See the request leave, for the first time or again."""

    def attempt_ended(self, call: CallView, attempt: AttemptView) -> None:
        """See what became of it."""

    def waiting(self, call: CallView, wait: WaitView) -> None:
        """See that the client is going to wait."""

    def call_ended(self, call: CallView, end: CallEnd) -> None:
        """See the outcome, just before the caller does. It comes for each call that has started."""
