"""Messaging apps: send a message, look it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eightbyeight.mock import errors, lifecycle, magic
from eightbyeight.mock.call import Call, Reply
from eightbyeight.mock.clock import hundredths
from eightbyeight.mock.masking import MASKED, masked_user
from eightbyeight.mock.operations.registry import operation
from eightbyeight.mock.routes import Route, message_route
from eightbyeight.mock.store import Message, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

# What an answer repeats of the recipient.
_ECHOED = ("msisdn", "country", "channelUserId", "lineUserId")


@operation("sendMessage")
def send_message(call: Call) -> Reply:
    """Queue a message on the first channel of its chain."""
    route = message_route(call.subaccount, call.settings, call.body)
    return Reply(accepted(call, kind="message", route=route))


@operation("getMessageDetails")
def get_message_details(call: Call) -> Reply:
    """One record for each channel that was tried."""
    message = call.store.find(call.operation.product, call.subaccount, call.parameters["umid"])
    if message is None:
        raise errors.unknown_message()
    call.life.settle(message, call.now)
    return Reply({"data": [_record(message, n) for n in range(1, len(message.steps) + 1)]})


def accepted(call: Call, kind: str, route: Route) -> dict[str, Any]:
    """Store a message of the messaging apps and acknowledge it."""
    body, user = call.body, call.body["user"]
    number = user.get("msisdn")
    step = magic.begun(lifecycle.first_step(route, call.now), number)
    message = Message(
        umid=call.identifiers.guid(),
        product=call.operation.product,
        subaccount=call.subaccount,
        kind=kind,
        content=call.content,
        created_at=call.now,
        steps=(step,),
        route=route,
        number=number,
        callback_url=body.get("dlrCallbackUrl"),
    )
    call.life.keep([message])
    answer = {
        "umid": message.umid,
        "status": _status(step),
        "user": _echo(user),
    }
    if body.get("clientMessageId") is not None:
        answer["clientMessageId"] = body["clientMessageId"]
    return answer


def _record(message: Message, number: int) -> dict[str, Any]:
    step = message.steps[number - 1]
    user = message.payload["user"]
    record: dict[str, Any] = {
        "umid": message.umid,
        "subAccountId": message.subaccount,
        "channel": step.channel,
        "channelId": step.channel_id,
        "direction": "outbound",
        "status": _status(step),
        "user": masked_user(_echo(user)),
        "contentType": _content_type(message),
        "content": MASKED,
        "createdAt": hundredths(message.created_at),
        "step": number,
    }
    optional = {
        "country": user.get("country"),
        "clientMessageId": message.payload.get("clientMessageId"),
        "clientBatchId": message.client_batch_id,
        "batchId": message.batch_id,
    }
    record.update({name: value for name, value in optional.items() if value is not None})
    return record


def _status(step: Step) -> dict[str, Any]:
    status: dict[str, Any] = {"state": step.state, "timestamp": hundredths(step.since)}
    if step.detail is not None:
        status["detail"] = step.detail
    if step.error_code is not None:
        status["errorCode"] = step.error_code
    if step.error_message is not None:
        status["errorMessage"] = step.error_message
    return status


def _echo(user: Mapping[str, Any]) -> dict[str, Any]:
    return {name: user[name] for name in _ECHOED if user.get(name) is not None}


def _content_type(message: Message) -> str:
    # Requests name the type in camel case, details in title case: richCard, RichCard.
    kind = str(message.payload.get("type", "template"))
    return kind[:1].upper() + kind[1:]
