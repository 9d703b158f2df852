"""What the operations answer and remember."""

from __future__ import annotations

import re

import jsonschema_rs
import pytest

from eightbyeight.mock import create_app
from eightbyeight.mock.document import load
from eightbyeight.mock.operations import HANDLERS

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
LINE = "/chatapps/api/v1/subaccounts/acme_hq/lon"
SMS = "/sms/api/v1/subaccounts/acme_hq/messages"
BATCH = "/sms/api/v1/subaccounts/acme_hq/surveys/nps/messages/batch"

TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}
NOTICE = {
    "user": {"msisdn": "+66812345678"},
    "content": {"title": "Visit", "company": "ACME", "icon": "bell"},
}

UMID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-e811-8150-[0-9a-f]{12}")


def examples():
    document = load()
    for path, item in document.raw["paths"].items():
        for method, operation in item.items():
            content = document.resolve(operation.get("requestBody", {})).get("content", {})
            for name, example in content.get("application/json", {}).get("examples", {}).items():
                yield pytest.param(
                    method, path, operation, document.resolve(example)["value"], id=name
                )


@pytest.mark.parametrize(("method", "path", "operation", "body"), list(examples()))
def test_every_example_of_the_document_is_accepted_with_a_documented_answer(
    api, app, method, path, operation, body
):
    url = path.format(subAccountId="acme_hq", surveyId="nps")

    answer = api.request(method, url, json=body)

    assert answer.status_code == 200, answer.text
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema_rs.validate({**schema, "components": app.document.raw["components"]}, answer.json())


def test_every_operation_of_the_document_has_a_handler():
    assert set(HANDLERS) == set(load().operations)


def test_a_message_can_be_looked_up(api, app):
    sent = api.post(SEND, json={**TEXT, "clientMessageId": "parcel-1"}).json()

    found = api.get(f"{SEND}/{sent['umid']}").json()

    assert UMID.fullmatch(sent["umid"])
    assert sent["user"] == TEXT["user"]
    assert sent["clientMessageId"] == "parcel-1"
    assert sent["status"] == {"state": "queued", "timestamp": "2026-01-01T00:00:00.25Z"}
    assert found == {
        "data": [
            {
                "umid": sent["umid"],
                "subAccountId": "acme_hq",
                "channel": "WhatsApp",
                "channelId": found["data"][0]["channelId"],
                "direction": "outbound",
                "status": sent["status"],
                "user": {"msisdn": "+659123xxxx"},
                "contentType": "Text",
                "content": "**MASKED**",
                "createdAt": "2026-01-01T00:00:00.25Z",
                "clientMessageId": "parcel-1",
                "step": 1,
            }
        ]
    }
    assert app.store.messages()[0].payload["content"] == {"text": "Hello"}


def test_details_answer_the_documented_schema(api, app):
    sent = api.post(SEND, json={**TEXT, "user": {"msisdn": "91234567", "country": "SG"}}).json()

    found = api.get(f"{SEND}/{sent['umid'].upper()}").json()

    components = app.document.raw["components"]
    schema = {"$ref": "#/components/schemas/MessageDetails", "components": components}
    jsonschema_rs.validate(schema, found)
    assert found["data"][0]["country"] == "SG"
    assert found["data"][0]["user"] == {"msisdn": "9123xxxx", "country": "SG"}
    assert found["data"][0]["umid"] == sent["umid"]


def test_a_message_belongs_to_its_sub_account_and_product(api):
    chat = api.post(SEND, json=TEXT).json()["umid"]
    sms = api.post(SMS, json={"destination": "+6591234567", "text": "Hi"}).json()["umid"]

    assert api.get(f"{SEND}/{chat}").status_code == 200
    assert api.get(f"{SEND.replace('acme_hq', 'acme_uk')}/{chat}").status_code == 404
    assert api.get(f"{SEND}/{sms}").status_code == 404


def test_the_first_channel_of_the_chain_is_tried_first(api):
    chain = [
        {"channel": "Viber", "channelId": "my-viber", "fallbackAfter": 60},
        {"channel": "SMS"},
    ]
    umid = api.post(SEND, json={**TEXT, "channels": chain}).json()["umid"]

    data = api.get(f"{SEND}/{umid}").json()["data"]

    assert [(r["channel"], r["channelId"], r["step"]) for r in data] == [("Viber", "my-viber", 1)]


def test_a_channel_keeps_its_id(api):
    umids = [api.post(SEND, json=TEXT).json()["umid"] for _ in range(2)]

    ids = {api.get(f"{SEND}/{umid}").json()["data"][0]["channelId"] for umid in umids}

    assert len(ids) == 1


def test_a_recipient_without_a_number_is_echoed_and_masked(api):
    user = {"channelUserId": "SG.13491208655302741918"}

    sent = api.post(SEND, json={**TEXT, "user": user}).json()
    record = api.get(f"{SEND}/{sent['umid']}").json()["data"][0]

    assert sent["user"] == user
    assert record["user"] == {"channelUserId": "SG.1349120865530274xxxx"}


def test_a_line_notification_is_found_among_the_messages(api):
    sent = api.post(LINE, json=NOTICE).json()

    record = api.get(f"{SEND}/{sent['umid']}").json()["data"][0]

    assert sent["status"]["state"] == "queued"
    assert (record["channel"], record["content"]) == ("LineNotification", "**MASKED**")


@pytest.mark.parametrize(
    ("text", "asked", "used"),
    [
        ("Hello", None, "GSM7"),
        ("Hello", "AUTO", "GSM7"),
        ("Hello", "UCS2", "UCS2"),
        ("\u041f\u0440\u0438\u0432\u0435\u0442", "AUTO", "UCS2"),
        ("\u041f\u0440\u0438\u0432\u0435\u0442", "GSM7", "GSM7"),
        ("Total: 5 \u20ac [net] {x} ~ | \\ ^\r\n", None, "GSM7"),
        (
            "\u00c4\u00d6\u00dc\u00e4\u00f6\u00fc\u00df \u0394\u03a9 \u00bf\u00a1 @\u00a3$\u00a5",
            None,
            "GSM7",
        ),
        ("a `quote`", None, "UCS2"),
        ("typographic \u2019", None, "UCS2"),
        ("\U0001f600", None, "UCS2"),
        ("\t", None, "UCS2"),
    ],
)
def test_an_sms_names_the_encoding_in_use(api, text, asked, used):
    body = {"destination": "+6591234567", "text": text}
    if asked:
        body["encoding"] = asked

    sent = api.post(SMS, json=body).json()

    assert sent["encoding"] == used
    assert sent["destination"] == "6591234567"
    assert sent["status"]["code"] == "QUEUED"
    assert sent["clientMessageId"] is None


def test_a_survey_batch_counts_what_it_takes_and_what_it_rejects(api, app):
    messages = [
        {"destination": "+6591234567", "templateBody": "How was it? {{url}}"},
        {"destination": "+6591234568", "clientMessageId": "two"},
        {"destination": "+6591234569", "templateBody": "\u041a\u0430\u043a? {{url}}"},
    ]

    answer = api.post(
        BATCH,
        json={"messages": messages, "includeMessagesInResponse": True, "clientBatchId": "b1"},
    ).json()

    assert (answer["acceptedCount"], answer["rejectedCount"]) == (2, 1)
    assert answer["clientBatchId"] == "b1"
    assert [
        (m["status"]["code"], m["destination"], m["encoding"], m["clientMessageId"])
        for m in answer["messages"]
    ] == [
        ("QUEUED", "6591234567", "GSM7", None),
        ("REJECTED", "6591234568", "GSM7", "two"),
        ("QUEUED", "6591234569", "UCS2", None),
    ]
    assert len({m["umid"] for m in answer["messages"]}) == 3
    assert [m.umid for m in app.store.messages()] == [m["umid"] for m in answer["messages"]]


@pytest.mark.parametrize("asked", [{}, {"includeMessagesInResponse": False}])
def test_a_survey_batch_lists_its_messages_only_on_request(api, asked):
    body = {
        "messages": [{"destination": "+6591234567", "templateVariables": {"name": "Mei", "n": 1}}],
        "template": {"templateBody": "{{url:name}}"},
        **asked,
    }

    answer = api.post(BATCH, json=body).json()

    assert answer["messages"] is None
    assert answer["clientBatchId"] is None
    assert (answer["acceptedCount"], answer["rejectedCount"]) == (1, 0)


def test_a_variable_decides_on_the_encoding_of_a_survey(api):
    body = {
        "messages": [
            {"destination": "+6591234567", "templateVariables": {"name": "Mei"}},
            {"destination": "+6591234567", "templateVariables": {"name": "\u7f8e"}},
        ],
        "template": {"templateBody": "{{url:name}}"},
        "includeMessagesInResponse": True,
    }

    answer = api.post(BATCH, json=body).json()

    assert [m["encoding"] for m in answer["messages"]] == ["GSM7", "UCS2"]


def test_the_template_s_encoding_holds_for_messages_without_their_own(api):
    body = {
        "messages": [{"destination": "+6591234567"}] * 2,
        "template": {"templateBody": "{{url}}", "encoding": "UCS2"},
        "includeMessagesInResponse": True,
    }
    body["messages"][1] = {**body["messages"][1], "encoding": "GSM7"}

    answer = api.post(BATCH, json=body).json()

    assert [m["encoding"] for m in answer["messages"]] == ["UCS2", "GSM7"]


def test_the_oldest_messages_are_forgotten_above_the_cap(client_for):
    app = create_app(max_messages=3, rate_limit=False)
    with client_for(app) as api:
        umids = [api.post(SEND, json=TEXT).json()["umid"] for _ in range(5)]
        found = [api.get(f"{SEND}/{umid}").status_code for umid in umids]

    assert found == [404, 404, 200, 200, 200]


def test_a_literal_path_wins_over_a_parameter(client_for):
    def path(method, name):
        return {method: {"operationId": name, "responses": {}}}

    document = {
        "openapi": "3.1.0",
        "paths": {
            "/sms/api/v1/messages/{umid}": path("get", "getOne"),
            "/sms/api/v1/messages/batch": path("post", "sendMany"),
        },
    }
    with client_for(create_app(document)) as api:
        batch = api.post("/sms/api/v1/messages/batch")
        one = api.get("/sms/api/v1/messages/other")

    assert "sendMany" in batch.json()["message"]
    assert "getOne" in one.json()["message"]


def test_an_operation_that_is_not_played_yet_says_so(client_for):
    document = {
        "openapi": "3.1.0",
        "paths": {"/sms/api/v1/balance": {"get": {"operationId": "getBalance", "responses": {}}}},
    }
    with client_for(create_app(document)) as api:
        answer = api.get("/sms/api/v1/balance")

    assert (answer.status_code, answer.json()["code"]) == (501, 2001)
    assert "getBalance" in answer.json()["message"]
