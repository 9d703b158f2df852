"""The conversation with one recipient, as bubbles."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from eightbyeight.mock.channels import FAILURES, LINE_NOTIFICATION
from eightbyeight.mock.commands import NotPossible, check_text
from eightbyeight.mock.inbox.blocks import Cards, Facts, Media, Place, Text
from eightbyeight.mock.inbox.contents import answer_blocks, blocks_of
from eightbyeight.mock.sms_texts import goes_as_sms, sms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from eightbyeight.mock.inbox.blocks import Block
    from eightbyeight.mock.segments import Segments
    from eightbyeight.mock.store import Message

_ACCENTS = {
    "WhatsApp": "whatsapp",
    "SMS": "sms",
    "RCS": "rcs",
    "Viber": "viber",
    "Line": "line",
    LINE_NOTIFICATION: "line",
}
_LINE = 120
_NAMES = {LINE_NOTIFICATION: "LINE notification", "Line": "LINE"}


class Bubble(NamedTuple):
    """What was said once, by the business or by the user.

    Attributes:
        umid: The message; for an answer the message that it answers.
        is_answer: Whether the user says it.
        at: When.
        channel: The channel's name, for people.
        accent: The channel's colour, by name.
        state: The message's state; empty for an answer.
        error: Why it has failed.
        blocks: What there is to see.
        trail: The channels that were tried before.
        quoted: The beginning of the message that an answer quotes.
        segments: How it is sent as an SMS, if it is.
        can_answer: Whether the user can answer it now.
    """

    umid: str
    is_answer: bool
    at: datetime
    channel: str
    accent: str
    state: str
    error: str
    blocks: tuple[Block, ...]
    trail: tuple[str, ...] = ()
    quoted: str = ""
    segments: Segments | None = None
    can_answer: bool = False


def channel_name(channel: str) -> str:
    """A channel as people call it."""
    return _NAMES.get(channel, channel)


def accent_of(channel: str) -> str:
    """The name of a channel's colour."""
    return _ACCENTS.get(channel, "other")


def bubbles_of(messages: Iterable[Message]) -> list[Bubble]:
    """All bubbles of a conversation, the oldest first."""
    found = [bubble for message in messages for bubble in (_sent(message), *_answers(message))]
    return sorted(found, key=lambda bubble: bubble.at)


def can_answer(message: Message) -> bool:
    """Whether the user can answer a message now."""
    try:
        check_text(message, "?")
    except NotPossible:
        return False
    return True


def preview_of(message: Message) -> str:
    """A message in one line."""
    if message.answers:
        return f"↩ {summary(answer_blocks(message.answers[-1].content))}"
    return summary(blocks_of(message))


def summary(blocks: Sequence[Block]) -> str:
    """What blocks say, in one line: the first text, or else what the first block is."""
    for block in blocks:
        if isinstance(block, Text) and block.role != "note" and block.text.strip():
            return " ".join(block.text[: _LINE * 4].split())[:_LINE]
    for block in blocks:
        if isinstance(block, Cards):
            return summary(block.cards[0])
        if isinstance(block, Media):
            return f"{block.kind.capitalize()}: {block.name}"[:_LINE]
        if isinstance(block, Facts) and block.rows:
            return ": ".join(filter(None, block.rows[0]))[:_LINE]
        if isinstance(block, Place):
            return f"Location: {block.name}"[:_LINE] if block.name else "Location"
    return blocks[0].text[:_LINE] if blocks and isinstance(blocks[0], Text) else "Message"


def error_of(message: Message) -> str:
    """Why a message has failed, in words."""
    step = message.steps[-1]
    if step.state not in FAILURES:
        return ""
    code = "" if step.error_code is None else f" ({step.error_code})"
    return f"{step.error_message or step.state}{code}"


def _sent(message: Message) -> Bubble:
    channel = message.steps[-1].channel
    return Bubble(
        message.umid,
        False,
        message.created_at,
        channel_name(channel),
        accent_of(channel),
        message.steps[-1].state,
        error_of(message),
        blocks_of(message),
        tuple(f"{channel_name(step.channel)} {step.state}" for step in message.steps[:-1]),
        segments=sms_of(message).segments() if goes_as_sms(message) else None,
        can_answer=can_answer(message),
    )


def _answers(message: Message) -> list[Bubble]:
    channel = message.steps[-1].channel
    return [
        Bubble(
            message.umid,
            True,
            answer.at,
            channel_name(channel),
            accent_of(channel),
            "",
            "",
            answer_blocks(answer.content),
            quoted=summary(blocks_of(message)) if answer.quotes else "",
        )
        for answer in message.answers
    ]
