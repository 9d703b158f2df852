"""How a message comes further: from state to state on a channel, and from channel to channel.

Nothing here acts or looks at a clock: `next_change` tells what happens next to a message and when.
Its result depends on the message's steps, route and fate and on the settings alone, so what holds
for one message of a batch holds for all that share these.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from eightbyeight.mock.channels import (
    ACCEPTED,
    DELIVERED,
    FAILURES,
    PROGRESS,
    QUEUED,
    READ,
    REJECTED,
    SENT,
    UNDELIVERED,
    WHATSAPP,
    has_reached,
    reported,
)
from eightbyeight.mock.error_codes import DELIVERY_ERRORS
from eightbyeight.mock.store import Message, Step

if TYPE_CHECKING:
    from datetime import datetime

    from eightbyeight.mock.magic import Fate
    from eightbyeight.mock.routes import Route
    from eightbyeight.mock.settings import Settings

__all__ = ["QUEUED", "REJECTED", "Change", "Failure", "first_step", "moved", "next_change"]

# With `undelivered`: whether the operator ever had it.
_BY_OPERATOR, _ON_THE_WAY = "rejected_by_operator", "undelivered_to_recipient"
_TO_RECIPIENT = "delivered_to_recipient"

# Delivery errors from 1000 on are one provider's own.
_PROVIDERS = {1: WHATSAPP, 2: "Viber"}


class Failure(NamedTuple):
    """Why a step fails.

    Attributes:
        state: `rejected`, `failed` or `undelivered`.
        code: The delivery error's code.
        message: The error in words; None takes the code's own.
        detail: Who failed; None takes what the step's state says.
    """

    state: str
    code: int
    message: str | None = None
    detail: str | None = None


EXPIRED = Failure(UNDELIVERED, 36)
NOT_REACHABLE = 46
# A fallback to SMS without a number to send to, or without a text.
NO_SMS = Failure(UNDELIVERED, 3)


class Change(NamedTuple):
    """What happens next to a message.

    Attributes:
        at: When.
        number: Which step is concerned, from 1; one above the last starts a new one.
        step: The step as it is then.
    """

    at: datetime
    number: int
    step: Step


def first_step(route: Route, now: datetime) -> Step:
    """The step with which every message starts."""
    leg = route.legs[0]
    return Step(leg.channel, leg.channel_id, QUEUED, now)


def next_change(
    message: Message, settings: Settings, earliest: datetime | None = None
) -> Change | None:
    """The earliest change that is still to come; None when nothing comes by itself.

    Args:
        message: The message.
        settings: The mock's settings.
        earliest: Since when these settings hold: what they let happen does not happen before.
    """
    changes = [
        change
        for number, step in enumerate(message.steps, 1)
        if (change := _next_of(message, number, step, settings)) is not None
    ]
    fallback = _fallback(message)
    if fallback is not None:
        changes.append(fallback)
    if not changes:
        return None
    # Of two at once the earlier step's comes first, and progress before a fallback.
    change = changes[0] if len(changes) == 1 else min(changes, key=_at)
    if earliest is None or change.at >= earliest:
        return change
    return Change(earliest, change.number, change.step._replace(since=earliest))


_at = attrgetter("at")


def moved(step: Step, state: str, at: datetime) -> Step:
    """A step one state further."""
    detail = _TO_RECIPIENT if state == DELIVERED else None
    return Step(step.channel, step.channel_id, state, at, detail, before=step)


def failed(step: Step, failure: Failure, at: datetime) -> Step:
    """A step that has failed."""
    detail = failure.detail
    if detail is None and failure.state == UNDELIVERED:
        detail = _ON_THE_WAY if has_reached(step.state, SENT) else _BY_OPERATOR
    words = failure.message or DELIVERY_ERRORS.get(failure.code, "Unknown error")
    return Step(step.channel, step.channel_id, failure.state, at, detail, failure.code, words, step)


def _next_of(message: Message, number: int, step: Step, settings: Settings) -> Change | None:
    """The next change of a step that has begun."""
    leg, expiry = message.route.legs[number - 1], message.route.expiry
    change = _progress(message, number, step, settings)
    if step.state not in (QUEUED, ACCEPTED):
        return change
    # What makes a message impossible from the start is noticed when it is to be sent.
    trial = _time_of(message, step, SENT, settings)
    if not leg.is_open:
        return Change(trial, number, failed(step, NO_SMS, trial))
    if expiry is not None and (change is None or change.at > expiry):
        at = expiry if expiry > step.since else trial
        return Change(at, number, failed(step, EXPIRED, at))
    return change


def _progress(message: Message, number: int, step: Step, settings: Settings) -> Change | None:
    if step.state not in PROGRESS or settings.lifecycle == "manual":
        return None
    state, fate = _following(step.channel, step.state), _fate(message, step)
    destined = _destined(step, fate)
    at = _time_of(message, step, state or DELIVERED, settings)
    if destined is not None:
        return Change(at, number, failed(step, destined, at))
    if state is None:
        return None
    if fate is None or fate.final_state in FAILURES:
        goes_on = state != READ or settings.auto_read
    else:
        goes_on = has_reached(fate.final_state, state)
    return Change(at, number, moved(step, state, at)) if goes_on else None


def _time_of(message: Message, step: Step, state: str, settings: Settings) -> datetime:
    at = _begun(message, step) + _seconds(getattr(settings, _AFTER[state]))
    return max(step.since, at)


# The setting that says after how many seconds a state is reached.
_AFTER = {state: f"{state}_after" for state in PROGRESS}


@lru_cache(maxsize=256)
def _seconds(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


@lru_cache(maxsize=256)
def _following(channel: str, state: str) -> str | None:
    """The state after this one, on a channel."""
    return next((later for later in reported(channel) if not has_reached(state, later)), None)


def _fate(message: Message, step: Step) -> Fate | None:
    """What is to become of a step; errors of one provider leave other channels alone."""
    fate = message.fate
    if fate is None or fate.error_code is None or len(message.route.legs) == 1:
        return fate
    return fate if _PROVIDERS.get(fate.error_code // 1000) in (None, step.channel) else None


def _destined(step: Step, fate: Fate | None) -> Failure | None:
    """The failure with which a step ends now, if that is its fate."""
    if fate is None or fate.final_state not in FAILURES:
        return None
    last = SENT if fate.detail == _ON_THE_WAY else QUEUED
    if not has_reached(step.state, last):
        return None
    code = NOT_REACHABLE if fate.error_code is None else fate.error_code
    return Failure(fate.final_state, code, fate.error_message, fate.detail)


def _begun(message: Message, step: Step) -> datetime:
    """When a step's time starts to run: with its first state, but not before the schedule."""
    while step.before is not None:
        step = step.before
    scheduled = message.route.scheduled
    return step.since if scheduled is None else max(step.since, scheduled)


def _fallback(message: Message) -> Change | None:
    """The start of the next channel, if there is one and nothing has succeeded."""
    route, number, step = message.route, len(message.steps), message.steps[-1]
    if number == len(route.legs) or _has_ended(message):
        return None
    at = step.since
    if step.state not in FAILURES:
        at = max(at, _begun(message, step) + _seconds(route.legs[number - 1].wait))
    if route.expiry is not None and at >= route.expiry:
        return None
    leg = route.legs[number]
    return Change(at, number + 1, Step(leg.channel, leg.channel_id, QUEUED, at))


def _has_ended(message: Message) -> bool:
    """Whether a step has succeeded, or the message was rejected before any."""
    first = message.steps[0]
    return (first.state == REJECTED and first.before is None) or any(
        has_reached(step.state, leg.success)
        for step, leg in zip(message.steps, message.route.legs, strict=False)
    )
