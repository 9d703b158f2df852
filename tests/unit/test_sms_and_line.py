"""SMS and LINE notifications: the exact bodies, and the two ways to write a card."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from eightbyeight import InvalidInput, LineCard, Recipient, SmsFallback
from eightbyeight_generated.models import LineIcon, LineNotificationContent

TO = "+66812345678"
WHEN = datetime(2026, 12, 24, 9, tzinfo=UTC)
SMS_ANSWER = {
    "umid": "bda3d56d-1424-e711-813c-06ed3428fe67",
    "destination": "66812345678",
    "encoding": "GSM7",
    "status": {"code": "QUEUED", "description": "SMS is accepted"},
}
PARTS = {
    "title": "Your visit tomorrow",
    "company": "ACME Clinic",
    "icon": "calendarCheck",
    "emphasis": ("When", "Thursday, 14:30"),
    "items": {"Doctor": "Dr. Somchai", "Where": "Building B"},
    "greeting": "See you soon.",
    "explanation": "You booked a visit.",
    "actions": {"Directions": "https://clinic.example.com/way"},
}
WIRE = {
    "title": "Your visit tomorrow",
    "company": "ACME Clinic",
    "icon": "calendarCheck",
    "emphasis": {"label": "When", "content": "Thursday, 14:30"},
    "list": [
        {"label": "Doctor", "content": "Dr. Somchai"},
        {"label": "Where", "content": "Building B"},
    ],
    "greeting": "See you soon.",
    "explanation": "You booked a visit.",
    "actions": [{"title": "Directions", "url": "https://clinic.example.com/way"}],
}


def test_sms_with_everything(api, client):
    api.answer(SMS_ANSWER)
    sms = client.sms.send(
        "0812345678",
        "Your code is 123456",
        country="TH",
        source="ACME",
        encoding="GSM7",
        client_message_id="otp-1",
        scheduled=WHEN,
        expiry=WHEN.replace(minute=10),
        dlr_callback_url="https://hooks.example.com/8x8",
        client_ip="203.0.113.7",
        track=True,
        extra={"newField": None},
    )

    assert str(api.requests[0].url) == ("https://sms.8x8.com/api/v1/subaccounts/acme_hq/messages")
    assert api.body == {
        "destination": "0812345678",
        "text": "Your code is 123456",
        "clientMessageId": "otp-1",
        "country": "TH",
        "source": "ACME",
        "encoding": "GSM7",
        "scheduled": "2026-12-24T09:00:00+00:00",
        "expiry": "2026-12-24T09:10:00+00:00",
        "dlrCallbackUrl": "https://hooks.example.com/8x8",
        "clientIp": "203.0.113.7",
        "track": "Outcome",
        "newField": None,
    }
    assert sms.umid == SMS_ANSWER["umid"]


@pytest.mark.parametrize(
    ("track", "wire"), [(None, {}), (True, {"track": "Outcome"}), (False, {"track": "None"})]
)
def test_sms_tracking(api, client, track, wire):
    client.sms.send(TO, "Hi", client_message_id="a", track=track)

    assert api.body == {"destination": TO, "text": "Hi", "clientMessageId": "a", **wire}


@pytest.mark.parametrize(
    "arguments",
    [
        ((), PARTS),
        ((LineCard(**PARTS),), {}),
        ((WIRE,), {}),
        ((LineNotificationContent.from_dict(WIRE),), {}),
        ((), PARTS | {"items": list(PARTS["items"].items())}),
        ((), PARTS | {"items": WIRE["list"], "actions": WIRE["actions"]}),
        ((), PARTS | {"icon": LineIcon.CALENDARCHECK, "emphasis": WIRE["emphasis"]}),
    ],
    ids=["parts", "card", "dict", "generated model", "pairs", "wire lines", "generated icon"],
)
def test_line_notification(api, client, arguments):
    positional, named = arguments
    client.line.notify(
        Recipient(TO),
        *positional,
        **named,
        client_message_id="visit-5512",
        dlr_callback_url="https://hooks.example.com/8x8",
        extra={"newField": 1},
    )

    assert str(api.requests[0].url) == ("https://chatapps.8x8.com/api/v1/subaccounts/acme_hq/lon")
    assert api.body == {
        "user": {"msisdn": TO},
        "content": WIRE,
        "clientMessageId": "visit-5512",
        "dlrCallbackUrl": "https://hooks.example.com/8x8",
        "newField": 1,
    }


@pytest.mark.parametrize(
    ("fallback", "wire"),
    [
        ("We got it", {"text": "We got it"}),
        (
            SmsFallback("We got it", source="ACME", encoding="AUTO"),
            {"text": "We got it", "source": "ACME", "encoding": "AUTO"},
        ),
        ({"text": "We got it"}, {"text": "We got it"}),
    ],
)
def test_line_sms_fallback(api, client, fallback, wire):
    client.line.notify("0812345678", country="TH", title="Paid", sms_fallback=fallback)

    assert api.body["smsFallback"] == wire
    assert api.body["user"] == {"msisdn": "0812345678", "country": "TH"}


@pytest.mark.parametrize(
    ("send", "message"),
    [
        (
            lambda line: line.notify(TO, LineCard(title="x"), title="y", greeting="z"),
            "content: give a card or its parts, not both: title, greeting",
        ),
        (
            lambda line: line.notify(Recipient(channel_user_id="U1"), title="x"),
            "user.msisdn: is required: LINE notifications go by phone number",
        ),
        (
            lambda line: line.notify(TO, title="x", emphasis=("a", "b", "c")),
            "content.emphasis: must be a pair of label and value; it has 3 parts",
        ),
        (
            lambda line: line.notify(TO, title="x", items="Doctor"),
            "content.list: must be a mapping or a list, not str",
        ),
        (
            lambda line: line.notify(TO, title="x", items=[("a", "b"), "c"]),
            "content.list[1]: must be an object of this library or a mapping, not str",
        ),
        (
            lambda line: line.notify(TO, title="x", actions=[("a",)]),
            "content.actions[0]: must be a pair of label and value; it has 1 parts",
        ),
        (
            lambda line: line.notify(TO, "a card"),
            "content: must be an object of this library or a mapping, not str",
        ),
    ],
)
def test_line_refusals(api, client, send, message):
    with pytest.raises(InvalidInput) as caught:
        send(client.line)

    assert str(caught.value) == message
    assert api.requests == []


def test_icons_are_those_of_the_document(api, client, document):
    icons = document["components"]["schemas"]["LineIcon"]["enum"]
    for icon in icons:
        client.line.notify(TO, title="x", icon=icon)

    assert [body["content"]["icon"] for body in api.bodies] == icons


def test_references_are_made_up_where_none_is_given(api, client):
    for _ in range(2):
        client.sms.send(TO, "Hi")
        client.line.notify(TO, title="Hi")
        client.messages.send(TO, "Hi")
    references = [body["clientMessageId"] for body in api.bodies]

    assert len(set(references)) == 6
    assert all(reference.startswith("x8-") and len(reference) == 35 for reference in references)
