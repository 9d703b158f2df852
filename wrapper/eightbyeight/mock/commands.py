"""What a test can tell the mock to do with a message, and when that is not possible."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from eightbyeight.mock import survey_answers
from eightbyeight.mock.channels import (
    DELIVERED,
    FAILED,
    FAILURES,
    LINE_NOTIFICATION,
    READ,
    REJECTED,
    SENT,
    UNDELIVERED,
    has_reached,
    reported,
)
from eightbyeight.mock.lifecycle import NOT_REACHABLE, Change, Failure, failed, moved
from eightbyeight.mock.link_clicks import Link, links_of
from eightbyeight.mock.offers import Offer, offers_of
from eightbyeight.mock.sms_texts import goes_as_sms

if TYPE_CHECKING:
    from eightbyeight.mock.store import Message

#: What a command makes of a message at a time.
Command = Callable[["Message", datetime], Iterable[Change]]

#: Ten years.
MOST_SECONDS = 315_360_000

_ONE_WAY = frozenset({LINE_NOTIFICATION, "ZaloNotification"})
_STATES = (UNDELIVERED, FAILED, REJECTED)
_LONGEST_TEXT = 35_000
_HIGHEST_CODE = 999_999_999


class NoSuchMessage(LookupError):
    """The mock knows nothing of this id."""

    def __init__(self, umid: str) -> None:
        super().__init__(f"there is no {umid[:40]!r}")


class NotPossible(ValueError):
    """The message is not in a state for that, or the request makes no sense."""


def dispatch(message: Message, now: datetime) -> list[Change]:
    """Send it."""
    return _up_to(message, SENT, now)


def deliver(message: Message, now: datetime) -> list[Change]:
    """Send it if it is not yet, and deliver it."""
    return _up_to(message, DELIVERED, now)


def read(message: Message, now: datetime) -> list[Change]:
    """Send and deliver it if it is not yet, and let it be read."""
    return _up_to(message, READ, now)


def fail(
    message: Message, now: datetime, *, code: int | None, words: str | None, state: str
) -> list[Change]:
    """Let it fail."""
    if code is not None and not 0 <= code <= _HIGHEST_CODE:
        raise NotPossible(f"code must be a whole number from 0 to {_HIGHEST_CODE}")
    if words is not None and len(words) > _LONGEST_TEXT:
        raise NotPossible(f"message must have at most {_LONGEST_TEXT} characters")
    if state not in _STATES:
        raise NotPossible(f"state must be one of: {', '.join(_STATES)}")
    step = message.steps[-1]
    if step.state in FAILURES or has_reached(step.state, DELIVERED):
        raise NotPossible(f"the message is {step.state} already")
    failure = Failure(state, NOT_REACHABLE if code is None else code, words)
    return [Change(now, len(message.steps), failed(step, failure, now))]


def check_text(message: Message, text: str) -> None:
    """Whether the user can answer with this text.

    Raises:
        NotPossible: The message has not arrived, its channel takes no answers, or the text is empty
            or too long.
    """
    _check_arrived(message)
    if not 0 < len(text) <= _LONGEST_TEXT:
        raise NotPossible(f"the text must have 1 to {_LONGEST_TEXT} characters")


def pressed(message: Message, button: str) -> Offer:
    """What the user sends by pressing a button or picking a row, named by its id or its title.

    Raises:
        NotPossible: The message has no such button, or has not arrived.
    """
    _check_arrived(message)
    offers = offers_of(message)
    for offer in offers:
        if button in (offer.id, offer.title):
            return offer
    known = ", ".join(offer.id for offer in offers) or "none"
    raise NotPossible(f"the message has no such button; there are: {known}")


def followed(message: Message, url: str | None) -> Link:
    """The link that the user follows, named as it stands in the text or shortened; by default the first.

    Raises:
        NotPossible: The message has no such link, is no SMS, or has not arrived.
    """
    if not goes_as_sms(message):
        raise NotPossible(
            f"clicks are told of links in an SMS; the message is on {message.steps[-1].channel}"
        )
    _check_arrived(message)
    links = links_of(message)
    for link in links:
        if url is None or url in link:
            return link
    known = ", ".join(link.target for link in links) or "none"
    raise NotPossible(f"the message has no such link; there are: {known}")


def check_survey(message: Message, now: datetime) -> None:
    """Whether the user can answer the survey to which the message invites.

    Raises:
        NotPossible: It invites to none, has not arrived, or is too old.
    """
    if message.survey_id is None:
        raise NotPossible(f"the message is no survey, but {message.kind}")
    _check_arrived(message)
    sent = next(step.since for step in message.steps[-1].history() if has_reached(step.state, SENT))
    if now - sent > survey_answers.OPEN_FOR:
        hours = int(survey_answers.OPEN_FOR.total_seconds() // 3600)
        raise NotPossible(f"answers are told of for {hours} hours, and they are over")


def _check_arrived(message: Message) -> None:
    step = message.steps[-1]
    if not has_reached(step.state, SENT):
        raise NotPossible(f"nobody can answer, the message is {step.state}")
    if step.channel in _ONE_WAY:
        raise NotPossible(f"nobody can answer on {step.channel}")


def _up_to(message: Message, wanted: str, now: datetime) -> list[Change]:
    step, number = message.steps[-1], len(message.steps)
    states = reported(step.channel)
    if step.state in FAILURES or has_reached(step.state, wanted):
        raise NotPossible(f"the message is {step.state} already")
    if wanted not in states:
        raise NotPossible(f"{step.channel} does not report that a message is {wanted}")
    changes = []
    for state in states[: states.index(wanted) + 1]:
        if not has_reached(step.state, state):
            step = moved(step, state, now)
            changes.append(Change(now, number, step))
    return changes
