"""The habits of the vendor's samples, one by one: refused in strict, forgiven and named in lenient mode."""

from __future__ import annotations

import copy

import pytest

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
NOTICE = SEND.replace("messages", "lon")
SMS = "/sms/api/v1/subaccounts/acme_hq/messages"
SURVEY = "/sms/api/v1/subaccounts/acme_hq/surveys/nps/messages/batch"
USER = {"msisdn": "+6591234567"}
LETTERS, STRING, NULL = "letter case", "number written as a string", "null taken as absent"
NAME = "letter case of the name"


def message(kind, **content):
    return {"user": USER, "type": kind, "content": content}


def template(*components):
    return message(
        "template",
        template={"name": "parcel_due", "language": "en", "components": list(components)},
    )


def button(**changes):
    return {
        "type": "button",
        "subType": "Url",
        "index": 1,
        "parameters": [{"type": "text", "text": "a7"}],
        **changes,
    }


FIRST = "content.template.components[0]"


@pytest.mark.parametrize(
    ("url", "body", "forgiven"),
    [
        (SEND, message("Text", text="Hi"), [f"type: {LETTERS}"]),
        (SEND, message("IMAGE", url="https://cdn.example.com/a.jpg"), [f"type: {LETTERS}"]),
        (
            SEND,
            message("Location", location={"latitude": "1.3", "longitude": "103.8"}),
            [
                f"type: {LETTERS}",
                f"content.location.latitude: {STRING}",
                f"content.location.longitude: {STRING}",
            ],
        ),
        (
            SEND,
            message(
                "video",
                url="https://cdn.example.com/a.mp4",
                video={"filesize": "1200", "duration": "9.5"},
            ),
            [f"content.video.filesize: {STRING}", f"content.video.duration: {STRING}"],
        ),
        (
            SEND,
            message("audio", url="https://cdn.example.com/a.mp3", audio={"duration": "30"}),
            [f"content.audio.duration: {STRING}"],
        ),
        (SEND, template(button(index="1")), [f"{FIRST}.index: {STRING}"]),
        (SEND, template(button(type="Button")), [f"{FIRST}.type: {LETTERS}"]),
        (SEND, template(button(subType="url")), [f"{FIRST}.subType: {LETTERS}"]),
        (SEND, template(button(subType="quickreply")), [f"{FIRST}.subType: {LETTERS}"]),
        (
            SEND,
            template({"type": "Body", "parameters": [{"type": "Text", "text": "a7"}]}),
            [f"{FIRST}.type: {LETTERS}", f"{FIRST}.parameters[0].type: {LETTERS}"],
        ),
        (
            SEND,
            {**message("text", text="Hi"), "channels": [{"channel": "whatsapp"}]},
            [f"channels[0].channel: {LETTERS}"],
        ),
        (
            SEND,
            {
                **message("text", text="Hi"),
                "channels": [
                    {"channel": "Viber", "successStatus": "delivered", "fallbackAfter": "90"},
                    {"channel": "sms"},
                ],
            },
            [
                f"channels[0].successStatus: {LETTERS}",
                f"channels[0].fallbackAfter: {STRING}",
                f"channels[1].channel: {LETTERS}",
            ],
        ),
        (
            SEND,
            message("text", text="Hi", sms={"encoding": "Auto", "source": None}),
            [f"content.sms.encoding: {LETTERS}", f"content.sms.source: {NULL}"],
        ),
        (
            NOTICE,
            {"user": USER, "content": {"emphasis": {"label": "When", "Content": "Today"}}},
            [f"content.emphasis.Content: {NAME}"],
        ),
        (
            SMS,
            {"destination": "+6591234567", "text": "Hi", "clientIP": "192.0.2.1"},
            [f"clientIP: {NAME}"],
        ),
        (
            SMS,
            {"destination": "+6591234567", "text": "Hi", "encoding": "ucs2", "expiry": None},
            [f"encoding: {LETTERS}", f"expiry: {NULL}"],
        ),
        (
            SURVEY,
            {
                "messages": [{"destination": "+6591234567", "country": None}],
                "template": {"templateBody": "{{url}}", "encoding": "gsm7"},
                "clientBatchId": None,
            },
            [
                f"messages[0].country: {NULL}",
                f"template.encoding: {LETTERS}",
                f"clientBatchId: {NULL}",
            ],
        ),
        (SURVEY + "/", {"messages": [{"destination": "+6591234567"}]}, ["trailing slash"]),
    ],
)
def test_a_habit(api, app, url, body, forgiven):
    strict = api.post(url, json=body)
    app.change_settings({"mode": "lenient"})
    lenient = api.post(url, json=copy.deepcopy(body))

    assert strict.status_code in (400, 404)
    assert lenient.status_code == 200, lenient.text
    assert sorted(lenient.headers["X-Mock-Forgave"].split("; ")) == sorted(forgiven)


@pytest.mark.parametrize("height", ["SHORT", "Medium", "tall"])
def test_the_height_of_a_card(api, app, height):
    media = {"height": height, "contentInfo": {"fileUrl": "https://cdn.example.com/tea.jpg"}}
    body = message("richCard", richCard={"cardOrientation": "vertical", "media": media})
    strict = api.post(SEND, json=body)
    app.change_settings({"mode": "lenient"})
    lenient = api.post(SEND, json=body)

    assert strict.status_code == (200 if height == "tall" else 400)
    assert lenient.status_code == 200, lenient.text
    assert ("height" in lenient.headers.get("X-Mock-Forgave", "")) == (height != "tall")


def test_a_headline_is_a_string_in_both_modes(api, app):
    body = message(
        "interactive",
        interactive={
            "type": "button",
            "header": {"type": "text", "text": "Tea"},
            "body": {"text": "Well?"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "1", "title": "Yes"}}]},
        },
    )
    strict = api.post(SEND, json=body)
    app.change_settings({"mode": "lenient"})

    assert strict.status_code == api.post(SEND, json=body).status_code == 200


@pytest.mark.parametrize(
    ("sent", "strict", "lenient"),
    [
        ("s3cret", 401, 200),
        ("wrong", 401, 401),
        ("Bearer", 401, 401),
        ("Basic s3cret", 401, 401),
        ("", 401, 401),
        ("Bearer s3cret", 200, 200),
    ],
)
def test_a_key_without_bearer(api, app, sent, strict, lenient):
    app.change_settings({"api_keys": ["s3cret"]})
    body, headers = {"messages": [{"destination": "+6591234567"}]}, {"Authorization": sent}
    first = api.post(SURVEY, json=body, headers=headers)
    app.change_settings({"mode": "lenient"})
    second = api.post(SURVEY, json=body, headers=headers)

    assert (first.status_code, second.status_code) == (strict, lenient)
    assert "X-Mock-Forgave" not in first.headers
    named = second.headers.get("X-Mock-Forgave") == "authorization: key without Bearer"
    assert named == (sent in ("s3cret", "wrong"))


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (SEND, template(button(subType=1))),
        (SEND, template(button(index="first"))),
        (SEND, message("buttons", text="Hi")),
        (NOTICE, {"user": USER, "content": {"emphasis": {"content": "a", "Content": "b"}}}),
        (NOTICE, {"user": USER, "content": {"emphasis": {"contents": "a"}}}),
    ],
)
def test_what_has_no_known_meaning_stays_refused(api, app, url, body):
    app.change_settings({"mode": "lenient"})

    assert api.post(url, json=body).status_code == 400
