"""Requests of the ``messages`` resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from eightbyeight_generated.api.messages import get_message_details as _get_message_details
from eightbyeight_generated.api.messages import send_message as _send_message

from ..content.base import Content
from ..content.basic import Text
from ..content.wire import compact, has_wire_form, refused, to_wire, window
from ..errors import MessageRejected
from ..fallback import Fallback
from ..recipients import recipient_to_wire
from ..results import AcceptedMessage, MessageDetails
from .prepare import new_reference, prepare

if TYPE_CHECKING:
    from datetime import datetime

    from ..content.content_dict import ContentDict
    from ..content.wire import Piece, Wire
    from ..core.call import Call
    from ..core.reply import Reply
    from ..recipients import To

_REFUSED_STATES = frozenset({"rejected", "failed"})


def send_message(
    subaccount_id: str,
    to: To,
    content: str | Content | ContentDict | Piece,
    *,
    country: str | None = None,
    fallback: Fallback | list[Mapping[str, Any]] | None = None,
    client_message_id: str | None = None,
    scheduled: datetime | None = None,
    expiry: datetime | None = None,
    dlr_callback_url: str | None = None,
    reply_to: str | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Call[AcceptedMessage]:
    """Make the request of ``Messages.send``."""
    user = recipient_to_wire(to, country)
    if isinstance(content, str):
        content = Text(content)
    envelope = _envelope(content)
    if client_message_id is None:
        client_message_id = new_reference()
    body = {
        "user": user,
        **envelope,
        "clientMessageId": client_message_id,
        **compact(
            channels=_channels(fallback, user, content, envelope),
            **window(scheduled, expiry),
            dlrCallbackUrl=dlr_callback_url,
            context={"umid": reply_to} if reply_to is not None else None,
        ),
    }
    _check_direct_send(body)
    path = {"subAccountId": subaccount_id}
    return prepare(
        _send_message, path, read_accepted, body=body, extra=extra, reference=client_message_id
    )


def get_message_details(subaccount_id: str, umid: str) -> Call[MessageDetails]:
    """Make the request of ``Messages.get``."""
    return prepare(
        _get_message_details, {"subAccountId": subaccount_id, "umid": umid}, MessageDetails
    )


def read_accepted(reply: Reply) -> AcceptedMessage:
    """Read the answer to a send. Raises MessageRejected when it says that the message was refused."""
    result = AcceptedMessage(reply)
    status = result.status
    if (status.state or "").casefold() in _REFUSED_STATES:
        error = MessageRejected(
            status=reply.status,
            code=status.error_code,
            message=status.error_message or status.detail or f"the message is {status.state}",
            response=reply,
            umid=result.text_or_none("umid"),
            client_message_id=result.client_message_id,
        )
        error.args = (str(error),)
        raise error
    return result


def _envelope(content: Content | ContentDict | Piece) -> Wire:
    """Return ``type`` and ``content`` of a message."""
    if not (isinstance(content, Content | Mapping) or has_wire_form(content)):
        raise refused(
            "content",
            "type",
            f"must be a text, a content such as Image, or a mapping, not {type(content).__name__}",
        )
    wire = to_wire(content, "content")
    missing = [name for name in ("type", "content") if name not in wire]
    if missing or not isinstance(wire["content"], Mapping):
        raise refused(
            "content",
            "required",
            "must hold type and content, as in {'type': 'text', 'content': {'text': ...}}",
        )
    return {"type": wire["type"], "content": dict(wire["content"])}


def _channels(
    fallback: Fallback | list[Mapping[str, Any]] | None,
    user: Wire,
    content: Content | ContentDict | Piece,
    envelope: Wire,
) -> list[Any] | None:
    """Return the wire form of ``channels`` and put the plan's SMS settings into the content."""
    if fallback is None or isinstance(fallback, list):
        return fallback
    if not isinstance(fallback, Fallback):
        raise refused(
            "channels",
            "type",
            f"must be a Fallback plan or a list of channels, not {type(fallback).__name__}",
        )
    channels = fallback.channels
    text, settings = fallback.sms_settings()
    own_text = content.own_text if isinstance(content, Content) else envelope["content"].get("text")
    if fallback.has_sms:
        if not user.get("msisdn"):
            raise refused(
                "user.msisdn",
                "required",
                "is required: the chain falls back to SMS, which goes by number",
            )
        if text is None and not own_text and not envelope["content"].get("fallbackText"):
            raise refused(
                "content.fallbackText",
                "required",
                f"is required: a message of type {envelope['type']} has no text for the SMS; give then_sms(text=...)",
            )
    envelope["content"].update(compact(fallbackText=text, sms=settings))
    if isinstance(content, Content):
        fallback.warn_if_early(content.ttl)
    return channels


def _check_direct_send(body: Wire) -> None:
    """Refuse Direct Send where WhatsApp does not offer it."""
    content = body["content"]
    interactive = content.get("interactive")
    if "whatsApp" not in content or not isinstance(interactive, Mapping):
        return
    if interactive.get("type") not in ("cta_url", "button"):
        raise refused(
            "content.whatsApp.directSend",
            "dependency",
            "goes with interactive types cta_url and button only",
        )
    header = interactive.get("header")
    if isinstance(header, Mapping) and header.get("type") != "text":
        raise refused(
            "content.interactive.header.type",
            "dependency",
            "must be text: Direct Send takes no other header",
        )
