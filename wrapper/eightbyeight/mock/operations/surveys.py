"""SMS Engage surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from eightbyeight.mock import lifecycle, magic
from eightbyeight.mock.call import Call, Reply
from eightbyeight.mock.encoding import fits_gsm7
from eightbyeight.mock.operations.registry import operation
from eightbyeight.mock.operations.sms import digits, status
from eightbyeight.mock.routes import Route, sms_route
from eightbyeight.mock.store import Message, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_TEMPLATE = "Neither the message nor the batch has a template"


@operation("sendSurveyBatch")
def send_survey_batch(call: Call) -> Reply:
    """Queue a survey for each recipient; those without any template are rejected."""
    body = call.body
    template: Mapping[str, Any] = body.get("template") or {}
    messages = _messages(call, call.identifiers.guid(), template)
    call.life.keep(messages)
    rejected = sum(message.steps[0].state == lifecycle.REJECTED for message in messages)
    listed = body.get("includeMessagesInResponse") is True
    return Reply(
        {
            "batchId": messages[0].batch_id,
            "clientBatchId": body.get("clientBatchId"),
            "acceptedCount": len(messages) - rejected,
            "rejectedCount": rejected,
            "messages": [_result(message) for message in messages] if listed else None,
        }
    )


def _messages(call: Call, batch_id: str, template: Mapping[str, Any]) -> list[Message]:
    # This loop runs 10,000 times for a full batch: what is the same for all stands before it.
    product, subaccount, now = call.operation.product, call.subaccount, call.now
    survey = str(call.parameters["surveyId"])
    items = call.body["messages"]
    client_batch_id = call.body.get("clientBatchId")
    starts = _Starts(call, template)
    encoding_for = _Encodings(template)
    common_text, common_url = template.get("templateBody"), template.get("dlrCallbackUrl")
    messages = []
    for umid, item in zip(call.identifiers.guids(len(items)), items, strict=True):
        route, queued, rejected = starts(item)
        steps = queued if item.get("templateBody") or common_text else rejected
        if item["destination"].startswith(magic.PREFIX):
            steps = (magic.begun(steps[0], item["destination"], in_batch=True),)
        messages.append(
            Message(
                umid,
                product,
                subaccount,
                "survey",
                item,
                now,
                steps,
                route,
                item["destination"],
                item.get("dlrCallbackUrl") or common_url,
                encoding_for(item),
                batch_id,
                client_batch_id,
                template,
                survey_id=survey,
            )
        )
    return messages


class _Start(NamedTuple):
    route: Route
    queued: tuple[Step]
    rejected: tuple[Step]


class _Starts:
    """Gives all messages of a batch that go at the same time one route and the same steps."""

    def __init__(self, call: Call, template: Mapping[str, Any]) -> None:
        self._call = call
        self._template = template
        self._known: dict[tuple[str | None, str | None], _Start] = {}

    def __call__(self, item: Mapping[str, Any]) -> _Start:
        scheduled = item.get("scheduled") or self._template.get("scheduled")
        expiry = item.get("expiry") or self._template.get("expiry")
        start = self._known.get((scheduled, expiry))
        if start is None:
            start = self._known[scheduled, expiry] = self._new(scheduled, expiry)
        return start

    def _new(self, scheduled: str | None, expiry: str | None) -> _Start:
        call = self._call
        route = sms_route(call.subaccount, call.settings, scheduled, expiry)
        queued = lifecycle.first_step(route, call.now)
        rejected = queued._replace(state=lifecycle.REJECTED, error_message=_NO_TEMPLATE)
        return _Start(route, (queued,), (rejected,))


class _Encodings:
    """Finds the encoding of each message of a batch, looking at the batch's template only once."""

    def __init__(self, template: Mapping[str, Any]) -> None:
        self._asked = template.get("encoding")
        self._common_fits = fits_gsm7(template.get("templateBody") or "")

    def __call__(self, item: Mapping[str, Any]) -> str:
        asked = item.get("encoding") or self._asked
        if asked is not None and asked != "AUTO":
            return str(asked)
        text = item.get("templateBody")
        fits = fits_gsm7(text) if text else self._common_fits
        variables = item.get("templateVariables")
        if fits and variables:
            # Only the characters matter here, not their places.
            fits = fits_gsm7("".join([v for v in variables.values() if isinstance(v, str)]))
        return "GSM7" if fits else "UCS2"


def _result(message: Message) -> dict[str, Any]:
    return {
        "umid": message.umid,
        "destination": digits(message.payload["destination"]),
        "status": status(message.steps[0]),
        "encoding": message.encoding,
        "clientMessageId": message.payload.get("clientMessageId"),
    }
