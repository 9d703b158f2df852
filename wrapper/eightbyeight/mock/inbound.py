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
    from collections.abc import Mapping
    from datetime import datetime

    from eightbyeight.mock.store import Message

RECEIVED = "inbound_message_received"


class Answer(NamedTuple):
    """What a user answers, in words or by what is done with the message.

    Attributes:
        umid: The answer's own id.
        at: When it came.
        type: `Text` or `Interactive`; `Click` for a link that was followed, `Survey` for answers to one.
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
