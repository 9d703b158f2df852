"""What the schemas refuse: which code, and a message that helps without quoting the content."""

from __future__ import annotations

import copy

import pytest

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
LINE = "/chatapps/api/v1/subaccounts/acme_hq/lon"
SMS = "/sms/api/v1/subaccounts/acme_hq/messages"
BATCH = "/sms/api/v1/subaccounts/acme_hq/surveys/nps/messages/batch"

USER = {"msisdn": "+6591234567"}
TEXT = {"user": USER, "type": "text", "content": {"text": "Hello"}}
ONE_SMS = {"destination": "+6591234567", "text": "Hello"}
SURVEY = {"messages": [{"destination": "+6591234567"}], "template": {"templateBody": "{{url}}"}}
NOTICE = {"user": USER, "content": {"title": "Visit", "company": "ACME", "icon": "bell"}}

MISSING = object()


def changed(body, path, value):
    body = copy.deepcopy(body)
    *parents, last = path
    holder = body
    for part in parents:
        holder = holder.setdefault(part, {}) if isinstance(holder, dict) else holder[part]
    if value is MISSING:
        del holder[last]
    else:
        holder[last] = value
    return body


@pytest.mark.parametrize(
    ("url", "body", "path", "value", "code", "field"),
    [
        (SEND, TEXT, ["user"], MISSING, 3001, "`user` is required"),
        (SEND, TEXT, ["user"], {}, 3002, "`user` needs one of: msisdn"),
        (SEND, TEXT, ["user", "msisdn"], "12", 3003, "`user.msisdn`"),
        (SEND, TEXT, ["user", "country"], "SGP", 3018, "at most 2 characters, it has 3"),
        (SEND, TEXT, ["user", "colour"], "red", 1000, "`user.colour` is not a known field"),
        (SEND, TEXT, ["content"], MISSING, 3004, "`content` is required"),
        (SEND, TEXT, ["content", "text"], MISSING, 3005, "`content.text` is required"),
        (
            SEND,
            TEXT,
            ["content", "text"],
            "x" * 35001,
            3006,
            "at most 35000 characters, it has 35001",
        ),
        (SEND, TEXT, ["content", "fallbackText"], "x" * 35001, 3017, "`content.fallbackText`"),
        (SEND, TEXT, ["content", "sms"], {"source": "x" * 17}, 3011, "`content.sms.source`"),
        (SEND, TEXT, ["content", "sms"], {"encoding": "gsm7"}, 1003, "AUTO, GSM7, UCS2"),
        (SEND, TEXT, ["clientMessageId"], "x" * 51, 3009, "at most 50 characters, it has 51"),
        (SEND, TEXT, ["type"], MISSING, 3010, "`type` is required"),
        (SEND, TEXT, ["type"], "Text", 3010, "must be one of: text, image"),
        (SEND, TEXT, ["dlrCallbackUrl"], "hooks.example.com", 3020, "valid uri"),
        (SEND, TEXT, ["scheduled"], "2026-12-24T09:00:00", 1011, "valid date-time"),
        (SEND, TEXT, ["expiry"], "soon", 1006, "`expiry`"),
        (SEND, TEXT, ["channels"], [{"channel": "whatsapp"}], 3022, "`channels[0].channel`"),
        (
            SEND,
            TEXT,
            ["channels"],
            [{"channel": "WhatsApp", "fallbackAfter": 9}, {"channel": "SMS"}],
            3023,
            "`channels[0].fallbackAfter` must be at least 10",
        ),
        (
            SEND,
            TEXT,
            ["channels"],
            [{"channel": "WhatsApp", "fallbackAfter": 86401}],
            3023,
            "at most 86400",
        ),
        (
            SEND,
            TEXT,
            ["channels"],
            [{"channel": "WhatsApp", "successStatus": "delivered"}],
            3024,
            "`channels[0].successStatus`",
        ),
        (SEND, TEXT, ["context"], {}, 3029, "`context.umid` is required"),
        (SEND, TEXT, ["colour"], "red", 1000, "`colour` is not a known field"),
        (LINE, NOTICE, ["smsFallback"], {"text": "Hi", "source": "x" * 17}, 3011, "smsFallback"),
        (LINE, NOTICE, ["content", "icon"], "smiley", 1000, "`content.icon` must be one of"),
        (LINE, NOTICE, ["user"], MISSING, 3001, "`user` is required"),
        (SMS, ONE_SMS, ["destination"], MISSING, 1002, "`destination` is required"),
        (SMS, ONE_SMS, ["destination"], "call me", 1002, "`destination` must match"),
        (SMS, ONE_SMS, ["encoding"], "gsm7", 1003, "AUTO, GSM7, UCS2"),
        (SMS, ONE_SMS, ["text"], MISSING, 1004, "`text` is required"),
        (SMS, ONE_SMS, ["text"], 5, 1004, "`text` must be of type: string"),
        (SMS, ONE_SMS, ["source"], "x" * 17, 1005, "at most 16 characters, it has 17"),
        (SMS, ONE_SMS, ["expiry"], 5, 1006, "`expiry`"),
        (SMS, ONE_SMS, ["scheduled"], "tomorrow", 1011, "`scheduled`"),
        (SMS, ONE_SMS, ["clientMessageId"], "x" * 351, 1000, "at most 350"),
        (BATCH, SURVEY, ["messages"], [], 1000, "`messages` must have at least 1 items, it has 0"),
        (BATCH, SURVEY, ["messages", 0, "destination"], "x", 1002, "`messages[0].destination`"),
        (BATCH, SURVEY, ["template", "source"], "x" * 17, 1005, "`template.source`"),
        (BATCH, SURVEY, ["clientBatchId"], "x" * 21, 1000, "at most 20"),
    ],
)
def test_a_fault_has_its_code_and_its_place(api, app, url, body, path, value, code, field):
    assert api.post(url, json=body).status_code == 200
    before = len(app.store)

    answer = api.post(url, json=changed(body, path, value))

    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert field in answer.json()["message"]
    assert len(app.store) == before


def test_a_missing_part_is_named_before_the_details_of_another(api):
    answer = api.post(SEND, json={"user": {"msisdn": "12"}, "type": "text"})

    assert answer.json()["code"] == 3004


@pytest.mark.parametrize(
    ("kind", "content", "field"),
    [
        ("image", {}, "`content.url` is required"),
        ("location", {"location": {"latitude": 1.3}}, "`content.location.longitude` is required"),
        ("template", {"template": {"language": "en"}}, "`content.template.name` is required"),
        ("interactive", {"interactive": {"type": "poll"}}, "`content.interactive.type` must be"),
        (
            "interactive",
            {
                "interactive": {
                    "type": "button",
                    "body": {"text": "?"},
                    "action": {
                        "buttons": [{"type": "reply", "reply": {"id": "1", "title": "x" * 21}}]
                    },
                }
            },
            "`content.interactive.action.buttons[0].reply.title` must have at most 20 characters",
        ),
        (
            "template",
            {"template": {"name": "n", "language": "en", "components": [{"type": "poster"}]}},
            "`content.template.components[0].type` must be one of",
        ),
    ],
)
def test_the_message_is_about_the_variant_that_was_meant(api, kind, content, field):
    answer = api.post(SEND, json={"user": USER, "type": kind, "content": content})

    assert answer.status_code == 400
    assert field in answer.json()["message"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["content", "text"], "sesame " * 6000),
        (["type"], "sesame"),
        (["user", "msisdn"], "sesame"),
        (["dlrCallbackUrl"], "sesame"),
        (["content", "sms"], {"encoding": "sesame"}),
        (["channels"], "sesame"),
    ],
)
def test_no_message_quotes_what_was_sent(api, path, value):
    answer = api.post(SEND, json=changed(TEXT, path, value))

    assert answer.status_code == 400
    assert "sesame" not in answer.text


def test_the_name_of_an_unknown_field_is_cut(api):
    answer = api.post(SEND, json={**TEXT, "x" * 5000: 1})

    assert answer.status_code == 400
    assert len(answer.content) < 400


@pytest.mark.parametrize(("count", "status"), [(10_000, 200), (10_001, 400)])
def test_a_batch_has_at_most_ten_thousand_messages(api, count, status):
    messages = [{"destination": "+6591234567"}] * count

    answer = api.post(BATCH, json={"messages": messages, "template": {"templateBody": "{{url}}"}})

    assert answer.status_code == status
    if status == 400:
        assert answer.json()["code"] == 1100
        assert "at most 10000 items, it has 10001" in answer.json()["message"]
