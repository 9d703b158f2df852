"""What users answer, in the shapes in which the webhooks for it are posted.

See also: https://developer.8x8.com/connect/docs/inbound-sms
and https://developer.8x8.com/connect/docs/inbound-chatapps-message
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from eightbyeight.mock.channels import WHATSAPP, name_in_receipts
from eightbyeight.mock.clock import hundredths, milliseconds
from eightbyeight.mock.encoding import encoding_of
from eightbyeight.mock.receipts import Terms, phone_number, price_of, user_of
from eightbyeight.mock.segments import segments
from eightbyeight.mock.sms_texts import sms_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from eightbyeight.mock.store import Message

RECEIVED = "inbound_message_received"


class Answer(NamedTuple):
    """What a user answers.

    Attributes:
        umid: The answer's own id.
        at: When it came.
        type: `Text` or `Interactive`.
        content: As the webhook carries it.
        quotes: Whether it names the message that it answers.
    """

    umid: str
    at: datetime
    type: str
    content: Mapping[str, Any]
    quotes: bool = False


def webhook(message: Message, answer: Answer, terms: Terms) -> dict[str, Any]:
    """The webhook that tells of an answer."""
    if message.product == "sms":
        return {
            "namespace": "SMS",
            "eventType": RECEIVED,
            "description": "An SMS has come in",
            "payload": _sms(message, answer, terms),
        }
    version = {"version": 3} if terms.version >= 9 else {}
    return {
        **version,
        "namespace": "ChatApps",
        "eventType": RECEIVED,
        "description": "A message has come in",
        "payload": _chat_apps(message, answer, terms),
    }


def press(message: Message, button: str) -> tuple[str, dict[str, Any]] | None:
    """What a user sends by pressing a button or picking a row, named by its id or its title.

    Returns:
        The answer's type and content; None when the message offers no such thing.
    """
    for kind, content, names in _offers(message.payload.get("content") or {}):
        if button in names:
            return kind, content
    return None


def offered(message: Message) -> list[str]:
    """The ids of all buttons and rows of a message."""
    return [names[0] for _, _, names in _offers(message.payload.get("content") or {})]


def _offers(content: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any], tuple[str, str]]]:
    action = (content.get("interactive") or {}).get("action") or {}
    for button in action.get("buttons") or []:
        reply = {"id": button["reply"]["id"], "title": button["reply"]["title"]}
        interactive = {"type": "button_reply", "button_reply": reply}
        yield "Interactive", {"interactive": interactive}, (reply["id"], reply["title"])
    for section in action.get("sections") or []:
        for row in section.get("rows") or []:
            interactive = {"type": "list_reply", "list_reply": dict(row)}
            yield "Interactive", {"interactive": interactive}, (row["id"], row["title"])
    for suggestion in _suggestions(content):
        chip = suggestion.get("reply")
        if chip is not None:
            given = {"text": chip["text"], "payload": chip["postbackData"]}
            yield "Text", given, (chip["postbackData"], chip["text"])


def _suggestions(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What is suggested below a message and on its cards."""
    cards = (content.get("carousel") or {}).get("cards") or []
    for holder in (content, content.get("richCard") or {}, *cards):
        yield from holder.get("suggestions") or []


def _sms(message: Message, answer: Answer, terms: Terms) -> dict[str, Any]:
    body = answer.content["text"]
    size = segments(body, encoding_of(None, body))
    return {
        "umid": answer.umid,
        "subAccountId": message.subaccount,
        "timestamp": milliseconds(answer.at),
        "source": phone_number(message.payload["destination"]),
        "destination": sms_of(message).source or terms.source,
        "body": body,
        "encoding": size.encoding,
        "smsCount": size.parts,
        "price": price_of(size.parts, terms),
    }


def _chat_apps(message: Message, answer: Answer, terms: Terms) -> dict[str, Any]:
    step = message.steps[-1]
    user = user_of(message, terms.version, by_provider=True, whatsapp=step.channel == WHATSAPP)
    payload = {
        "umid": answer.umid,
        "subAccountId": message.subaccount,
        "timestamp": hundredths(answer.at),
        "user": user,
        "recipient": {"channel": name_in_receipts(step.channel), "channelId": step.channel_id},
        "type": answer.type,
        "content": dict(answer.content),
    }
    if answer.quotes:
        payload["replyToUmid"] = message.umid
    return payload
