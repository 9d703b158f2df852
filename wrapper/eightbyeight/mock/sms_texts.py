"""The texts that go out as SMS, and by which sender."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from eightbyeight.mock.channels import SMS
from eightbyeight.mock.encoding import encoding_of
from eightbyeight.mock.segments import Segments, segments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eightbyeight.mock.store import Message

#: Where short links begin. One has 21 characters, whatever it leads to.
SHORT = "https://mock.8x8/"
_LINK_LENGTH = 21
_VARIABLE = re.compile(r"\{\{\s*([^{}:\s]+)\s*(:[^{}]*)?\}\}")


class Sms(NamedTuple):
    """An SMS as it leaves.

    Attributes:
        text: What the recipient reads.
        source: The sender, or None when the request names none.
        asked: The encoding that the request names.
    """

    text: str
    source: str | None
    asked: str | None

    def segments(self) -> Segments:
        """Its encoding and its parts."""
        return segments(self.text, encoding_of(self.asked, self.text))


def sms_of(message: Message) -> Sms:
    """The SMS that a message is, or becomes when a chain falls back to SMS."""
    payload = message.payload
    if message.kind == "sms":
        return Sms(payload["text"], payload.get("source"), payload.get("encoding"))
    if message.kind == "survey":
        text = _invitation(message, payload.get("templateVariables") or {})
        return Sms(text, message.given("source"), message.given("encoding"))
    if message.kind == "lineNotification":
        fallback = payload.get("smsFallback") or {}
        return Sms(fallback.get("text") or "", fallback.get("source"), fallback.get("encoding"))
    content = payload["content"]
    settings = content.get("sms") or {}
    text = content.get("fallbackText") or content.get("text") or ""
    return Sms(text, settings.get("source"), settings.get("encoding"))


def goes_as_sms(message: Message) -> bool:
    """Whether the message is on its way as an SMS."""
    return message.steps[-1].channel == SMS


def survey_link(message: Message) -> str:
    """The short link of an invitation to a survey."""
    return f"{SHORT}{message.umid}"[:_LINK_LENGTH]


def _invitation(message: Message, variables: Mapping[str, Any]) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name == "url":
            return survey_link(message)
        return str(variables[name]) if name in variables else found[0]

    return _VARIABLE.sub(value, message.given("templateBody") or "")
