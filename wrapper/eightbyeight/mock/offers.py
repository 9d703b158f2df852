"""What a message offers to press: buttons, rows of a list, suggestions and quick replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from eightbyeight.mock.sms_texts import goes_as_sms
from eightbyeight.mock.template_buttons import label_of, payload_of, quick_replies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eightbyeight.mock.store import Message


class Offer(NamedTuple):
    """One thing to press.

    Attributes:
        id: What the sender has called it.
        title: What stands on it.
        type: The type of the answer that it sends.
        content: The answer's content.
    """

    id: str
    title: str
    type: str
    content: dict[str, Any]


def offers_of(message: Message) -> list[Offer]:
    """All that a message offers on the channel where it is; an SMS offers nothing."""
    if goes_as_sms(message):
        return []
    content = message.payload.get("content") or {}
    action = (content.get("interactive") or {}).get("action") or {}
    return [*_interactive(action), *_suggested(content), *_of_template(content)]


def _interactive(action: Mapping[str, Any]) -> Iterator[Offer]:
    for button in action.get("buttons") or []:
        reply = {"id": button["reply"]["id"], "title": button["reply"]["title"]}
        interactive = {"type": "button_reply", "button_reply": reply}
        yield Offer(reply["id"], reply["title"], "Interactive", {"interactive": interactive})
    for section in action.get("sections") or []:
        for row in section.get("rows") or []:
            interactive = {"type": "list_reply", "list_reply": dict(row)}
            yield Offer(row["id"], row["title"], "Interactive", {"interactive": interactive})


def _suggested(content: Mapping[str, Any]) -> Iterator[Offer]:
    """What is suggested below a message and on its cards."""
    cards = (content.get("carousel") or {}).get("cards") or []
    for holder in (content, content.get("richCard") or {}, *cards):
        for suggestion in holder.get("suggestions") or []:
            chip = suggestion.get("reply")
            if chip is not None:
                yield _with_payload(chip["text"], chip["postbackData"])


def _of_template(content: Mapping[str, Any]) -> Iterator[Offer]:
    for button in quick_replies(content.get("template") or {}):
        yield _with_payload(label_of(button), payload_of(button))


def _with_payload(text: str, payload: str | None) -> Offer:
    if payload is None:
        return Offer(text, text, "Text", {"text": text})
    return Offer(payload, text, "Text", {"text": text, "payload": payload})
