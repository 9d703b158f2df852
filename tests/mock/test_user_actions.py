"""What users do besides writing: press a template's button, follow a link, answer a survey."""

from __future__ import annotations

import json

import pytest

from eightbyeight.mock import create_app
from eightbyeight.mock.commands import NotPossible
from eightbyeight.webhooks import InboundMessage, LinkClicked, SurveyAnswered, parse

CHATAPPS = "/chatapps/api/v1/subaccounts/acme_hq/messages"
LINE = "/chatapps/api/v1/subaccounts/acme_hq/lon"
SMS = "/sms/api/v1/subaccounts/acme_hq/messages"
SURVEY = "/sms/api/v1/subaccounts/acme_hq/surveys/tea%20time/messages/batch"
NUMBER = "+6591234567"


@pytest.fixture
def app():
    app = create_app(seed=1, rate_limit=False, lifecycle="manual")
    app.change_settings({"inbound_url": "https://hooks.example.com/in"})
    return app


def send(api, path, body):
    answer = api.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["umid"]


def button(index, payload, kind="QuickReply"):
    value = {"type": "payload", "payload": payload}
    return {"type": "button", "subType": kind, "index": index, "parameters": [value]}


def template(*components, **more):
    content = {"template": {"name": "parcel", "language": "en", "components": list(components)}}
    return {
        "user": {"msisdn": NUMBER},
        "type": "template",
        "content": {**content, **more},
    }


@pytest.fixture
def sms(api, app):
    text = "Shop (https://shop.example.com/sale?a=1&b=2), or https://acme.example/x."
    umid = send(api, SMS, {"destination": "6591234567", "text": text})
    app.deliver(umid)
    return umid


@pytest.fixture
def survey(api, app):
    body = {
        "messages": [{"destination": NUMBER, "templateVariables": {"name": "Ann", "age": 24}}],
        "template": {"templateBody": "Dear {{name}}, how was it? {{url:name}}"},
        "includeMessagesInResponse": True,
    }
    umid = api.post(SURVEY, json=body).json()["messages"][0]["umid"]
    app.deliver(umid)
    return umid


# --- buttons of templates ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["stop-updates", "Quick reply 1"])
def test_a_quick_reply_of_a_template_sends_its_payload(api, app, name):
    umid = send(api, CHATAPPS, template(button(0, "more"), button(1, "stop-updates")))
    app.deliver(umid)
    answered = api.post(f"/__mock__/messages/{umid}/reply", json={"button": name})

    event = parse(json.dumps(answered.json()["payload"]))
    assert isinstance(event, InboundMessage)
    assert event.content_type == "Text"
    assert (event.content.text, event.content.payload) == ("Quick reply 1", "stop-updates")
    assert (event.reply_to, event.channel, event.user.msisdn) == (umid, "whatsapp", NUMBER)
    assert event.unknown_fields == {}


def test_quick_replies_on_cards_of_a_template_can_be_pressed(api, app):
    cards = [
        {"cardIndex": 0, "components": [button(0, "shoes")]},
        {"cardIndex": 1, "components": [button(0, "bags")]},
    ]
    umid = send(api, CHATAPPS, template({"type": "carousel", "cards": cards}))
    app.deliver(umid)

    assert app.reply_button(umid, "bags").payload["payload"]["content"]["payload"] == "bags"


def test_buttons_that_send_nothing_cannot_be_pressed(api, app):
    call = {"type": "button", "subType": "VoiceCall", "index": 0}
    umid = send(api, CHATAPPS, template(call, button(1, "yes")))
    app.deliver(umid)

    with pytest.raises(NotPossible, match="there are: yes"):
        app.reply_button(umid, "Call 0")


def test_the_receipt_names_a_button_as_its_press_does(api, app):
    app.change_settings({"callback_url": "https://hooks.example.com/receipts"})
    umid = send(api, CHATAPPS, template(button(0, "more")))
    app.deliver(umid)
    pressed = app.reply_button(umid, "more").payload["payload"]["content"]["text"]

    (shown,) = (
        entry.payload["payload"]["outboundContent"]["actions"]["buttons"]
        for entry in app.receipts
        if "outboundContent" in entry.payload["payload"]
    )
    assert shown == [{"type": "quick_reply", "label": pressed, "value": "more"}]


def test_a_message_that_fell_back_to_sms_has_no_buttons(api, app):
    body = template(button(0, "more"), fallbackText="Reply by SMS")
    umid = send(api, CHATAPPS, {**body, "channels": [{"channel": "WhatsApp"}, {"channel": "SMS"}]})
    app.fail(umid, 1018)
    app.deliver(umid)

    with pytest.raises(NotPossible, match="there are: none"):
        app.reply_button(umid, "more")


# --- links of an SMS --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ({}, "https://shop.example.com/sale?a=1&b=2"),
        ({"url": "https://acme.example/x"}, "https://acme.example/x"),
    ],
)
def test_a_click_is_told(api, app, sms, asked, target):
    told = api.post(f"/__mock__/messages/{sms}/click", json=asked).json()

    assert (told["kind"], told["url"]) == ("click", "https://hooks.example.com/in")
    event = parse(json.dumps(told["payload"]))
    assert isinstance(event, LinkClicked)
    assert (event.umid, event.destination, event.target_url) == (sms, NUMBER, target)
    assert event.short_url.startswith("https://mock.8x8/")
    assert len(event.short_url) == 21
    assert event.moment == app.clock.now()
    assert event.unknown_fields == {}
    assert app.timeline(sms)[-1][3:5] == ("clicked", target)


def test_a_shortened_link_is_the_same_link_each_time_and_each_click_an_event_of_its_own(app, sms):
    first = parse(app.click(sms).payload)
    again = parse(app.click(sms, first.short_url).payload)

    assert (again.short_url, again.target_url) == (first.short_url, first.target_url)
    assert again.identity != first.identity


def test_a_click_is_tried_again_like_a_receipt(app, sms):
    app.connect_receiver(lambda *_: 500 if len(app.receipts[-1].attempts) < 1 else 200)
    app.click(sms)
    app.advance(1)

    assert [attempt.status for attempt in app.receipts[-1].attempts] == [500, 200]
    assert app.receipts[-1].state == "delivered"


@pytest.mark.parametrize("path", [CHATAPPS, LINE])
def test_links_of_a_fallback_sms_can_be_followed(api, app, path):
    text = "Track it: https://t.example.com/42"
    if path == CHATAPPS:
        body = {
            "user": {"msisdn": NUMBER},
            "type": "text",
            "content": {"text": "Hello", "fallbackText": text},
            "channels": [{"channel": "WhatsApp"}, {"channel": "SMS"}],
        }
    else:
        content = {"title": "Parcel", "emphasis": {"label": "To", "content": "Ann"}}
        body = {
            "user": {"msisdn": NUMBER},
            "content": {**content, "icon": "bell", "company": "ACME"},
            "smsFallback": {"text": text},
        }
    umid = send(api, path, body)
    app.fail(umid)
    app.deliver(umid)

    event = parse(app.click(umid).payload)
    assert (event.destination, event.target_url) == (NUMBER, "https://t.example.com/42")


def test_what_is_no_click_is_refused(api, app, sms):
    plain = send(api, SMS, {"destination": NUMBER, "text": "No link, javascript:alert(1)"})
    chat = send(
        api,
        CHATAPPS,
        {"user": {"msisdn": NUMBER}, "type": "text", "content": {"text": "https://a.example"}},
    )
    refused = {
        (plain, None): "nobody can answer, the message is queued",
        (chat, None): "the message is on WhatsApp",
        (sms, "https://evil.example"): "there are: https://shop.example.com",
    }
    for (umid, url), words in refused.items():
        asked = {} if url is None else {"url": url}
        answer = api.post(f"/__mock__/messages/{umid}/click", json=asked)
        assert (answer.status_code, words in answer.json()["error"]) == (409, True), answer.text
    app.deliver(plain)
    with pytest.raises(NotPossible, match="there are: none"):
        app.click(plain)
    assert not [entry for entry in app.receipts if entry.kind == "click"]


# --- surveys ----------------------------------------------------------------------------------------


def test_answers_to_a_survey_are_told(api, app, survey):
    answers = {"How was it?": "Good", "Why?": "<b>Tea</b>"}
    told = api.post(f"/__mock__/messages/{survey}/survey", json={"answers": answers}).json()

    assert told["kind"] == "survey"
    event = parse(json.dumps(told["payload"]))
    assert isinstance(event, SurveyAnswered)
    assert (event.umid, event.survey_id) == (survey, "tea time")
    assert event.variables == {"name": "Ann", "age": "24"}
    assert [(a.question_id, a.answer_id, a.question, a.answer) for a in event.answers] == [
        ("1", None, "How was it?", "Good"),
        ("2", None, "Why?", "<b>Tea</b>"),
    ]
    assert event.started == app.message(survey).created_at
    assert event.moment == app.clock.now()
    assert event.unknown_fields == {}
    assert app.timeline(survey)[-1][3:5] == ("answered", "Good; <b>Tea</b>")


def test_answers_can_name_their_ids(app, survey):
    given = [{"questionId": "16", "answerId": "10003", "question": "Again?", "answer": "Yes"}]
    assert app.answer_survey(survey, given).payload["answers"] == given


def test_the_link_of_a_survey_can_be_followed(app, survey):
    event = parse(app.click(survey).payload)

    assert event.short_url == f"https://mock.8x8/{survey[:4]}"
    assert event.target_url.endswith(f"/surveys/tea%20time/{survey}")


def test_no_answer_is_told_after_two_days(app, survey):
    app.advance(48 * 3600)
    assert app.answer_survey(survey, {"How?": "Well"}).kind == "survey"
    app.advance(1)
    with pytest.raises(NotPossible, match="48 hours"):
        app.answer_survey(survey, {"How?": "Well"})


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"{}", 422, "the body must be"),
        (b"[]", 422, "must be an object"),
        (b"{", 400, "must be JSON"),
        (b'{"answers": "Good"}', 422, "or a list"),
        (b'{"answers": 5}', 422, "or a list"),
        (b'{"answers": true}', 422, "or a list"),
        (b'{"answers": {}}', 422, "1 to 100"),
        (b'{"answers": ["Good"]}', 422, "answer 1 must be an object"),
        (b'{"answers": {"How?": 5}}', 422, "answer must be a string"),
        (b'{"answers": [{"question": "How?"}]}', 422, "lacks: answer"),
        (b'{"answers": [{"answer": "x", "colour": "red"}]}', 422, "no field is called 'colour'"),
        (b'{"answers": [{"answer": "x", "questionId": null}]}', 422, "questionId must be a string"),
        (b'{"answers": {"How?": "x"}, "other": 1}', 422, "no field is called 'other'"),
    ],
)
def test_answers_that_make_no_sense_are_refused(api, app, survey, body, status, words):
    answer = api.post(f"/__mock__/messages/{survey}/survey", content=body)

    assert (answer.status_code, words in answer.json()["error"]) == (status, True), answer.text
    assert app.receipts == []


def test_only_a_survey_that_has_arrived_is_answered(api, app, sms):
    body = {
        "messages": [{"destination": NUMBER}],
        "template": {"templateBody": "{{url}}"},
        "includeMessagesInResponse": True,
    }
    early = api.post(SURVEY, json=body).json()["messages"][0]["umid"]
    for umid, words in ((sms, "no survey, but sms"), (early, "the message is queued")):
        answer = api.post(f"/__mock__/messages/{umid}/survey", json={"answers": {"a": "b"}})
        assert (answer.status_code, words in answer.json()["error"]) == (409, True)


def test_the_index_names_the_inbox_and_these_commands(api):
    endpoints = api.get("/__mock__").json()["endpoints"]

    assert "GET /__mock__/inbox" in endpoints
    assert "POST /__mock__/messages/{}/click" in endpoints
    assert "POST /__mock__/messages/{}/survey" in endpoints
    assert "/__mock__/inbox" in api.get("/__mock__/nothing").json()["error"]
