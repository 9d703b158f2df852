"""The life of one call as a pure generator: it says what to do next, a client's shell does it.

The shell sends back what happened and the time, so that sync and async clients share every decision and
tests need neither a server nor a clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from .. import errors
from .failure import TOO_MANY, cut_off_note, failure_of, read_success, throttled
from .history import History
from .outcome import Effect, retry_after
from .rate import Slot
from .reply import Reply, TransportFailure
from .retry import may_retry, wait_before
from .send_state import SendState

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from .call import Call
    from .recorded import Recorded
    from .retry import Timeouts

R = TypeVar("R")


class Transmit(NamedTuple):
    """Send the call's request now, within these timeouts."""

    timeouts: Timeouts


class Authorize:
    """Get the API key for the next transmission."""

    __slots__ = ()


class _OfSeconds:
    """Named tuples of different classes would be equal to each other, and dataclasses make every start slower."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.seconds == self.seconds

    def __hash__(self) -> int:
        return hash((type(self), self.seconds))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.seconds!r})"


class Pause(_OfSeconds):
    """Wait so many seconds."""

    __slots__ = ()


class Admit(_OfSeconds):
    """Ask the limiter for a slot at most so many seconds away; send back the Slot."""

    __slots__ = ()


class Freeze(_OfSeconds):
    """Tell the limiter that the API wants no request for so many seconds."""

    __slots__ = ()


class Begin:
    """Write down that the request leaves now.

    Send back the ticket of that entry, or Recorded when the message is not ours to send.
    """

    __slots__ = ()


class Settle(NamedTuple):
    """Write down how the send with this ticket ended."""

    ticket: object
    state: SendState
    reply: Reply | None
    error: BaseException | None


Step: TypeAlias = Authorize | Transmit | Pause | Admit | Freeze | Begin | Settle
_AUTHORIZE = Authorize()  # it holds nothing, so one will do
_SHORTEST = 0.001  # seconds, of a wait or a timeout that must be one
# What the shell sends back: the reply or failure of a transmission, a slot, what a journal knows, or nothing.
Happened: TypeAlias = "Reply | TransportFailure | Slot | Recorded | object"


class Rules(NamedTuple):
    """How a client wants its calls carried out.

    ``limited`` says that the operation has a rate limit, ``at_least_once`` that a duplicate is better than a
    loss, ``journaled`` that a send is written down before it leaves and after it has ended.
    """

    timeouts: Timeouts
    max_attempts: int
    random: Callable[[], float]
    limited: bool = False
    at_least_once: bool = False
    journaled: bool = False


def exchange(
    call: Call[R], rules: Rules, started: float, history: History | None = None
) -> Generator[Step, tuple[Happened, float], R]:
    """Drive ``call`` to its result or to the exception that describes its failure.

    Yields steps; expects ``(what happened, monotonic time)`` back. What breaks a step off (Ctrl-C, cancellation, a
    failing limiter) is to be thrown in. Returns the result of a success; raises an ``EightByEightError``, or what
    was thrown in, otherwise. A send that is cut off gets a note that tells what is known of it. Who gives a
    ``history`` finds in there what has happened.
    """
    if history is None:
        history = History()
    try:
        result = yield from _attempts(call, rules, history, started)
    except GeneratorExit:
        raise
    except BaseException as error:
        told, state = _told(call, history, error)
        history.failed_as = state
        if history.ticket is not None:
            yield from _settle(call, history, state, told)
        if told is error:
            raise
        raise told from error
    if history.ticket is not None:
        yield from _settle(call, history, SendState.ACCEPTED, None)
    return result


def _settle(
    call: Call[R], history: History, state: SendState, told: BaseException | None
) -> Generator[Step, tuple[Happened, float], None]:
    """Write down how a send has ended. Who cuts that off is told it, too."""
    try:
        yield Settle(history.ticket, state, history.reply, told)
    except (GeneratorExit, Exception):
        raise
    except BaseException as cut:
        cut.add_note(cut_off_note(call, state))
        raise


def _told(call: Call[R], history: History, error: BaseException) -> tuple[BaseException, SendState]:
    """Return what is known at the end of a failed call, and the exception that tells it best."""
    state = history.state(error)
    if not call.is_send:
        return error, state
    if not isinstance(error, Exception):  # Ctrl-C or cancellation
        if history.answer is not None:
            state = _state_in(call, history.answer)
        error.add_note(cut_off_note(call, state))
    elif history.doubt is not None and not isinstance(error, errors.OutcomeUnknown):
        # The last attempt was not sent or refused, but an earlier one may have been executed.
        return failure_of(call, history.doubt, Effect.UNKNOWN, tuple(history.attempts)), state
    elif not isinstance(error, errors.EightByEightError):  # of a callable for the key, say
        error.add_note(cut_off_note(call, state))
    elif isinstance(error, errors.NotSent) and error.client_message_id is None:
        # A limiter or a journal that fails knows nothing of the call.
        error.client_message_id = call.client_message_id
        error.attempts = tuple(history.attempts)
    return error, state


def _state_in(call: Call[R], answer: Reply) -> SendState:
    """Tell what a success says that arrived just before the call was cut off."""
    try:
        call.read(answer)
    except errors.MessageRejected:
        return SendState.REJECTED
    return SendState.ACCEPTED


def _attempts(
    call: Call[R], rules: Rules, history: History, started: float
) -> Generator[Step, tuple[Happened, float], R]:
    """Try until the call succeeds, may not be tried again, or has no time left."""
    deadline = started + rules.timeouts.deadline
    now = started
    while True:
        if rules.limited:
            now = yield from _admission(call, history, now, deadline)
        _, now = yield _AUTHORIZE
        if rules.journaled and history.ticket is None:
            from .recorded import Recorded  # only clients with a journal need it

            known, now = yield Begin()
            if isinstance(known, Recorded):
                return known.outcome(call)
            history.ticket = known
        history.is_transmitting = True
        happened, now = yield Transmit(rules.timeouts.within(max(_SHORTEST, deadline - now)))
        if not isinstance(happened, Reply | TransportFailure):
            raise TypeError("the shell must say what became of a transmission")
        effect = history.note(happened)
        if isinstance(happened, TransportFailure) and not isinstance(happened.cause, Exception):
            raise happened.cause  # Ctrl-C or cancellation
        if isinstance(happened, Reply) and effect is Effect.DONE:
            return read_success(call, happened, tuple(history.attempts))
        asked = retry_after(happened) if isinstance(happened, Reply) else None
        if rules.limited and isinstance(happened, Reply) and happened.status == TOO_MANY:
            _, now = yield Freeze(asked if asked is not None else 1.0)
        wait = wait_before(len(history.attempts), asked, rules.random)
        # A wait that ends after the deadline would only delay the bad news.
        if (
            not may_retry(effect, is_send=call.is_send and not rules.at_least_once)
            or len(history.attempts) >= rules.max_attempts
            or _is_hopeless(happened)
            or now + wait >= deadline
        ):
            raise failure_of(call, happened, effect, tuple(history.attempts))
        _, now = yield Pause(wait)


def _admission(
    call: Call[R], history: History, now: float, deadline: float
) -> Generator[Step, tuple[Happened, float], float]:
    """Wait for a slot; return the time. Raises RateLimited when it is further away than the deadline."""
    while True:
        slot, now = yield Admit(deadline - now)
        if not isinstance(slot, Slot):
            raise TypeError("the shell must say which slot there is")
        if slot.is_taken and slot.wait <= 0:
            return now
        wait = slot.wait if slot.is_taken else max(_SHORTEST, slot.wait)
        if now + wait >= deadline:
            raise throttled(call, wait, tuple(history.attempts))
        _, now = yield Pause(wait)
        if slot.is_taken:
            return now


def _is_hopeless(happened: Reply | TransportFailure) -> bool:
    """Tell whether the same request can only fail the same way again."""
    return isinstance(happened, TransportFailure) and happened.kind == "local"
