"""Strict refuses what lenient forgives, and lenient says what it forgave."""

from __future__ import annotations

import copy

import pytest

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
SMS = "/sms/api/v1/subaccounts/acme_hq/messages"
TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}
TEMPLATE = {
    "user": {"msisdn": "+6591234567"},
    "type": "Template",
    "content": {
        "template": {
            "name": "order",
            "language": "en",
            "components": [
                {
                    "type": "Button",
                    "subType": "url",
                    "index": "0",
                    "parameters": [{"type": "Text", "text": "10017"}],
                }
            ],
        }
    },
}


@pytest.mark.parametrize(
    ("url", "body", "forgiven"),
    [
        (SEND, {**TEXT, "type": "Text"}, ["type: letter case"]),
        (SEND, {**TEXT, "clientMessageId": None}, ["clientMessageId: null taken as absent"]),
        (
            SEND,
            {**TEXT, "user": {"msisdn": None, "channelUserId": "SG.1234567890"}},
            ["user.msisdn: null taken as absent"],
        ),
        (
            SEND,
            {
                **TEXT,
                "channels": [{"channel": "whatsApp", "fallbackAfter": "60"}, {"channel": "sms"}],
            },
            [
                "channels[0].channel: letter case",
                "channels[0].fallbackAfter: number written as a string",
                "channels[1].channel: letter case",
            ],
        ),
        (
            SEND,
            {
                **TEXT,
                "type": "location",
                "content": {"location": {"latitude": "1.29", "longitude": "103.85"}},
            },
            [
                "content.location.latitude: number written as a string",
                "content.location.longitude: number written as a string",
            ],
        ),
        (
            SEND,
            TEMPLATE,
            [
                "type: letter case",
                "content.template.components[0].type: letter case",
                "content.template.components[0].subType: letter case",
                "content.template.components[0].index: number written as a string",
                "content.template.components[0].parameters[0].type: letter case",
            ],
        ),
        (
            SMS,
            {"destination": "+6591234567", "text": "Hi", "encoding": "auto", "track": None},
            ["encoding: letter case", "track: null taken as absent"],
        ),
        (SMS + "/", {"destination": "+6591234567", "text": "Hi"}, ["trailing slash"]),
    ],
)
def test_a_habit_is_refused_in_strict_and_forgiven_in_lenient_mode(api, app, url, body, forgiven):
    strict = api.post(url, json=body)
    app.change_settings({"mode": "lenient"})
    lenient = api.post(url, json=body)

    assert strict.status_code in (400, 404)
    assert "X-Mock-Forgave" not in strict.headers
    assert lenient.status_code == 200, lenient.text
    assert sorted(lenient.headers["X-Mock-Forgave"].split("; ")) == sorted(forgiven)


def test_a_good_request_has_nothing_to_be_forgiven(api, app):
    app.change_settings({"mode": "lenient"})

    answer = api.post(SEND, json=TEXT)

    assert answer.status_code == 200
    assert "X-Mock-Forgave" not in answer.headers


@pytest.mark.parametrize(
    "change",
    [
        {"type": "poster"},
        {"type": None},
        {"content": {"text": "x" * 35001}},
        {"channels": [{"channel": "WhatsApp", "fallbackAfter": "nan"}]},
        {"channels": [{"channel": "WhatsApp", "fallbackAfter": "5"}]},
        {"colour": "red"},
        {"type": "location", "content": {"location": {"latitude": "nan", "longitude": 1}}},
        {"type": "location", "content": {"location": {"latitude": 1, "longitude": "1e999"}}},
    ],
)
def test_lenient_is_not_careless(api, app, change):
    app.change_settings({"mode": "lenient"})

    assert api.post(SEND, json={**copy.deepcopy(TEXT), **change}).status_code == 400


def test_what_is_stored_is_the_mended_message(api, app):
    app.change_settings({"mode": "lenient"})
    umid = api.post(SEND, json={**TEXT, "channels": [{"channel": "viber"}]}).json()["umid"]

    assert api.get(f"{SEND}/{umid}").json()["data"][0]["channel"] == "Viber"


def test_a_long_list_of_habits_is_cut_to_fit_a_header(api, app):
    app.change_settings({"mode": "lenient"})
    messages = [{"destination": "+6591234567", "encoding": "auto"}] * 50
    body = {"messages": messages, "template": {"templateBody": "{{url}}"}}

    answer = api.post("/sms/api/v1/subaccounts/acme_hq/surveys/nps/messages/batch", json=body)

    assert answer.status_code == 200
    assert answer.headers["X-Mock-Forgave"].endswith("; and 30 more")
