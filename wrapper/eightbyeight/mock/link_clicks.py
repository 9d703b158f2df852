"""The links of an SMS, and the webhook that tells that the recipient has followed one.

See also: https://developer.8x8.com/connect/docs/short-url-clicks
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from eightbyeight.mock.clock import hundredths
from eightbyeight.mock.receipts import phone_number
from eightbyeight.mock.sms_texts import SHORT, goes_as_sms, sms_of, survey_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eightbyeight.mock.inbound import Answer
    from eightbyeight.mock.store import Message

CLICK = "Click"

_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
# What ends a sentence, or closes what was opened before the link.
_AFTER = ".,:;!?)]}'»\u201d\u2019"
_MOST = 20


class Link(NamedTuple):
    """A link in an SMS.

    Attributes:
        short: As the recipient sees it, where links are shortened.
        target: Where it leads.
    """

    short: str
    target: str


def links_of(message: Message) -> list[Link]:
    """The links of a message that goes as an SMS, each once, in their order."""
    if not goes_as_sms(message):
        return []
    own = survey_link(message) if message.kind == "survey" else None
    found = (url.rstrip(_AFTER) for url in _URL.findall(sms_of(message).text))
    return [_link(message, url, own) for url in list(dict.fromkeys(found))[:_MOST]]


def webhook(message: Message, answer: Answer) -> dict[str, Any]:
    """The webhook that tells of a click."""
    return {
        "namespace": "SMS",
        "eventType": "short_url_clicked",
        "description": "A link in an SMS was followed",
        "payload": {
            "eventId": answer.umid,
            "occurredAt": hundredths(answer.at),
            "umid": message.umid,
            "destination": phone_number(_recipient(message.payload)),
            **answer.content,
        },
    }


def content_of(link: Link) -> dict[str, str]:
    """A link as the webhook carries it."""
    return {"shortUrl": link.short, "targetUrl": link.target}


def _link(message: Message, url: str, own: str | None) -> Link:
    if url == own:
        return Link(url, f"{SHORT}surveys/{quote(message.survey_id or '')}/{message.umid}")
    digits = blake2b(f"{message.umid} {url}".encode("utf-8", "replace"), digest_size=2).hexdigest()
    return Link(f"{SHORT}{digits}", url)


def _recipient(payload: Mapping[str, Any]) -> str:
    return str(payload.get("destination") or payload["user"]["msisdn"])
