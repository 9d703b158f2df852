"""Webhooks behind ASGI, WSGI, FastAPI, Flask and Django: the same requests, the same answers."""

from __future__ import annotations

import json
import logging
import threading

import pytest
from webhooks import samples
from webhooks.servers import PEER, WAYS

from eightbyeight import ConfigurationError
from eightbyeight.webhooks import (
    MessageReceipt,
    Refusal,
    SmsReceipt,
    SourceAddresses,
    StaticAuthorization,
    StatusBook,
    UnknownEvent,
    all_of,
)

BODY = json.dumps(samples.SMS_RECEIPT).encode()
OTHER = json.dumps(samples.MESSAGE_RECEIPT_V9).encode()
SECRET = "s3cret"
PASS = {"Authorization": SECRET}


@pytest.fixture(params=WAYS)
def way(request):
    return WAYS[request.param]


@pytest.fixture
def events():
    return []


def test_an_event_arrives(way, events):
    answer = way(events.append, verify=None).send(body=BODY)

    assert (answer.status, answer.body) == (200, b"")
    (event,) = events
    assert isinstance(event, SmsReceipt)
    assert event.to_dict() == samples.SMS_RECEIPT


def test_an_event_arrives_at_an_asynchronous_handler(way, events):
    async def handle(event):
        events.append((event, threading.current_thread()))

    if not way.is_async:
        with pytest.raises(ConfigurationError, match="plain functions"):
            way(handle, verify=None)
        return
    assert way(handle, verify=None).send(body=BODY).status == 200
    assert [type(event) for event, _ in events] == [SmsReceipt]


def test_a_book_is_a_handler(way):
    book = StatusBook()
    way(book.add, verify=None).send(body=BODY)

    assert book.get(samples.UMID).is_delivered


def test_verification(way, events):
    check = all_of(SourceAddresses(), StaticAuthorization(SECRET))
    server = way(events.append, verify=check)

    assert server.send(body=BODY).status == 401
    assert server.send(body=BODY, headers={"Authorization": "wrong"}).status == 401
    assert server.send(body=BODY, headers=PASS, peer="203.0.113.1").status == 403
    assert (
        server.send(body=BODY, headers=PASS | {"X-Forwarded-For": PEER}, peer="203.0.113.1").status
        == 403
    )
    assert events == []
    assert server.send(body=BODY, headers=PASS).status == 200
    assert len(events) == 1


def test_behind_a_proxy(way, events):
    server = way(events.append, verify=SourceAddresses(proxies=1))

    assert server.send(body=BODY, peer="10.0.0.1").status == 403
    forwarded = {"X-Forwarded-For": f"203.0.113.1, {PEER}"}
    assert server.send(body=BODY, headers=forwarded, peer="10.0.0.1").status == 200


@pytest.mark.parametrize("verdict", [True, False, 0, "no", Refusal.FORBIDDEN])
def test_whatever_a_check_returns_refuses(way, events, verdict):
    assert way(events.append, verify=lambda _: verdict).send(body=BODY).status == 403
    assert events == []


def test_a_check_that_fails_lets_nobody_in(way, events, caplog):
    def check(_):
        raise RuntimeError("TOPSECRET")

    assert way(events.append, verify=check).send(body=BODY).status == 500
    assert events == []
    assert "TOPSECRET" not in caplog.text


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_post(way, events, method):
    answer = way(events.append, verify=None).send(method, body=b"")

    assert answer.status == 405
    assert "POST" in answer.headers["allow"]
    assert events == []


def test_other_paths(way, events):
    assert way(events.append, verify=None).send(path="/elsewhere", body=BODY).status == 404
    assert events == []


def test_long_bodies(way, events):
    server = way(events.append, verify=None, max_bytes=len(BODY))

    assert server.send(body=BODY + b" ").status == 413
    assert events == []
    assert server.send(body=BODY).status == 200


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'{"new": "event"}', b"\xff"])
def test_what_is_no_known_event_is_no_error(way, events, body):
    assert way(events.append, verify=None).send(body=body).status == 200
    (event,) = events
    assert isinstance(event, UnknownEvent)
    assert event.raw == body


def test_an_event_that_comes_again_is_not_handled_again(way, events):
    server = way(events.append, verify=None)
    again = json.dumps(samples.SMS_RECEIPT | {"description": "other words"}).encode()

    assert [server.send(body=b).status for b in (BODY, BODY, again, OTHER, b"x", b"x")] == [200] * 6
    assert [type(e) for e in events] == [SmsReceipt, MessageReceipt, UnknownEvent]


def test_an_event_that_could_not_be_handled_may_come_again(way, events):
    def handle(event):
        events.append(event)
        if len(events) == 1:
            raise RuntimeError(f"{samples.NUMBER} TOPSECRET")

    server = way(handle, verify=None)

    assert [server.send(body=BODY).status for _ in range(3)] == [500, 200, 200]
    assert len(events) == 2


def test_memory_of_events_ends(way, events):
    server = way(events.append, verify=None, remember=1)
    for body in (BODY, OTHER, BODY):
        server.send(body=body)
    assert len(events) == 3

    none = way(events.append, verify=None, remember=0)
    none.send(body=BODY)
    none.send(body=BODY)
    assert len(events) == 5


def test_failures_are_logged_without_words(way, caplog):
    caplog.set_level(logging.DEBUG, "eightbyeight")

    def handle(event):
        raise ValueError(f"{samples.NUMBER} TOPSECRET")

    server = way(handle, verify=None)
    answer = server.send(body=BODY)

    assert answer.status == 500
    (line,) = [r.getMessage() for r in caplog.records if r.name == "eightbyeight.webhooks"]
    assert "ValueError in handle" in line
    assert "sms_receipt" in line
    for text in (caplog.text.replace("Internal Server Error", ""), answer.body.decode()):
        assert "TOPSECRET" not in text
        assert samples.NUMBER[1:] not in text


def test_kept_then_answered_then_handled(way):
    happened = []

    def handle(event):
        happened.append(("handled", event.kind))
        raise RuntimeError("after the answer, nobody is told")

    server = way(handle, verify=None, persist=lambda body: happened.append(("kept", body)))
    answer = server.send(body=BODY)

    assert answer.status == 200
    assert happened == [("kept", BODY), ("handled", "sms_receipt")]
    server.send(body=BODY)  # it is kept already
    assert len(happened) == 2


def test_what_cannot_be_kept_is_not_answered_with_200(way, events):
    def persist(body):
        raise OSError("disk full")

    server = way(events.append, verify=None, persist=persist)

    assert server.send(body=BODY).status == 500
    assert server.send(body=BODY).status == 500
    assert events == []


def test_keeping_and_handling_asynchronously(way):
    if not way.is_async:
        return
    happened = []

    async def persist(body):
        happened.append("kept")

    async def handle(event):
        happened.append("handled")

    assert way(handle, verify=None, persist=persist).send(body=BODY).status == 200
    assert way(handle, verify=None, persist=lambda _: None).send(body=OTHER).status == 200
    assert happened == ["kept", "handled", "handled"]


@pytest.mark.parametrize(
    "options",
    [
        {"verify": "secret"},
        {"verify": None, "persist": 3},
        {"verify": None, "max_bytes": "1"},
        {"verify": None, "remember": -1},
    ],
)
def test_options_that_cannot_be(way, options):
    with pytest.raises(ConfigurationError):
        way(print, **options)


def test_no_handler(way):
    with pytest.raises(ConfigurationError, match="handler"):
        way(None, verify=None)
    with pytest.raises(TypeError, match="verify"):  # nobody forgets it by accident
        way(print)
