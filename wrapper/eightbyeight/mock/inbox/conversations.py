"""The list of conversations: one for each recipient, the latest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from eightbyeight.mock.inbox.bubbles import accent_of, can_answer, channel_name, preview_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from eightbyeight.mock.app import MockApp
    from eightbyeight.mock.store import Message


class Conversation(NamedTuple):
    """A line of the list.

    Attributes:
        id: The recipient, as the page's addresses name it.
        name: The recipient, for people.
        at: When the latest message was sent.
        preview: The latest message in one line.
        channel: Its channel.
        accent: The channel's colour.
        state: The latest message's state.
        size: How many messages there are.
    """

    id: str
    name: str
    at: datetime
    preview: str
    channel: str
    accent: str
    state: str
    size: int


class Listing(NamedTuple):
    """The top of the list.

    Attributes:
        conversations: Those that are shown.
        total: How many there are that match.
        messages: How many messages match.
    """

    conversations: list[Conversation]
    total: int
    messages: int


class Thread(NamedTuple):
    """The end of a conversation.

    Attributes:
        messages: Those that are shown, the oldest first.
        total: How many there are.
    """

    messages: list[Message]
    total: int


def id_of(message: Message) -> str:
    """The recipient; a number is the same with and without a plus."""
    if message.number:
        return message.number.removeprefix("+")
    user = message.payload["user"]
    return f"user:{user.get('lineUserId') or user.get('channelUserId')}"


def name_of(conversation: str) -> str:
    """A recipient for people."""
    return conversation.removeprefix("user:") if ":" in conversation else f"+{conversation}"


def listing(app: MockApp, query: str, most: int) -> Listing:
    """The latest conversations of which a message matches.

    Args:
        app: The mock.
        query: Words that must all occur in a message, its recipient or its ids, in any case.
        most: How many to show.
    """
    words = query.casefold().split()
    latest: dict[str, Message] = {}
    sizes: dict[str, int] = {}
    for message in reversed(app.store.messages()):
        if words and not _matches(message, words):
            continue
        key = id_of(message)
        latest.setdefault(key, message)
        sizes[key] = sizes.get(key, 0) + 1
    shown = list(latest.items())[:most]
    for _, message in shown:
        app.settle(message, app.clock.now())
    found = [_conversation(key, message, sizes[key]) for key, message in shown]
    return Listing(found, len(latest), sum(sizes.values()))


def thread(app: MockApp, conversation: str, most: int) -> Thread:
    """The latest messages of a conversation; none when it does not exist."""
    found = [message for message in app.store.messages() if id_of(message) == conversation]
    for message in found[-most:]:
        app.settle(message, app.clock.now())
    return Thread(found[-most:], len(found))


def latest_answerable(messages: Iterable[Message]) -> Message | None:
    """The message to which an answer goes: the latest that takes one."""
    return next((message for message in reversed(list(messages)) if can_answer(message)), None)


def _conversation(key: str, message: Message, size: int) -> Conversation:
    step = message.steps[-1]
    return Conversation(
        key,
        name_of(key),
        message.created_at,
        preview_of(message),
        channel_name(step.channel),
        accent_of(step.channel),
        step.state,
        size,
    )


def _matches(message: Message, words: list[str]) -> bool:
    parts = (
        message.umid,
        message.subaccount,
        message.batch_id or "",
        message.client_batch_id or "",
        "" if message.template is None else str(message.template.get("templateBody")),
        *_strings(message.payload),
        *(text for answer in message.answers for text in _strings(answer.content)),
    )
    text = "\n".join(parts).casefold()
    return all(word in text for word in words)


def _strings(value: Any) -> Iterator[str]:
    """All texts in a JSON value; its names are not among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
