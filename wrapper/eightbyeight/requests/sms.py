"""Requests of the ``sms`` resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eightbyeight_generated.api.sms import send_sms as _send_sms

from ..content.wire import compact, window
from ..core.phone import check_number
from ..errors import InvalidInput, MessageRejected
from ..results import AcceptedSms
from .prepare import new_reference, prepare

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ..core.call import Call
    from ..core.reply import Reply


def send_sms(
    subaccount_id: str,
    to: str,
    text: str,
    *,
    country: str | None = None,
    source: str | None = None,
    encoding: str | None = None,
    client_message_id: str | None = None,
    scheduled: datetime | None = None,
    expiry: datetime | None = None,
    dlr_callback_url: str | None = None,
    client_ip: str | None = None,
    track: bool | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Call[AcceptedSms]:
    """Make the request of ``Sms.send``."""
    problems = check_number(to, country, "destination")
    if problems:
        raise InvalidInput.because(problems)
    if client_message_id is None:
        client_message_id = new_reference()
    body = {
        "destination": to,
        "text": text,
        "clientMessageId": client_message_id,
        **compact(
            country=country,
            source=source,
            encoding=encoding,
            **window(scheduled, expiry),
            dlrCallbackUrl=dlr_callback_url,
            clientIp=client_ip,
            track=None if track is None else ("Outcome" if track else "None"),
        ),
    }
    path = {"subAccountId": subaccount_id}
    return prepare(
        _send_sms, path, read_accepted_sms, body=body, extra=extra, reference=client_message_id
    )


def read_accepted_sms(reply: Reply) -> AcceptedSms:
    """Read the answer to a send. Raises MessageRejected when its status is REJECTED."""
    result = AcceptedSms(reply)
    if result.is_rejected:
        error = MessageRejected(
            status=reply.status,
            message=result.status.description or "the message was rejected",
            response=reply,
            umid=result.text_or_none("umid"),
            client_message_id=result.client_message_id,
        )
        error.args = (str(error),)
        raise error
    return result
