"""Requests of the ``line`` resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eightbyeight_generated.api.line import send_line_notification as _send_line_notification

from ..content.wire import compact, refused, to_wire
from ..line_card import LineCard, SmsFallback
from ..recipients import recipient_to_wire
from .messages import read_accepted
from .prepare import new_reference, prepare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..content.wire import Piece
    from ..core.call import Call
    from ..recipients import To
    from ..results import AcceptedMessage


def send_line_notification(
    subaccount_id: str,
    to: To,
    card: LineCard | Piece | None = None,
    *,
    country: str | None = None,
    sms_fallback: str | SmsFallback | Piece | None = None,
    client_message_id: str | None = None,
    dlr_callback_url: str | None = None,
    extra: Mapping[str, Any] | None = None,
    **parts: Any,
) -> Call[AcceptedMessage]:
    """Make the request of ``Line.notify``."""
    parts = {name: value for name, value in parts.items() if value not in (None, ())}
    if card is not None and parts:
        raise refused(
            "content", "conflict", f"give a card or its parts, not both: {', '.join(parts)}"
        )
    user = recipient_to_wire(to, country)
    if not user.get("msisdn"):
        raise refused(
            "user.msisdn", "required", "is required: LINE notifications go by phone number"
        )
    if isinstance(sms_fallback, str):
        sms_fallback = SmsFallback(sms_fallback)
    if client_message_id is None:
        client_message_id = new_reference()
    body = compact(
        user=user,
        content=to_wire(card if card is not None else LineCard(**parts), "content"),
        clientMessageId=client_message_id,
        dlrCallbackUrl=dlr_callback_url,
        smsFallback=to_wire(sms_fallback, "smsFallback") if sms_fallback is not None else None,
    )
    path = {"subAccountId": subaccount_id}
    return prepare(
        _send_line_notification,
        path,
        read_accepted,
        body=body,
        extra=extra,
        reference=client_message_id,
    )
