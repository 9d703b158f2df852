"""How a call ends: with its result, or with the exception that describes its failure."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from .. import errors
from .outcome import Effect, error_for_status
from .reply import Reply
from .send_state import SendState

if TYPE_CHECKING:
    from .call import Call
    from .reply import Attempt, TransportFailure

R = TypeVar("R")

TOO_MANY = 429


def read_success(call: Call[R], reply: Reply, attempts: tuple[Attempt, ...]) -> R:
    """Read a success. It may still say that the message was refused."""
    try:
        return call.read(reply)
    except errors.MessageRejected as error:
        error.operation = call.operation
        error.client_message_id = call.client_message_id or error.client_message_id
        error.attempts = attempts
        error.args = (str(error),)
        raise


def throttled(call: Call[R], wait: float, attempts: tuple[Attempt, ...]) -> errors.RateLimited:
    """Make the error for a call whose slot is further away than its deadline."""
    error = errors.RateLimited(
        operation=call.operation,
        status=TOO_MANY,
        message=f"the rate limit allows the next request in {wait:.1f} s, after the call's deadline",
        hint="held back by the client itself; nothing was sent",
        retry_after=wait,
        attempts=attempts,
        client_message_id=call.client_message_id,
    )
    error.args = (str(error),)
    return error


def failure_of(
    call: Call[R], happened: Reply | TransportFailure, effect: Effect, attempts: tuple[Attempt, ...]
) -> errors.ApiError | errors.TransportError:
    """Make the exception for the last attempt of a call."""
    error: errors.ApiError | errors.TransportError
    if isinstance(happened, Reply):
        error = error_for_status(call.operation, happened, is_send=call.is_send)
    else:
        error = _transport_error(call, happened, effect)
        error.__cause__ = happened.cause
    error.attempts = attempts
    if isinstance(error, errors.SendFailed):
        error.client_message_id = call.client_message_id
    return error


def cut_off_note(call: Call[R], state: SendState) -> str:
    """Say what is known of a send that Ctrl-C or a cancellation has cut off."""
    found = "" if state is SendState.NOT_SENT else _reference(call)
    return f"{call.operation}: {_KNOWN[state]}{found}"


def _reference(call: Call[R]) -> str:
    """Say what to look for in receipts."""
    reference = call.client_message_id
    return f"; look for client_message_id {reference}" if reference else ""


def _transport_error(
    call: Call[R], failure: TransportFailure, effect: Effect
) -> errors.TransportError:
    what = f"{call.operation}: {type(failure.cause).__name__} while {_PHASES[failure.kind]}"
    if effect is Effect.NOT_SENT:
        return errors.ConnectionFailed(f"{what}; the request was not sent")
    if not call.is_send:
        return errors.TransportError(what)
    return errors.ConnectionLost(f"{what}; the request may have been executed{_reference(call)}")


_KNOWN = {
    SendState.ACCEPTED: "the API has accepted the request",
    SendState.REJECTED: "the API has refused the request",
    SendState.NOT_SENT: "the request was not sent",
    SendState.UNKNOWN: "the request may have been executed",
}
_PHASES = {
    "connect": "connecting",
    "pool": "waiting for a free connection",
    "local": "preparing the request",
    "write": "sending the request",
    "read": "reading the reply",
    "timeout": "waiting for the reply",
    "protocol": "reading the reply",
    "interrupted": "waiting for the reply",
}
