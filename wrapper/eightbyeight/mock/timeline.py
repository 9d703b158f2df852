"""Everything that has happened to a message, in order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from eightbyeight.mock.link_clicks import CLICK

if TYPE_CHECKING:
    from datetime import datetime

    from eightbyeight.mock.store import Message

#: In place of a state: the user has answered.
ANSWERED = "answered"
#: Likewise: the user has followed a link.
CLICKED = "clicked"


class Event(NamedTuple):
    """One thing that happened.

    Attributes:
        at: When.
        step: The number of the channel's record, from 1.
        channel: The channel.
        state: The state since then, or `answered` or `clicked`.
        detail: How far it came, what was answered, or where the link leads.
        error_code: The delivery error's code.
        error_message: The error in words.
    """

    at: datetime
    step: int
    channel: str
    state: str
    detail: str | None = None
    error_code: int | None = None
    error_message: str | None = None


def timeline_of(message: Message) -> list[Event]:
    """What has happened to a message, the first thing first."""
    events = [
        Event(
            step.since,
            number,
            step.channel,
            step.state,
            step.detail,
            step.error_code,
            step.error_message,
        )
        for number, last in enumerate(message.steps, 1)
        for step in last.history()
    ]
    number, channel = len(message.steps), message.steps[-1].channel
    events += [
        Event(
            answer.at,
            number,
            channel,
            CLICKED if answer.type == CLICK else ANSWERED,
            _words(answer.content),
        )
        for answer in message.answers
    ]
    # Sorting keeps the order of what happened at the same time.
    return sorted(events, key=lambda event: event.at)


def _words(content: object) -> str | None:
    """The text of an answer, the title of the button, or the address of the link."""
    if not isinstance(content, dict):
        return None
    if "text" in content:
        return str(content["text"])
    if "targetUrl" in content:
        return str(content["targetUrl"])
    if "answers" in content:
        return "; ".join(str(one["answer"]) for one in content["answers"])
    interactive = content.get("interactive") or {}
    return (interactive.get(interactive.get("type")) or {}).get("title")
