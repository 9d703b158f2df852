"""A served mock schedules nothing for messages of which nobody is told, and yet nothing is lost."""

from __future__ import annotations

import threading
import time

import httpx
import pytest

from eightbyeight.mock import create_app
from eightbyeight.mock.server import serving

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}
CHAIN = [
    {"channel": "Viber", "fallbackAfter": 60, "successStatus": "Read"},
    {"channel": "SMS"},
]
LIFE = [(0, "queued"), (1, "sent"), (2, "delivered"), (5, "read")]


@pytest.fixture
def app():
    """A mock that is served, on a clock that stands still between requests."""
    app = create_app(seed=1, rate_limit=False)
    with serving(app):
        yield app


def sent(api, **more):
    return api.post(SEND, json={**TEXT, **more}).json()["umid"]


def seconds(app, umid):
    events = app.timeline(umid)
    return [((event.at - events[0].at).total_seconds(), event.state) for event in events]


def states_told(app):
    return [entry.payload["payload"]["status"]["state"] for entry in app.receipts]


def test_nothing_happens_until_somebody_looks_and_then_at_the_right_times(app, api):
    umid = sent(api)
    app.advance(3600)

    assert app.changes.last == 1  # the message itself
    assert seconds(app, umid) == LIFE


def test_a_life_is_the_same_served_or_not_and_however_often_one_looks(app, api, client_for):
    umids = [sent(api, channels=CHAIN, user={"msisdn": n}) for n in ("+6591234567", "+9993000036")]
    for _ in range(5):
        app.advance(25)
        app.timeline(umids[0])
    other = create_app(seed=1, rate_limit=False)
    with client_for(other) as plain:
        for number in ("+6591234567", "+9993000036"):
            sent(plain, channels=CHAIN, user={"msisdn": number})
    other.advance(125)

    assert [app.timeline(umid) for umid in umids] == [other.timeline(umid) for umid in umids]


def test_settings_change_nothing_in_the_past(app, api):
    umid = sent(api)
    app.advance(1.5)
    app.change_settings({"sent_after": 0.0, "delivered_after": 100.0, "auto_read": False})
    app.advance(3600)

    assert seconds(app, umid) == [(0, "queued"), (1, "sent"), (100, "delivered")]


def test_who_wants_receipts_later_gets_those_of_later_states(app, api):
    sent(api)
    app.advance(1.5)
    app.connect_receiver(lambda *_: 200)
    app.advance(3600)
    assert app.wait_for_webhooks()

    assert states_told(app) == ["delivered", "read"]


def test_an_address_that_is_set_later_holds_for_later_states(app, api):
    sent(api)
    app.advance(2.5)
    app.change_settings({"callback_url": "http://127.0.0.1:9/"})
    app.advance(3600)

    assert states_told(app) == ["read"]


def test_one_message_with_an_address_wakes_no_other(app, api):
    sent(api)
    sent(api, dlrCallbackUrl="http://127.0.0.1:9/")
    app.advance(3600)

    assert states_told(app) == ["sent", "delivered", "read"]
    assert app.changes.last == 5  # two messages, and three states of one of them


def test_the_news_are_complete_and_in_order_of_time_when_somebody_asks(app, api):
    first, second = sent(api), sent(api)
    app.advance(2)
    news = api.get("/__mock__/changes").json()["changes"]

    messages = [("message", first), ("message", second)]
    states = [("state", umid) for _ in ("sent", "delivered") for umid in (first, second)]
    assert [(entry["kind"], entry["umid"]) for entry in news] == messages + states
    app.advance(3600)
    assert [n["umid"] for n in api.get("/__mock__/changes?since=6").json()["changes"]] == [
        first,
        second,
    ]


def test_who_follows_is_told_at_once():
    app, events = create_app(seed=1), []
    umid = ""

    def follow(url):
        with httpx.stream("GET", f"{url}/__mock__/events", timeout=30) as stream:
            events.extend(stream.iter_lines())

    with serving(app) as url:
        thread = threading.Thread(target=follow, args=(url,))
        thread.start()
        waited(lambda: events)
        umid = httpx.post(url + SEND, json=TEXT, headers={"Authorization": "Bearer key"}).json()[
            "umid"
        ]
        app.advance(10)
        waited(lambda: sum(line.startswith("data") for line in events) == 4)
    thread.join()

    told = [line for line in events if line.startswith("data")]
    assert [line for line in told if umid in line] == told
    assert ['"state"' in line for line in told] == [False, True, True, True]


def test_what_slept_goes_on_when_the_server_has_ended(client_for):
    app = create_app(seed=1)
    with serving(app), client_for(app) as api:
        umid = sent(api)
    app.connect_receiver(lambda *_: 200)
    app.advance(3600)

    assert seconds(app, umid) == LIFE
    assert states_told(app) == ["sent", "delivered", "read"]


def test_what_is_told_by_hand_comes_in_between(app, api):
    umid = sent(api)
    app.advance(1.5)
    app.fail(umid, 36)
    app.advance(3600)

    assert seconds(app, umid) == [(0, "queued"), (1, "sent"), (1.5, "undelivered")]


def waited(is_so):
    deadline = time.monotonic() + 10
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert is_so()
