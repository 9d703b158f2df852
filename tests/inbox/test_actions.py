"""The page's buttons."""

from __future__ import annotations

import pytest
import samples
from reading import Page

ACTIONS = "/__mock__/inbox/actions"


@pytest.fixture
def umid(send):
    return send(samples.CHATAPPS, samples.message("buttons"))


@pytest.mark.parametrize(
    ("name", "state"),
    [("dispatch", "sent"), ("deliver", "delivered"), ("read", "read"), ("fail", "undelivered")],
)
def test_a_form_moves_a_message_and_leads_back(api, app, umid, name, state):
    answer = api.post(f"{ACTIONS}/{name}", data={"umid": umid, "view": f"q=tea&umid={umid}"})

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/__mock__/inbox?q=tea&umid={umid}"
    assert app.message(umid).steps[0].state == state


def test_a_failure_takes_a_code(api, app, umid):
    api.post(f"{ACTIONS}/fail", data={"umid": umid, "code": " 1018 "})

    assert app.message(umid).steps[0].error_code == 1018


def test_the_user_replies_and_the_webhook_goes_out(api, app, umid):
    app.change_settings({"inbound_url": "https://hooks.example.com/in"})
    app.deliver(umid)
    api.post(f"{ACTIONS}/reply", data={"umid": umid, "text": "Two\r\nlines", "quote": "yes"})
    api.post(f"{ACTIONS}/press", data={"umid": umid, "button": "tea-no"})

    text, pressed = (entry.payload["payload"] for entry in app.receipts if entry.kind == "inbound")
    assert (text["content"], text["replyToUmid"]) == ({"text": "Two\nlines"}, umid)
    assert pressed["content"]["interactive"]["button_reply"] == {"id": "tea-no", "title": "No"}


@pytest.mark.parametrize("name", ["rich card", "carousel"])
def test_suggestions_on_cards_can_be_pressed(api, app, send, name):
    umid = send(samples.CHATAPPS, samples.message(name, channel="RCS"))
    app.deliver(umid)
    button = {"rich card": "oo", "carousel": "as"}[name]

    assert api.post(f"{ACTIONS}/press", data={"umid": umid, "button": button}).status_code == 303
    assert app.receipts[-1].payload["payload"]["content"]["payload"] == button


def test_a_quick_reply_of_a_template_can_be_pressed(api, app, send):
    umid = send(samples.CHATAPPS, samples.message("template"))
    app.deliver(umid)
    page = Page(api.get("/__mock__/inbox", params={"id": "6591234567"}).text)
    (button,) = page.find("button", name="button")

    api.post(f"{ACTIONS}/press", data={"umid": umid, "button": button["value"]})

    content = app.receipts[-1].payload["payload"]["content"]
    assert content == {"text": "Quick reply 1", "payload": "stop-updates"}
    assert button["aria-label"] == "Press Quick reply 1 as the user"


def test_a_link_of_an_sms_can_be_opened(api, app, send):
    text = "Shop: https://shop.example.com/?q=<b>&a=1 or https://acme.example/y"
    umid = send(samples.SMS, {"destination": "+6591234567", "text": text})
    app.deliver(umid)
    place = {"id": "6591234567"}
    page = Page(api.get("/__mock__/inbox", params=place).text)
    buttons = page.find("button", name="url")
    assert [button["value"] for button in buttons] == [
        "https://shop.example.com/?q=",
        "https://acme.example/y",
    ]
    assert not [a for _, a in page.elements if "example" in (a.get("href") or "")]

    api.post(f"{ACTIONS}/click", data={"umid": umid, "url": buttons[1]["value"]})

    assert app.receipts[-1].payload["payload"]["targetUrl"] == "https://acme.example/y"
    assert (
        "opened https://acme.example/y" in Page(api.get("/__mock__/inbox", params=place).text).text
    )


def test_a_survey_can_be_answered(api, app):
    batch = {**samples.BATCH, "includeMessagesInResponse": True}
    umid = api.post(samples.SURVEY, json=batch).json()["messages"][0]["umid"]
    place = {"umid": umid}

    def button():
        page = Page(api.get("/__mock__/inbox", params=place).text)
        return next(a for a in page.find("button", id="act-survey"))

    assert button()["title"] == "nobody can answer, the message is queued"
    app.deliver(umid)
    assert "disabled" not in button()
    fields = {"umid": umid, "question": "How was <it>?", "answer": "<i>Fine</i>"}
    api.post(f"{ACTIONS}/survey", data=fields)

    (answer,) = app.receipts[-1].payload["answers"]
    assert (answer["question"], answer["answer"]) == ("How was <it>?", "<i>Fine</i>")
    page = Page(api.get("/__mock__/inbox", params={**place, "id": "6598765432"}).text)
    assert "How was <it>? <i>Fine</i>" in page.text
    assert not page.find("i")


def test_the_clock_advances(api, app, umid):
    before = app.clock.now()
    api.post(f"{ACTIONS}/advance", data={"seconds": "60"})

    assert (app.clock.now() - before).total_seconds() == 60


def test_a_webhook_goes_out_again(api, app, umid):
    app.connect_receiver(lambda *_: 200)
    app.dispatch(umid)
    answer = api.post(
        f"{ACTIONS}/retry", data={"webhook": "1"}, headers={"Accept": "application/json"}
    )

    assert answer.json() == {"done": "Webhook 1 goes out again"}
    assert [attempt.status for attempt in app.receipts[0].attempts] == [200, 200]


@pytest.mark.parametrize(
    ("name", "fields", "status"),
    [
        ("explode", {}, 404),
        ("deliver", {}, 422),
        ("deliver", {"umid": "nope"}, 404),
        ("deliver", {"umid": "{umid}", "colour": "red"}, 422),
        ("deliver", {"umid": "{umid}", "view": "people=x"}, 422),
        ("reply", {"umid": "{umid}"}, 422),
        ("reply", {"umid": "{umid}", "text": "too early"}, 409),
        ("press", {"umid": "{umid}", "button": "none"}, 409),
        ("click", {"umid": "{umid}"}, 422),
        ("click", {"umid": "{umid}", "url": "https://a.example"}, 409),
        ("survey", {"umid": "{umid}"}, 422),
        ("survey", {"umid": "{umid}", "answer": "Good"}, 409),
        ("fail", {"umid": "{umid}", "code": "-1"}, 422),
        ("fail", {"umid": "{umid}", "code": "9" * 30}, 422),
        ("retry", {"webhook": "99"}, 404),
        ("retry", {"webhook": "x"}, 422),
        ("advance", {"seconds": "soon"}, 422),
        ("advance", {"seconds": "nan"}, 422),
        ("advance", {"seconds": "-1"}, 422),
        ("advance", {"seconds": "1e999"}, 422),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_what_makes_no_sense_is_refused(api, app, umid, name, fields, status, accept):
    fields = {key: value.format(umid=umid) for key, value in fields.items()}
    answer = api.post(f"{ACTIONS}/{name}", data=fields, headers={"Accept": accept})

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(accept)
    assert app.message(umid).steps[0].state == "queued"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"umid=x", "application/json", 415),
        (b"umid=x", "", 415),
        (b"\xff", "application/x-www-form-urlencoded", 400),
        (b"umid=%FF", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"umid=x" for _ in range(50)), "application/x-www-form-urlencoded", 400),
    ],
)
def test_what_is_no_form_is_refused(api, body, kind, status):
    answer = api.post(f"{ACTIONS}/deliver", content=body, headers={"Content-Type": kind})

    assert answer.status_code == status


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_pages_of_other_origins_press_nothing(api, app, umid, origin):
    answer = api.post(f"{ACTIONS}/deliver", data={"umid": umid}, headers={"Origin": origin})

    assert answer.status_code == 403
    assert app.message(umid).steps[0].state == "queued"


def test_a_view_leads_nowhere_but_to_the_page(api, umid):
    answer = api.post(
        f"{ACTIONS}/deliver",
        data={"umid": umid, "view": "q=%0d%0aSet-Cookie:x&id=//evil.example&other=1"},
    )

    assert answer.headers["location"] == (
        "/__mock__/inbox?q=%0D%0ASet-Cookie%3Ax&id=%2F%2Fevil.example"
    )
