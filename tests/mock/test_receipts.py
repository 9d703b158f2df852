"""Receipts and inbound webhooks, field by field."""

from __future__ import annotations

import json

import pytest

from eightbyeight.mock import create_app
from eightbyeight.mock.commands import NotPossible
from eightbyeight.mock.receivers import URL

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
SMS = "/sms/api/v1/subaccounts/acme_hq/messages"
BATCH = "/sms/api/v1/subaccounts/acme_hq/surveys/nps/messages/batch"

TEXT = {
    "user": {"msisdn": "+6591234567"},
    "type": "text",
    "content": {"text": "Hello"},
    "clientMessageId": "parcel-1",
}
WHATSAPP_ID = "SG.10948390734895020"  # always the same for the number above


class Inbox:
    """Takes webhooks, and says the next of its statuses."""

    def __init__(self, *statuses):
        self.calls = []
        self._statuses = list(statuses)

    def __call__(self, url, headers, body):
        self.calls.append((url, headers, json.loads(body)))
        return self._statuses.pop(0) if self._statuses else 200

    @property
    def bodies(self):
        return [body for _, _, body in self.calls]


@pytest.fixture
def inbox(app):
    box = Inbox()
    app.connect_receiver(box)
    return box


def test_receipts_of_an_sms(api, app, inbox):
    body = {"destination": "6591234567", "text": "a" * 161, "source": "ACME"}
    umid = api.post(SMS, json={**body, "clientMessageId": "parcel-1"}).json()["umid"]
    app.advance(60)

    assert inbox.bodies == [
        {
            "namespace": "SMS",
            "eventType": "outbound_message_status_changed",
            "description": "The status of an SMS has changed",
            "payload": {
                "umid": umid,
                "clientMessageId": "parcel-1",
                "subAccountId": "acme_hq",
                "source": "ACME",
                "destination": "+6591234567",
                "status": status,
                "price": {"total": 0.06, "perSms": 0.03, "currency": "USD"},
                "smsCount": 2,
            },
        }
        for status in (
            {"state": "sent", "timestamp": "2026-01-01T00:00:01.25Z"},
            {
                "state": "delivered",
                "detail": "delivered_to_recipient",
                "timestamp": "2026-01-01T00:00:02.25Z",
            },
        )
    ]
    assert {url for url, _, _ in inbox.calls} == {URL}


def test_the_receipt_of_an_sms_that_failed_has_an_error_and_no_price(api, app, inbox):
    umid = api.post(SMS, json={"destination": "+6591234567", "text": "Hi"}).json()["umid"]
    app.fail(umid, 46)

    (receipt,) = inbox.bodies
    assert receipt["payload"] == {
        "umid": umid,
        "subAccountId": "acme_hq",
        "source": "MOCK",
        "destination": "+6591234567",
        "status": {
            "state": "undelivered",
            "detail": "rejected_by_operator",
            "timestamp": "2026-01-01T00:00:00.25Z",
            "errorCode": 46,
            "errorMessage": "Subscriber not reachable",
        },
        "smsCount": 1,
    }


def test_the_receipts_of_a_batch_name_the_batch_and_count_the_rendered_text(api, app, inbox):
    body = {
        "clientBatchId": "b1",
        "template": {"templateBody": "{{name}}, tell us: {{url:name}}", "source": "NPS"},
        "messages": [{"destination": "+6591234567", "templateVariables": {"name": "M" * 130}}],
    }
    batch = api.post(BATCH, json=body).json()["batchId"]
    app.advance(1)

    (receipt,) = inbox.bodies
    payload = receipt["payload"]
    assert (payload["batchId"], payload["clientBatchId"]) == (batch, "b1")
    # 130 + 11 + 21 characters of the short link
    assert (payload["source"], payload["smsCount"]) == ("NPS", 2)


def test_receipts_of_a_whatsapp_message_in_version_9(api, app, inbox):
    umid = api.post(SEND, json=TEXT).json()["umid"]
    app.advance(60)

    common = {
        "umid": umid,
        "clientMessageId": "parcel-1",
        "subAccountId": "acme_hq",
        "channel": "whatsapp",
    }
    by_number = {"msisdn": "+6591234567"}
    by_provider = {"msisdn": "+6591234567", "channelUserId": WHATSAPP_ID}
    assert inbox.bodies == [
        {
            "version": 9,
            "namespace": "ChatApps",
            "eventType": "outbound_message_status_changed",
            "description": "The status of a message has changed",
            "payload": {**common, **payload},
        }
        for payload in (
            {
                "user": by_number,
                "status": {"state": "sent", "timestamp": "2026-01-01T00:00:01.25Z"},
                "whatsapp": {"pricingCategory": "service"},
            },
            {
                "user": by_provider,
                "status": {
                    "state": "delivered",
                    "detail": "delivered_to_recipient",
                    "timestamp": "2026-01-01T00:00:02.25Z",
                },
                "whatsapp": {"pricingCategory": "service"},
                "outboundContent": {
                    "channel": "whatsapp",
                    "contentType": "text",
                    "body": {"text": "Hello"},
                },
            },
            {
                "user": by_provider,
                "status": {"state": "read", "timestamp": "2026-01-01T00:00:05.25Z"},
            },
        )
    ]


def test_receipts_of_a_whatsapp_message_in_version_8(api, app, inbox):
    app.change_settings({"receipt_version": 8})
    umid = api.post(SEND, json=TEXT).json()["umid"]
    app.deliver(umid)

    sent, delivered = inbox.bodies
    assert set(sent) == {"namespace", "eventType", "description", "payload"}
    assert sent["payload"]["user"] == {"msisdn": "+6591234567", "channelUserId": "6591234567"}
    assert delivered["payload"] == {
        "umid": umid,
        "clientMessageId": "parcel-1",
        "subAccountId": "acme_hq",
        "channel": "whatsapp",
        "user": {"msisdn": "+6591234567", "channelUserId": "6591234567"},
        "status": {
            "state": "delivered",
            "detail": "delivered_to_recipient",
            "timestamp": "2026-01-01T00:00:00.25Z",
        },
        "whatsapp": {"pricingCategory": "service"},
    }


def test_a_whatsapp_failure_names_the_provider_s_code(api, app, inbox):
    umid = api.post(SEND, json=TEXT).json()["umid"]
    app.fail(umid, 1015)

    assert inbox.bodies[0]["payload"]["whatsapp"] == {"providerErrorCode": "131009"}
    assert inbox.bodies[0]["payload"]["status"]["errorCode"] == 1015


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("Viber", "viber"),
        ("RCS", "rcs"),
        ("Line", "line"),
        ("SMS", "sms"),
        ("ZaloNotification", "ZaloNotification"),
    ],
)
def test_other_channels_tell_nothing_of_whatsapp(api, app, inbox, channel, name):
    user = {"channelUserId": "Ua12b345678"} if channel == "Line" else TEXT["user"]
    api.post(SEND, json={**TEXT, "user": user, "channels": [{"channel": channel}]})
    app.advance(60)

    payloads = [body["payload"] for body in inbox.bodies]
    assert {payload["channel"] for payload in payloads} == {name}
    for payload in payloads:
        assert not {"whatsapp", "outboundContent", "price", "smsCount"}.intersection(payload)
        assert payload["user"] == ({} if channel == "Line" else user)


@pytest.mark.parametrize(
    ("kind", "content", "shown"),
    [
        (
            "image",
            {"url": "https://cdn.example.com/a.jpg", "text": "Look"},
            {
                "contentType": "media",
                "header": {"type": "image", "media": {"url": "https://cdn.example.com/a.jpg"}},
                "body": {"text": "Look"},
            },
        ),
        (
            "location",
            {"location": {"latitude": 1.5, "longitude": 2.5}},
            {
                "contentType": "location",
                "header": {"type": "location", "location": {"latitude": 1.5, "longitude": 2.5}},
            },
        ),
        (
            "template",
            {
                "template": {
                    "name": "order",
                    "language": "en_US",
                    "components": [
                        {"type": "body", "parameters": [{"type": "text", "text": "Mei"}]}
                    ],
                }
            },
            {
                "contentType": "template",
                "template": {"name": "order", "language": "en_US", "category": "UTILITY"},
                "body": {"text": "Mei"},
            },
        ),
        (
            "interactive",
            {
                "interactive": {
                    "type": "button",
                    "header": {"type": "text", "text": "Delivery"},
                    "body": {"text": "When?"},
                    "action": {
                        "buttons": [{"type": "reply", "reply": {"id": "am", "title": "Morning"}}]
                    },
                }
            },
            {
                "contentType": "interactive",
                "header": {"type": "text", "text": "Delivery"},
                "body": {"text": "When?"},
                "actions": {
                    "buttons": [{"type": "quick_reply", "label": "Morning", "value": "am"}]
                },
                "meta": {"redacted": False, "interactiveType": "button"},
            },
        ),
    ],
)
def test_version_9_repeats_what_was_sent(api, app, inbox, kind, content, shown):
    answer = api.post(SEND, json={**TEXT, "type": kind, "content": content})
    app.deliver(answer.json()["umid"])

    assert inbox.bodies[-1]["payload"]["outboundContent"] == {"channel": "whatsapp", **shown}


def test_every_documented_message_has_receipts(app, api, inbox):
    """Whatever the document's examples send, its receipts can be written."""
    sent = 0
    for path, item in app.document.raw["paths"].items():
        for operation in item.values():
            content = app.document.resolve(operation.get("requestBody", {})).get("content", {})
            for example in content.get("application/json", {}).get("examples", {}).values():
                body = {**app.document.resolve(example)["value"]}
                body.pop("scheduled", None)
                body.pop("expiry", None)
                url = path.format(subAccountId="acme_hq", surveyId="nps")
                sent += api.post(url, json=body).status_code == 200
    app.advance(600)

    assert sent > 20
    assert {entry.state for entry in app.receipts} == {"delivered"}
    assert len({entry.umid for entry in app.receipts}) >= sent


def test_an_answer_to_a_whatsapp_message(api, app, inbox):
    umid = api.post(SEND, json=TEXT).json()["umid"]
    app.advance(60)
    del inbox.calls[:]
    app.reply(umid, "Thanks!")
    app.reply(umid, "Really", quote=True)

    first, second = inbox.bodies
    channel_id = app.message(umid).steps[0].channel_id
    assert first == {
        "version": 3,
        "namespace": "ChatApps",
        "eventType": "inbound_message_received",
        "description": "A message has come in",
        "payload": {
            "umid": first["payload"]["umid"],
            "subAccountId": "acme_hq",
            "timestamp": "2026-01-01T00:01:00.25Z",
            "user": {"msisdn": "+6591234567", "channelUserId": WHATSAPP_ID},
            "recipient": {"channel": "whatsapp", "channelId": channel_id},
            "type": "Text",
            "content": {"text": "Thanks!"},
        },
    }
    assert second["payload"]["replyToUmid"] == umid
    assert len({umid, first["payload"]["umid"], second["payload"]["umid"]}) == 3
    assert [(e.state, e.detail) for e in app.timeline(umid)[-2:]] == [
        ("answered", "Thanks!"),
        ("answered", "Really"),
    ]


def test_an_answer_in_version_2(api, app, inbox):
    app.change_settings({"receipt_version": 8})
    umid = api.post(SEND, json=TEXT).json()["umid"]
    app.dispatch(umid)
    app.reply(umid, "Thanks!")

    assert "version" not in inbox.bodies[-1]
    user = {"msisdn": "+6591234567", "channelUserId": "6591234567"}
    assert inbox.bodies[-1]["payload"]["user"] == user


def test_an_answer_to_an_sms(api, app, inbox):
    body = {"destination": "+6591234567", "text": "Hi", "source": "ACME"}
    umid = api.post(SMS, json=body).json()["umid"]
    app.advance(2)
    app.reply(umid, "\u041e\u043a")

    assert inbox.bodies[-1] == {
        "namespace": "SMS",
        "eventType": "inbound_message_received",
        "description": "An SMS has come in",
        "payload": {
            "umid": inbox.bodies[-1]["payload"]["umid"],
            "subAccountId": "acme_hq",
            "timestamp": "2026-01-01T00:00:02.250Z",
            "source": "+6591234567",
            "destination": "ACME",
            "body": "\u041e\u043a",
            "encoding": "UCS2",
            "smsCount": 1,
            "price": {"total": 0.03, "perSms": 0.03, "currency": "USD"},
        },
    }


BUTTONS = {
    "type": "button",
    "body": {"text": "When?"},
    "action": {"buttons": [{"type": "reply", "reply": {"id": "am", "title": "Morning"}}]},
}
ROW = {"id": "pm", "title": "Evening", "description": "6 to 9"}
MENU = {
    "type": "list",
    "body": {"text": "When?"},
    "action": {"button": "Choose", "sections": [{"title": "Times", "rows": [ROW]}]},
}


@pytest.mark.parametrize(
    ("interactive", "button", "shown"),
    [
        (
            BUTTONS,
            "am",
            {"type": "button_reply", "button_reply": {"id": "am", "title": "Morning"}},
        ),
        (
            BUTTONS,
            "Morning",
            {"type": "button_reply", "button_reply": {"id": "am", "title": "Morning"}},
        ),
        (MENU, "pm", {"type": "list_reply", "list_reply": ROW}),
    ],
)
def test_a_pressed_button(api, app, inbox, interactive, button, shown):
    body = {**TEXT, "type": "interactive", "content": {"interactive": interactive}}
    umid = api.post(SEND, json=body).json()["umid"]
    app.dispatch(umid)
    app.reply_button(umid, button)

    payload = inbox.bodies[-1]["payload"]
    assert payload["type"] == "Interactive"
    assert payload["content"] == {"interactive": shown}
    assert payload["replyToUmid"] == umid
    assert app.timeline(umid)[-1].detail in ("Morning", "Evening")
    with pytest.raises(NotPossible, match="there are: [ap]m"):
        app.reply_button(umid, "noon")


def test_who_has_nothing_cannot_answer(api, app):
    queued = api.post(SEND, json=TEXT).json()["umid"]
    one_way = api.post(
        SEND.replace("messages", "lon"),
        json={
            "user": {"msisdn": "+66812345678"},
            "content": {"title": "Visit", "company": "ACME", "icon": "bell"},
        },
    ).json()["umid"]
    app.dispatch(one_way)

    with pytest.raises(NotPossible, match="the message is queued"):
        app.reply(queued, "Hi")
    with pytest.raises(NotPossible, match="nobody can answer on LineNotification"):
        app.reply(one_way, "Hi")
    app.dispatch(queued)
    with pytest.raises(NotPossible, match="1 to 35000 characters"):
        app.reply(queued, "")
    with pytest.raises(NotPossible, match="there are: none"):
        app.reply_button(queued, "yes")


def test_a_price_of_nothing_is_none(client_for):
    app, box = create_app(seed=1, sms_price=0), Inbox()
    app.connect_receiver(box)
    with client_for(app) as api:
        api.post(SMS, json={"destination": "+6591234567", "text": "Hi"})
    app.advance(2)

    assert "price" not in box.bodies[0]["payload"]
