"""From the body of a webhook to the event that it tells. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from .business import (
    AccountUpdated,
    PhoneNumberQualityChanged,
    TemplateChanged,
    WhatsAppUserEvent,
)
from .fields import text_in
from .inbound import AppMessage, InboundMessage, InboundSms
from .receipts import MessageReceipt, SmsReceipt
from .responses import LinkClicked, SurveyAnswered
from .unknown import UnknownEvent

#: All events; ``event.kind`` and the class tell them apart.
Event: TypeAlias = (
    SmsReceipt
    | MessageReceipt
    | InboundSms
    | InboundMessage
    | AppMessage
    | LinkClicked
    | SurveyAnswered
    | TemplateChanged
    | PhoneNumberQualityChanged
    | AccountUpdated
    | WhatsAppUserEvent
    | UnknownEvent
)
#: The longest body that is read. The longest events that are documented have a few kilobytes.
MOST_BYTES = 1 << 20

_BUSINESS: dict[
    str,
    type[TemplateChanged | PhoneNumberQualityChanged | AccountUpdated | WhatsAppUserEvent],
] = {
    "template_category_update": TemplateChanged,
    "template_status_update": TemplateChanged,
    "template_quality_update": TemplateChanged,
    "template_correct_category_detection": TemplateChanged,
    "phone_number_quality_update": PhoneNumberQualityChanged,
    "account_update": AccountUpdated,
    **dict.fromkeys(WhatsAppUserEvent.event_types, WhatsAppUserEvent),
}
_OF_MESSAGES: dict[
    tuple[str, bool],
    type[SmsReceipt | MessageReceipt | InboundSms | InboundMessage | AppMessage | LinkClicked],
] = {
    ("outbound_message_status_changed", True): SmsReceipt,
    ("outbound_message_status_changed", False): MessageReceipt,
    ("inbound_message_received", True): InboundSms,
    ("inbound_message_received", False): InboundMessage,
    ("external_app_message", True): AppMessage,
    ("external_app_message", False): AppMessage,
    ("short_url_clicked", True): LinkClicked,
    ("short_url_clicked", False): LinkClicked,
}
# Fields that only SMS events have, for events that do not say what they are about.
_OF_SMS = {"source", "destination", "body", "smsCount"}


def parse(body: bytes | str | Mapping[str, Any], *, max_bytes: int = MOST_BYTES) -> Event:
    """Read a webhook.

    It never fails: what it does not know becomes an UnknownEvent, with all that came in it.

    Args:
        body: The body of the request, or the JSON object in it.
        max_bytes: A longer body is not read (a ``str`` counts by its characters).

    Returns:
        The event.

    See https://developer.8x8.com/connect/docs/whatsapp/whatsapp-webhooks
    """
    if isinstance(body, Mapping):
        return _event_in(body if isinstance(body, dict) else dict(body), b"")
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)
    if len(body) > max_bytes:
        return UnknownEvent({}, raw, "size")
    try:
        value = json.loads(body.lstrip("\ufeff") if isinstance(body, str) else raw)
    except (ValueError, RecursionError):
        return UnknownEvent({}, raw, "json")
    return _event_in(value, raw) if isinstance(value, dict) else UnknownEvent({}, raw, "object")


def _event_in(body: dict[str, Any], raw: bytes) -> Event:
    name = (text_in(body, "eventType") or "").casefold()
    details, payload = body.get("eventDetails"), body.get("payload")
    if name in _BUSINESS and isinstance(details, dict):
        return _BUSINESS[name](body, details)
    if isinstance(payload, dict):
        known = _OF_MESSAGES.get((name, _is_sms(body, payload)))
        if known is not None:
            return known(body, payload)
    elif name == "inboundmessage":  # the first form of LINE messages
        return InboundMessage(body, body)
    elif not name and "surveyId" in body and ("answers" in body or "surveySubmittedAt" in body):
        return SurveyAnswered(body, body)
    return UnknownEvent(body, raw, "type")


def _is_sms(body: dict[str, Any], payload: dict[str, Any]) -> bool:
    namespace = (text_in(body, "namespace") or "").casefold()
    if namespace in ("sms", "chatapps"):
        return namespace == "sms"
    return bool(_OF_SMS & payload.keys())
