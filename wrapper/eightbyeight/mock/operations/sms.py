"""SMS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eightbyeight.mock import lifecycle, magic
from eightbyeight.mock.call import Call, Reply
from eightbyeight.mock.encoding import encoding_of
from eightbyeight.mock.operations.registry import operation
from eightbyeight.mock.routes import sms_route
from eightbyeight.mock.store import Message

if TYPE_CHECKING:
    from eightbyeight.mock.store import Step

QUEUED = {"code": "QUEUED", "description": "SMS is accepted and queued for processing"}


@operation("sendSms")
def send_sms(call: Call) -> Reply:
    """Queue an SMS and say in which encoding."""
    body, number = call.body, call.body["destination"]
    route = sms_route(call.subaccount, call.settings, body.get("scheduled"), body.get("expiry"))
    step = magic.begun(lifecycle.first_step(route, call.now), number)
    message = Message(
        umid=call.identifiers.guid(),
        product=call.operation.product,
        subaccount=call.subaccount,
        kind="sms",
        content=call.content,
        created_at=call.now,
        steps=(step,),
        route=route,
        number=number,
        callback_url=body.get("dlrCallbackUrl"),
        encoding=encoding_of(body.get("encoding"), body["text"]),
    )
    call.life.keep([message])
    return Reply(
        {
            "umid": message.umid,
            "destination": digits(number),
            "status": status(step),
            "encoding": message.encoding,
            # The API answers null, not nothing, when none was given.
            "clientMessageId": body.get("clientMessageId"),
        }
    )


def status(step: Step) -> dict[str, Any]:
    """Whether a message was taken, as answers say it."""
    if step.state != lifecycle.REJECTED:
        return QUEUED
    return {"code": "REJECTED", "description": step.error_message}


def digits(destination: str) -> str:
    """A destination as answers repeat it, without the plus."""
    return destination.removeprefix("+")
