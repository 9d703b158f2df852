"""``Client.request``: whole bodies for every operation of the description."""

from __future__ import annotations

import pytest

from eightbyeight import (
    AcceptedBatch,
    AcceptedMessage,
    AcceptedSms,
    InvalidInput,
    MessageDetails,
    MessageRejected,
)
from eightbyeight.requests.any_operation import OPERATIONS
from eightbyeight_generated.models import SmsRequest

SMS = {"destination": "+6591234567", "text": "Hi"}
BATCH = {"messages": [{"destination": "+6591234567", "templateBody": "{{url}}"}]}
MESSAGE = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hi"}}
LINE = {"user": {"msisdn": "+6591234567"}, "content": {"title": "Hi"}}
ROOT = "/api/v1/subaccounts/acme_hq"


@pytest.mark.parametrize(
    ("operation", "body", "path", "url", "result"),
    [
        ("sendSms", SMS, {}, f"https://sms.8x8.com{ROOT}/messages", AcceptedSms),
        (
            "sendSms",
            SmsRequest(**SMS),
            {},
            f"https://sms.8x8.com{ROOT}/messages",
            AcceptedSms,
        ),
        (
            "sendSurveyBatch",
            BATCH,
            {"surveyId": "nps q4/ü"},
            f"https://sms.8x8.com{ROOT}/surveys/nps%20q4%2F%C3%BC/messages/batch",
            AcceptedBatch,
        ),
        ("sendMessage", MESSAGE, {}, f"https://chatapps.8x8.com{ROOT}/messages", AcceptedMessage),
        ("sendLineNotification", LINE, {}, f"https://chatapps.8x8.com{ROOT}/lon", AcceptedMessage),
        (
            "getMessageDetails",
            None,
            {"umid": "82188ee0"},
            f"https://chatapps.8x8.com{ROOT}/messages/82188ee0",
            MessageDetails,
        ),
    ],
)
async def test_every_operation(api, client, operation, body, path, url, result):
    assert type(client.request(operation, body, **path)) is result
    async with api.async_client() as twin:
        assert type(await twin.request(operation, body, **path)) is result

    for request in api.requests:
        assert str(request.url) == url
        assert request.method == ("GET" if body is None else "POST")
    if body is None:
        assert [request.content for request in api.requests] == [b"", b""]
    else:
        assert api.bodies == [body if isinstance(body, dict) else SMS] * 2


@pytest.mark.parametrize(
    ("operation", "body", "path"),
    [
        ("sendFax", SMS, {}),
        ("sendSms", None, {}),
        ("getMessageDetails", SMS, {"umid": "1"}),
        ("getMessageDetails", None, {}),
        ("sendSurveyBatch", BATCH, {}),
        ("sendSms", SMS, {"umid": "1"}),
        ("sendSms", {**SMS, "txt": "Hi"}, {}),
        ("sendSms", "Hi", {}),
        ("getMessageDetails", None, {"umid": ".."}),
    ],
    ids=[
        "unknown operation",
        "body missing",
        "body too many",
        "path parameter missing",
        "another path parameter missing",
        "path parameter too many",
        "field unknown",
        "no body at all",
        "dot segment",
    ],
)
def test_refusals(api, client, operation, body, path):
    with pytest.raises(InvalidInput):
        client.request(operation, body, **path)

    assert api.requests == []


def test_every_operation_of_the_document_is_known_and_has_a_method(document, client):
    operations = {
        operation["operationId"]: operation
        for item in document["paths"].values()
        for operation in item.values()
    }
    used = {
        name
        for resource in (client.messages, client.line, client.sms, client.surveys)
        for method in vars(type(resource)).values()
        if callable(method)
        for name in method.__code__.co_names
    }
    # As many batches as it takes are made by an object, not by a function of the operation's name.
    makers = {"send_survey_batch": "SurveyBatches"}

    assert set(OPERATIONS) == set(operations)
    for name, (module, _) in OPERATIONS.items():
        tag, function = module.split(".")
        assert [tag] == operations[name]["tags"]
        assert hasattr(client, tag)
        assert makers.get(function, function) in used


def test_refused_message_is_an_error_here_too(api, client):
    api.answer({"umid": "u", "status": {"code": "REJECTED", "description": "no"}})
    with pytest.raises(MessageRejected) as caught:
        client.request("sendSms", SMS | {"clientMessageId": "mine"})

    assert caught.value.umid == "u"
    assert caught.value.client_message_id == "mine"
