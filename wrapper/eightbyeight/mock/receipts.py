"""Delivery receipts, in the shapes in which they are posted.

See also: https://developer.8x8.com/connect/docs/delivery-receipts-for-outbound-sms
and https://developer.8x8.com/connect/docs/delivery-receipts-for-outbound-chatapps
"""

from __future__ import annotations

from decimal import Decimal
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from eightbyeight.mock.channels import (
    DELIVERED,
    FAILURES,
    READ,
    SENT,
    WHATSAPP,
    name_in_receipts,
)
from eightbyeight.mock.clock import hundredths
from eightbyeight.mock.meta_codes import meta_code
from eightbyeight.mock.outbound_content import outbound_content
from eightbyeight.mock.sms_texts import sms_of

if TYPE_CHECKING:
    from eightbyeight.mock.settings import Settings
    from eightbyeight.mock.store import Message, Step

STATUS_CHANGED = "outbound_message_status_changed"


class Terms(NamedTuple):
    """What receipts need of the settings, as it was when the state changed."""

    version: int
    price: float
    currency: str
    source: str

    @classmethod
    def of(cls, settings: Settings) -> Terms:
        """Take what the settings say now."""
        return cls(
            settings.receipt_version,
            settings.sms_price,
            settings.currency,
            settings.default_source,
        )


def receipt(message: Message, step: Step, terms: Terms) -> dict[str, Any]:
    """The receipt that tells of a step's state."""
    if message.product == "sms":
        return {
            "namespace": "SMS",
            "eventType": STATUS_CHANGED,
            "description": "The status of an SMS has changed",
            "payload": _sms(message, step, terms),
        }
    version = {"version": terms.version} if terms.version >= 9 else {}
    return {
        **version,
        "namespace": "ChatApps",
        "eventType": STATUS_CHANGED,
        "description": "The status of a message has changed",
        "payload": _chat_apps(message, step, terms),
    }


def price_of(count: int, terms: Terms) -> dict[str, Any]:
    """What so many parts of an SMS cost."""
    # Decimal, since 3 times 0.1 in binary is not 0.3.
    total = float(Decimal(str(terms.price)) * count)
    return {"total": total, "perSms": terms.price, "currency": terms.currency}


def phone_number(text: str) -> str:
    """A number as webhooks write it, with the plus."""
    return text if text.startswith("+") else f"+{text}"


def business_scoped_id(msisdn: str, country: str | None) -> str:
    """The id under which WhatsApp knows a number: always the same for the same number."""
    number = int.from_bytes(blake2b(msisdn.encode(), digest_size=7).digest(), "big")
    return f"{(country or 'SG').upper()}.{10**16 + number % 10**16}"


def user_of(message: Message, version: int, *, by_provider: bool, whatsapp: bool) -> dict[str, Any]:
    """The recipient, as webhooks of the messaging apps show one.

    Args:
        message: The message.
        version: Of receipts; what comes before 9 knows phone numbers only.
        by_provider: Whether the provider has told of it, and with that the user's id.
        whatsapp: Whether the provider is WhatsApp, which has an id for every number.
    """
    given = message.payload["user"]
    msisdn = given.get("msisdn")
    own_id = given.get("channelUserId") or given.get("lineUserId")
    user = {} if msisdn is None else {"msisdn": msisdn}
    if version < 9:
        shown = None if msisdn is None else msisdn.removeprefix("+")
    elif own_id is None and msisdn is not None and whatsapp:
        shown = business_scoped_id(msisdn, given.get("country"))
    else:
        shown = own_id
    if shown is not None and (by_provider or version < 9):
        user["channelUserId"] = shown
    return user


def _sms(message: Message, step: Step, terms: Terms) -> dict[str, Any]:
    sms = sms_of(message)
    count = sms.segments().parts
    payload = {
        "umid": message.umid,
        **_references(message),
        "subAccountId": message.subaccount,
        "source": sms.source or terms.source,
        "destination": phone_number(message.payload["destination"]),
        "status": _status(step),
    }
    if step.state not in FAILURES and terms.price:
        payload["price"] = price_of(count, terms)
    payload["smsCount"] = count
    return payload


def _chat_apps(message: Message, step: Step, terms: Terms) -> dict[str, Any]:
    on_whatsapp = step.channel == WHATSAPP
    by_provider = step.state in (DELIVERED, READ)
    payload: dict[str, Any] = {
        "umid": message.umid,
        **_references(message),
        "subAccountId": message.subaccount,
        "channel": name_in_receipts(step.channel),
        "user": user_of(message, terms.version, by_provider=by_provider, whatsapp=on_whatsapp),
        "status": _status(step),
    }
    if on_whatsapp:
        told = _whatsapp(message, step)
        if told:
            payload["whatsapp"] = told
        if terms.version >= 9 and step.state == DELIVERED:
            payload["outboundContent"] = outbound_content(message.payload)
    return payload


def _whatsapp(message: Message, step: Step) -> dict[str, Any]:
    told = {}
    if step.error_code is not None and (code := meta_code(step.error_code)) is not None:
        told["providerErrorCode"] = code
    if step.state in (SENT, DELIVERED):
        is_template = message.payload.get("type") == "template"
        told["pricingCategory"] = "utility" if is_template else "service"
    return told


def _references(message: Message) -> dict[str, Any]:
    given = {
        "batchId": message.batch_id,
        "clientMessageId": message.payload.get("clientMessageId"),
        "clientBatchId": message.client_batch_id,
    }
    return {name: value for name, value in given.items() if value is not None}


def _status(step: Step) -> dict[str, Any]:
    given = {
        "state": step.state,
        "detail": step.detail,
        "timestamp": hundredths(step.since),
        "errorCode": step.error_code,
        "errorMessage": step.error_message,
    }
    return {name: value for name, value in given.items() if value is not None}
