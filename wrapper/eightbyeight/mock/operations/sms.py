"""SMS."""

from __future__ import annotations

from eightbyeight.mock import lifecycle
from eightbyeight.mock.call import Call, Reply
from eightbyeight.mock.encoding import encoding_of
from eightbyeight.mock.operations.registry import operation
from eightbyeight.mock.store import Message

CHANNEL = "SMS"
QUEUED = {"code": "QUEUED", "description": "SMS is accepted and queued for processing"}


@operation("sendSms")
def send_sms(call: Call) -> Reply:
    """Queue an SMS and say in which encoding."""
    message = Message(
        umid=call.identifiers.guid(),
        product=call.operation.product,
        subaccount=call.subaccount,
        kind="sms",
        payload=call.body,
        created_at=call.now,
        steps=(lifecycle.first_step(call.subaccount, CHANNEL, call.now),),
        encoding=encoding_of(call.body.get("encoding"), call.body["text"]),
    )
    call.store.add([message])
    return Reply(
        {
            "umid": message.umid,
            "destination": digits(call.body["destination"]),
            "status": QUEUED,
            "encoding": message.encoding,
            # The API answers null, not nothing, when none was given.
            "clientMessageId": call.body.get("clientMessageId"),
        }
    )


def digits(destination: str) -> str:
    """A destination as answers repeat it, without the plus."""
    return destination.removeprefix("+")
