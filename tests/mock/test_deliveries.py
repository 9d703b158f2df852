"""How webhooks go out: where to, how often, and to whom."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from eightbyeight.mock import create_app
from eightbyeight.mock.deliveries import Deliveries
from eightbyeight.mock.server import serving

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
BATCH = "/sms/api/v1/subaccounts/acme_hq/surveys/nps/messages/batch"
TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}
KEY = {"Authorization": "Bearer key"}


class Flaky:
    """Fails a number of times, in the given way, and notes when it was called."""

    def __init__(self, app, failures, failure=503):
        self.times = []
        self._app, self._left, self._failure = app, failures, failure

    def __call__(self, url, headers, body):
        self.times.append(self._app.clock.now())
        self._left -= 1
        if self._left < 0:
            return 200
        if isinstance(self._failure, Exception):
            raise self._failure
        return self._failure

    @property
    def waits(self):
        return [(b - a).total_seconds() for a, b in zip(self.times, self.times[1:], strict=False)]


@pytest.fixture
def manual():
    """A mock where each message has one receipt: when it is told to be sent."""
    return create_app(seed=1, rate_limit=False, lifecycle="manual")


def dispatched(client_for, app, **more):
    with client_for(app) as api:
        umid = api.post(SEND, json={**TEXT, **more}).json()["umid"]
    app.dispatch(umid)
    return umid


@pytest.mark.parametrize("failure", [400, 404, 500, 503, ConnectionError("gone"), TimeoutError()])
@pytest.mark.parametrize(
    ("failures", "waits", "state"),
    [
        (0, [], "delivered"),
        (1, [1], "delivered"),
        (4, [1, 10, 30, 90], "delivered"),
        (5, [1, 10, 30, 90], "given up"),
    ],
)
def test_a_failed_receipt_is_tried_again_and_then_given_up(
    client_for, manual, failures, waits, state, failure
):
    receiver = Flaky(manual, failures, failure)
    manual.connect_receiver(receiver)
    dispatched(client_for, manual)
    manual.advance(86_400)

    (entry,) = manual.receipts
    assert receiver.waits == waits
    assert (entry.state, entry.due, len(entry.attempts)) == (state, None, len(waits) + 1)
    if failures:
        first = entry.attempts[0]
        expected = (failure, None) if isinstance(failure, int) else (None, type(failure).__name__)
        assert (first.status, first.error) == expected


def test_a_redirect_is_an_answer(client_for, manual):
    manual.connect_receiver(Flaky(manual, 1, 302))
    dispatched(client_for, manual)

    assert manual.receipts[0].state == "delivered"


def test_between_two_tries_it_shows_when_the_next_one_is(client_for, manual):
    manual.connect_receiver(Flaky(manual, 9))
    dispatched(client_for, manual)
    manual.advance(1)

    (entry,) = manual.receipts
    assert (entry.state, len(entry.attempts)) == ("pending", 2)
    assert (entry.due - manual.clock.now()).total_seconds() == 10


def test_what_was_given_up_or_delivered_can_be_sent_again(client_for, manual):
    receiver = Flaky(manual, 5)
    manual.connect_receiver(receiver)
    dispatched(client_for, manual)
    manual.advance(1000)

    again = manual.retry_delivery(1)
    assert (again.state, len(again.attempts)) == ("delivered", 6)
    manual.retry_delivery(1)
    assert len(receiver.times) == 7


def test_the_message_s_address_beats_the_account_s(client_for, manual):
    posted = []
    manual.change_settings({"callback_url": "https://hooks.example.com/default"})
    manual.connect_receiver(lambda url, headers, body: posted.append((url, headers)) or 200)
    dispatched(client_for, manual)
    dispatched(client_for, manual, dlrCallbackUrl="https://hooks.example.com/own")

    assert [url for url, _ in posted] == [
        "https://hooks.example.com/default",
        "https://hooks.example.com/own",
    ]
    assert posted[0][1] == {"Content-Type": "application/json"}


def test_a_batch_s_template_can_name_the_address(api, app):
    urls = []
    app.connect_receiver(lambda url, headers, body: urls.append(url) or 200)
    body = {
        "template": {"templateBody": "{{url}}", "dlrCallbackUrl": "https://a.example/"},
        "messages": [
            {"destination": "+6591234567"},
            {"destination": "+6591234567", "dlrCallbackUrl": "https://b.example/"},
        ],
    }
    api.post(BATCH, json=body)
    app.advance(1)

    assert urls == ["https://a.example/", "https://b.example/"]


def test_the_authorization_is_sent_and_never_shown(client_for, manual):
    seen = []
    manual.change_settings({"callback_authorization": "Basic s3cret"})
    manual.connect_receiver(lambda url, headers, body: seen.append(headers) or 200)
    dispatched(client_for, manual)

    assert seen[0]["Authorization"] == "Basic s3cret"
    with client_for(manual) as api:
        shown = [
            api.get(f"/__mock__/{place}").text for place in ("settings", "receipts", "requests")
        ]
    assert "s3cret" not in "".join(shown) + repr(manual.settings) + repr(manual.receipts)


def test_without_a_receiver_they_are_recorded_and_can_be_sent_later(client_for, manual):
    dispatched(client_for, manual, dlrCallbackUrl="https://hooks.example.com/own")
    (entry,) = manual.receipts
    assert (entry.state, entry.attempts) == ("recorded", ())
    assert entry.payload["payload"]["status"]["state"] == "sent"

    manual.connect_receiver(lambda *_: 204)
    assert manual.retry_delivery(entry.id).state == "delivered"


def test_without_an_address_there_is_no_receipt(client_for, manual):
    dispatched(client_for, manual)

    assert manual.receipts == []


@pytest.mark.parametrize("inside_a_loop", [False, True])
def test_an_asgi_application_is_called_directly(client_for, manual, inside_a_loop):
    seen = []

    async def application(scope, receive, send):
        event = await receive()
        seen.append((scope["method"], scope["path"], scope["query_string"], event["body"]))
        await send({"type": "http.response.start", "status": 202, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def inside():
        dispatched(client_for, manual, dlrCallbackUrl="https://h.example/a%20b?c=d")

    manual.connect_receiver(application)
    if inside_a_loop:
        asyncio.run(inside())
    else:
        dispatched(client_for, manual, dlrCallbackUrl="https://h.example/a%20b?c=d")

    ((method, path, query, body),) = seen
    assert (method, path, query) == ("POST", "/a b", b"c=d")
    assert json.loads(body)["eventType"] == "outbound_message_status_changed"
    assert manual.receipts[0].attempts[0].status == 202


def test_an_application_that_fails_or_says_nothing_is_tried_again(client_for, manual):
    async def silent(scope, receive, send):
        await receive()

    manual.connect_receiver(silent)
    dispatched(client_for, manual)

    assert manual.receipts[0].attempts[0].error == "RuntimeError"
    assert manual.receipts[0].state == "pending"


def test_a_receiver_may_send_and_let_time_pass_itself(client_for, app):
    umids = []
    with client_for(app) as api:

        def receiver(url, headers, body):
            if len(umids) < 4:
                umids.append(api.post(SEND, json=TEXT).json()["umid"])
            return 200

        app.connect_receiver(receiver)
        api.post(SEND, json=TEXT)
        app.advance(60)

    assert len(umids) == 4
    assert {m.steps[0].state for m in app.store.messages()} == {"read"}


def test_everything_happens_in_order_of_time_however_it_is_advanced(client_for):
    def run(steps):
        app, posted = create_app(seed=2, rate_limit=False), []

        def receiver(url, headers, body):
            posted.append((app.clock.now(), body))
            return 503 if len(posted) % 4 == 1 else 200

        app.connect_receiver(receiver)
        with client_for(app) as api:
            for channel in ("WhatsApp", "SMS", "Line"):
                api.post(SEND, json={**TEXT, "channels": [{"channel": channel}]})
        for seconds in steps:
            app.advance(seconds)
        return posted

    at_once = run([240])
    assert at_once == run([0.5] * 480)
    times = [at for at, _ in at_once]
    assert times == sorted(times)


def test_a_reset_forgets_what_is_to_come(client_for, app):
    calls = []
    app.connect_receiver(lambda *parts: calls.append(parts) or 500)
    with client_for(app) as api:
        api.post(SEND, json=TEXT)
        app.advance(1)
        app.reset()
        app.advance(3600)

    assert len(calls) == 1
    assert app.receipts == []


@contextmanager
def hooks(*statuses):
    """A real web server that answers with these statuses, then 200, and notes what it gets."""
    left, got = list(statuses), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, dict(self.headers), json.loads(body)))
            self.send_response(left.pop(0) if left else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_served_mock_posts_over_http(client_for):
    app = create_app(seed=1, callback_authorization="Basic s3cret")
    with hooks(503) as (target, got), serving(app) as url, httpx.Client(base_url=url) as api:
        api.post(SEND, json={**TEXT, "dlrCallbackUrl": f"{target}/dlr"}, headers=KEY)
        api.post("/__mock__/clock", json={"advance": 2})
        assert app.wait_for_webhooks()
        api.post("/__mock__/clock", json={"advance": 1})
        assert app.wait_for_webhooks()
        shown = api.get("/__mock__/receipts").json()["receipts"]

    assert len(got) == 3
    assert {body["payload"]["status"]["state"] for _, _, body in got} == {"sent", "delivered"}
    assert [entry["state"] for entry in shown] == ["delivered"] * 2
    assert {path for path, _, _ in got} == {"/dlr"}
    assert {headers["Authorization"] for _, headers, _ in got} == {"Basic s3cret"}
    assert sorted(len(entry["attempts"]) for entry in shown) == [1, 2]


def test_in_real_time_a_served_mock_goes_on_by_itself():
    app = create_app(sent_after=0.05, delivered_after=0.1, read_after=0.15)
    with hooks() as (target, got), serving(app) as url:
        body = {**TEXT, "dlrCallbackUrl": target}
        assert httpx.post(url + SEND, json=body, headers=KEY).status_code == 200
        deadline = time.monotonic() + 10
        while len(got) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)

    assert sorted(body["payload"]["status"]["state"] for _, _, body in got) == [
        "delivered",
        "read",
        "sent",
    ]


def test_a_receiver_that_is_not_there_holds_up_nobody():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        app = create_app(seed=1, callback_url=nobody)
        with serving(app) as url, httpx.Client(base_url=url) as api:
            api.post(SEND, json=TEXT, headers=KEY)
            began = time.monotonic()
            api.post("/__mock__/clock", json={"advance": 1})
            assert time.monotonic() - began < 2
            assert app.wait_for_webhooks()
            (entry,) = api.get("/__mock__/receipts").json()["receipts"]

    assert entry["attempts"][0]["error"] == "ConnectError"
    assert entry["state"] == "pending"


def test_in_process_no_socket_is_opened(client_for, app, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    app.change_settings(
        {"callback_url": "http://127.0.0.1:9/", "inbound_url": "http://127.0.0.1:9/"}
    )
    with client_for(app) as api:
        umid = api.post(SEND, json=TEXT).json()["umid"]
    app.advance(3600)
    app.reply(umid, "Hi")

    assert {entry.state for entry in app.receipts} == {"recorded"}
    assert len(app.receipts) == 4


def test_the_log_is_capped_and_what_is_pending_is_sent_all_the_same(client_for):
    app, count = create_app(seed=1, rate_limit=False), []
    app.connect_receiver(lambda *_: count.append(1) or 200)
    survey = {"destination": "+6591234567"}
    body = {"template": {"templateBody": "{{url}}"}, "messages": [survey] * 6000}
    with client_for(app) as api:
        api.post(BATCH, json=body)
    app.advance(10)

    assert len(count) == 12_000
    assert len(app.receipts) == 10_000


def test_a_queue_that_nobody_empties_is_bounded(app):
    deliveries, now = Deliveries(), app.clock.now()
    first = deliveries.add("receipt", "a", "http://x/", dict, now)
    for _ in range(100_000):
        deliveries.add("receipt", "a", "http://x/", dict, now)

    assert first.state == "given up"
    assert deliveries.get(first.id) is None


def test_messages_that_nobody_moves_leave_memory(client_for):
    app = create_app(max_messages=50, rate_limit=False, lifecycle="manual")
    later = {**TEXT, "expiry": "2999-01-01T00:00:00Z"}
    with client_for(app) as api:
        for _ in range(400):
            api.post(SEND, json=later)
    gc.collect()

    kind = type(app.store.messages()[0])
    assert sum(type(thing) is kind for thing in gc.get_objects()) <= 3 * 50


def test_a_batch_shares_what_is_alike(client_for):
    app = create_app(seed=1)
    survey = {"destination": "+6591234567"}
    body = {"template": {"templateBody": "{{url}}"}, "messages": [survey] * 1000}
    with client_for(app) as api:
        api.post(BATCH, json=body)
    app.advance(60)

    messages = app.store.messages()
    assert len({id(message.steps) for message in messages}) == 1
    assert len({id(message.route) for message in messages}) == 1
    assert messages[0].steps[0].state == "delivered"
