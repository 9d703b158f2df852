"""The life of one call as a pure generator: it says what to do next, a client's shell does it.

The shell sends back what happened and the time, so that sync and async clients share every decision and
tests need neither a server nor a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from .. import errors
from .failure import TOO_MANY, failure_of, read_success, throttled
from .outcome import Effect, effect_of_failure, effect_of_status, retry_after
from .reply import Attempt, Reply, TransportFailure
from .retry import may_retry, wait_before

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from .call import Call
    from .retry import Timeouts

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Transmit:
    """Send the call's request now, within these timeouts."""

    timeouts: Timeouts


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Admit:
    """Ask the limiter for a slot at most so many seconds away; send back the seconds to wait for it."""

    at_most: float


@dataclass(frozen=True, slots=True)
class Freeze:
    """Tell the limiter that the API wants no request for so many seconds."""

    seconds: float


Step: TypeAlias = Transmit | Pause | Admit | Freeze
# What the shell sends back: the reply or failure of a transmission, the wait for a slot, or nothing.
Happened: TypeAlias = "Reply | TransportFailure | float | None"


@dataclass(slots=True)
class _History:
    """What happened so far. ``doubt`` is an attempt that may have been executed: nothing later undoes that."""

    attempts: list[Attempt] = field(default_factory=list)
    doubt: Reply | TransportFailure | None = None

    def note(self, happened: Reply | TransportFailure) -> None:
        """Add an attempt."""
        number = len(self.attempts) + 1
        if isinstance(happened, Reply):
            self.attempts.append(Attempt(number, status=happened.status))
        else:
            self.attempts.append(
                Attempt(number, failure=happened.kind, body_sent=happened.body_sent)
            )


def exchange(
    call: Call[R],
    *,
    timeouts: Timeouts,
    max_attempts: int,
    started: float,
    random: Callable[[], float],
    limited: bool = False,
    at_least_once: bool = False,
) -> Generator[Step, tuple[Happened, float], R]:
    """Drive ``call`` to its result or to the exception that describes its failure.

    Yields steps; expects ``(what happened, monotonic time)`` back. ``limited`` says that the operation has a
    rate limit, ``at_least_once`` that a duplicate is better than a loss. Returns the result of a success;
    raises an ``EightByEightError`` otherwise.
    """
    history = _History()
    steps = _attempts(
        call, history, timeouts, max_attempts, started, random, limited, at_least_once
    )
    try:
        return (yield from steps)
    except errors.SendFailed as error:
        if history.doubt is None or isinstance(error, errors.OutcomeUnknown):
            raise
        # The last attempt was not sent or refused, but an earlier one may have been executed.
        raise failure_of(call, history.doubt, Effect.UNKNOWN, tuple(history.attempts)) from error


def _attempts(
    call: Call[R],
    history: _History,
    timeouts: Timeouts,
    max_attempts: int,
    started: float,
    random: Callable[[], float],
    limited: bool,
    at_least_once: bool,
) -> Generator[Step, tuple[Happened, float], R]:
    """Try until the call succeeds, may not be tried again, or has no time left."""
    deadline = started + timeouts.deadline
    now = started
    while True:
        if limited:
            slot, now = yield Admit(deadline - now)
            if isinstance(slot, int | float) and slot > 0:
                if now + slot >= deadline:
                    raise throttled(call, slot, tuple(history.attempts))
                _, now = yield Pause(slot)
        happened, now = yield Transmit(timeouts.within(max(0.001, deadline - now)))
        if not isinstance(happened, Reply | TransportFailure):
            raise TypeError("the shell must say what became of a transmission")
        history.note(happened)
        effect, asked = _judged(happened)
        if isinstance(happened, Reply) and effect is Effect.DONE:
            return read_success(call, happened, tuple(history.attempts))
        if effect is Effect.UNKNOWN and call.is_send:
            history.doubt = happened
        if limited and isinstance(happened, Reply) and happened.status == TOO_MANY:
            _, now = yield Freeze(asked if asked is not None else 1.0)
        wait = wait_before(len(history.attempts), asked, random)
        # A wait that ends after the deadline would only delay the bad news.
        if (
            not may_retry(effect, is_send=call.is_send and not at_least_once)
            or len(history.attempts) >= max_attempts
            or _is_hopeless(happened)
            or now + wait >= deadline
        ):
            raise failure_of(call, happened, effect, tuple(history.attempts))
        _, now = yield Pause(wait)


def _judged(happened: Reply | TransportFailure) -> tuple[Effect, float | None]:
    """Return the effect of an attempt, and how long the API asks to wait."""
    if isinstance(happened, Reply):
        return effect_of_status(happened.status), retry_after(happened)
    return effect_of_failure(happened), None


def _is_hopeless(happened: Reply | TransportFailure) -> bool:
    """Tell whether the same request can only fail the same way again."""
    return isinstance(happened, TransportFailure) and happened.kind == "local"
