"""The control plane: states, clock, webhooks, news."""

from __future__ import annotations

import json
import threading
import time

import httpx
import pytest

from eightbyeight.mock import create_app
from eightbyeight.mock.changes import Changes
from eightbyeight.mock.server import serving

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
SMS = "/sms/api/v1/subaccounts/acme_hq/messages"
TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}
KEY = {"Authorization": "Bearer key"}


@pytest.fixture
def umid(api):
    return api.post(SEND, json=TEXT).json()["umid"]


def test_a_message_is_shown_with_its_timeline_and_webhooks(api, app, umid):
    app.change_settings({"callback_url": "https://hooks.example.com/"})
    app.fail(umid, 1018)

    shown = api.get(f"/__mock__/messages/{umid}").json()

    assert shown["payload"] == TEXT
    assert shown["timeline"] == [
        {
            "at": "2026-01-01T00:00:00.2500000+00:00",
            "step": 1,
            "channel": "WhatsApp",
            "state": "queued",
            "detail": None,
            "errorCode": None,
            "errorMessage": None,
        },
        {
            "at": "2026-01-01T00:00:00.2500000+00:00",
            "step": 1,
            "channel": "WhatsApp",
            "state": "undelivered",
            "detail": "rejected_by_operator",
            "errorCode": 1018,
            "errorMessage": "Message rejected",
        },
    ]
    (webhook,) = shown["webhooks"]
    assert (webhook["kind"], webhook["state"]) == ("receipt", "recorded")


@pytest.mark.parametrize(
    ("act", "body", "state"),
    [
        ("dispatch", None, "sent"),
        ("deliver", {}, "delivered"),
        ("read", None, "read"),
        ("fail", None, "undelivered"),
        ("fail", {"code": 7, "message": "Oh", "state": "failed"}, "failed"),
    ],
)
def test_a_message_can_be_moved(api, umid, act, body, state):
    content = b"" if body is None else json.dumps(body).encode()
    answer = api.post(f"/__mock__/messages/{umid}/{act}", content=content)

    assert answer.status_code == 200
    assert answer.json()["steps"][0]["state"] == state


def test_the_user_answers(api, app, umid):
    app.dispatch(umid)

    webhook = api.post(
        f"/__mock__/messages/{umid}/reply", json={"text": "Hi", "quote": True}
    ).json()

    assert webhook["kind"] == "inbound"
    assert webhook["payload"]["payload"]["content"] == {"text": "Hi"}
    assert webhook["payload"]["payload"]["replyToUmid"] == umid


def test_the_clock_can_be_read_and_advanced(api, umid):
    before = api.get("/__mock__/clock").json()
    after = api.post("/__mock__/clock", json={"advance": 1.5}).json()

    assert before == {"time": "2026-01-01T00:00:00.2500000+00:00"}
    assert after == {"time": "2026-01-01T00:00:01.7500000+00:00"}
    assert api.get("/__mock__/messages").json()["messages"][0]["steps"][0]["state"] == "sent"


def test_the_clock_has_an_end_and_says_so(api, app):
    ten_years = {"advance": 315_360_000}
    answers = [api.post("/__mock__/clock", json=ten_years) for _ in range(700)]

    assert {answer.status_code for answer in answers} == {200, 422}
    assert "the clock ends in the year 9000" in answers[-1].json()["error"]
    assert api.post(SEND, json=TEXT).status_code == 200
    app.advance(60)
    assert app.store.messages()[0].steps[0].state == "read"
    answer = api.post("/__mock__/inbox/actions/advance", data={"seconds": "315360000"})
    assert (answer.status_code, "the year 9000" in answer.text) == (422, True)


def test_webhooks_are_listed_and_sent_again(api, app, umid):
    statuses = [500, 200]
    app.connect_receiver(lambda *_: statuses.pop(0))
    app.dispatch(umid)
    listed = api.get("/__mock__/receipts").json()
    again = api.post("/__mock__/receipts/1/retry").json()

    assert listed["total"] == 1
    assert listed["receipts"][0]["state"] == "pending"
    assert listed["receipts"][0]["nextTry"] == "2026-01-01T00:00:01.2500000+00:00"
    assert [attempt["status"] for attempt in again["attempts"]] == [500, 200]
    assert again == api.get("/__mock__/receipts/1").json()


@pytest.mark.parametrize(
    ("method", "place", "content", "status", "says"),
    [
        ("GET", "messages/nobody", b"", 404, "there is no 'nobody'"),
        ("POST", "messages/nobody/deliver", b"", 404, "there is no"),
        ("POST", "messages/{umid}/explode", b"", 404, "nothing is here"),
        ("GET", "messages/{umid}/deliver", b"", 405, "only POST"),
        ("POST", "messages/{umid}", b"", 405, "only GET"),
        ("POST", "messages//deliver", b"", 404, "nothing is here"),
        ("POST", "messages/{umid}/deliver", b"{", 400, "must be JSON"),
        ("POST", "messages/{umid}/deliver", b"[]", 422, "must be an object"),
        ("POST", "messages/{umid}/deliver", b'{"now": 1}', 422, "no field is called 'now'"),
        ("POST", "messages/{umid}/fail", b'{"code": "46"}', 422, "code must be a whole number"),
        ("POST", "messages/{umid}/fail", b'{"code": true}', 422, "code must be a whole number"),
        ("POST", "messages/{umid}/fail", b'{"message": 5}', 422, "message must be a string"),
        ("POST", "messages/{umid}/fail", b'{"state": "lost"}', 409, "state must be one of"),
        (
            "POST",
            "messages/{umid}/fail",
            b'{"code": -1}',
            409,
            "code must be a whole number from 0",
        ),
        ("POST", "messages/{umid}/fail", b'{"code": 1000000000}', 409, "code must be a whole"),
        ("POST", "messages/{umid}/reply", b"", 422, '{"text": "..."}'),
        ("POST", "messages/{umid}/reply", b'{"text": "a", "button": "b"}', 422, "button"),
        ("POST", "messages/{umid}/reply", b'{"text": "a"}', 409, "the message is queued"),
        ("POST", "messages/{umid}/reply", b'{"button": "a"}', 409, "the message is queued"),
        ("POST", "messages/{umid}/reply", b'{"text": "a", "quote": 1}', 422, "true or false"),
        ("POST", "clock", b"", 422, '{"advance": seconds}'),
        ("POST", "clock", b'{"advance": -1}', 422, "seconds must be a number from 0"),
        ("POST", "clock", b'{"advance": "1"}', 422, "advance must be a number"),
        ("POST", "clock", b'{"advance": true}', 422, "advance must be a number"),
        ("POST", "clock", b'{"advance": NaN}', 422, "seconds must be a number"),
        ("GET", "receipts/7", b"", 404, "no webhook of that number"),
        ("GET", "receipts/x", b"", 404, "no webhook of that number"),
        ("POST", "receipts/7/retry", b"", 404, "no webhook of that number"),
        ("GET", "receipts?limit=0", b"", 422, "limit"),
        ("GET", "changes?since=-1", b"", 422, "since must be a whole number"),
        ("GET", "events", b"", 501, "only a server streams"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(
    api, umid, method, place, content, status, says
):
    answer = api.request(method, f"/__mock__/{place.format(umid=umid)}", content=content)

    assert answer.status_code == status
    assert says in answer.json()["error"]


def test_a_page_of_another_origin_moves_nothing(api, app, umid):
    foreign = {"Origin": "https://evil.example"}

    answer = api.post(f"/__mock__/messages/{umid}/fail", headers=foreign)

    assert answer.status_code == 403
    assert app.message(umid).steps[0].state == "queued"


def test_the_news_tell_what_has_changed(api, app, umid):
    app.connect_receiver(lambda *_: 200)
    app.dispatch(umid)
    app.reset()

    news = api.get("/__mock__/changes").json()
    assert news == {
        "last": 4,
        "forgotten": False,
        "changes": [
            {"n": 1, "kind": "message", "umid": umid},
            {"n": 2, "kind": "state", "umid": umid},
            {"n": 3, "kind": "webhook", "umid": umid},
            {"n": 4, "kind": "reset", "umid": None},
        ],
    }
    assert api.get("/__mock__/changes?since=3").json()["changes"] == news["changes"][3:]
    assert api.get("/__mock__/changes?since=99").json()["changes"] == []


def test_the_news_are_bounded():
    changes = Changes()
    for _ in range(25_000):
        changes.add("state", "a")

    assert changes.has_forgotten(14_999)
    assert not changes.has_forgotten(15_000)
    assert [news.n for news in changes.since(0)][:2] == [15_001, 15_002]
    assert [news.n for news in changes.since(24_998)] == [24_999, 25_000]


def test_a_server_streams_the_news_until_it_stops():
    app, lines, ended = create_app(seed=1), [], []

    def listen(url):
        with httpx.stream("GET", f"{url}/__mock__/events?since=0", timeout=30) as stream:
            lines.append(stream.headers["Content-Type"])
            lines.extend(line for line in stream.iter_lines() if line)
        ended.append(time.monotonic())

    with serving(app) as url:
        first = httpx.post(url + SEND, json=TEXT, headers=KEY).json()["umid"]
        thread = threading.Thread(target=listen, args=(url,))
        thread.start()
        second = httpx.post(url + SEND, json=TEXT, headers=KEY).json()["umid"]
        deadline = time.monotonic() + 10
        while len(lines) < 6 and time.monotonic() < deadline:
            time.sleep(0.02)
        stopping = time.monotonic()
    thread.join()

    assert lines == [
        "text/event-stream",
        ": here",
        "id: 1",
        f'data: {{"n":1,"kind":"message","umid":"{first}"}}',
        "id: 2",
        f'data: {{"n":2,"kind":"message","umid":"{second}"}}',
    ]
    assert ended[0] - stopping < 5


def test_a_stream_is_kept_from_other_origins_and_picks_up_where_it_was():
    app = create_app(seed=1)
    with serving(app) as url:
        for _ in range(3):
            httpx.post(url + SEND, json=TEXT, headers=KEY)
        events = f"{url}/__mock__/events"
        foreign = httpx.get(events, headers={"Origin": "https://evil.example"})
        wrong = httpx.get(f"{events}?since=x")
        with httpx.stream("GET", events, headers={"Last-Event-ID": "2"}, timeout=10) as stream:
            lines = []
            for line in stream.iter_lines():
                lines.append(line)
                if line.startswith("id"):
                    break

    assert (foreign.status_code, wrong.status_code) == (403, 422)
    assert "id: 3" in lines
