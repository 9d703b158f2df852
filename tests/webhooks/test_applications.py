"""What only one kind of server can do to an application."""

from __future__ import annotations

import asyncio
import functools
import io
import json
import socket
import subprocess
import sys
import threading

import httpx
import pytest
import uvicorn
from webhooks import samples

from eightbyeight.webhooks import AsgiWebhookApp, Reception, WsgiWebhookApp

BODY = json.dumps(samples.SMS_RECEIPT).encode()


def http_scope(**more):
    return {"type": "http", "method": "POST", "path": "/", "headers": [], "client": None} | more


async def call(app, scope, *messages):
    """Call an ASGI application; return what it sent and how many messages it left unread."""
    waiting, sent = list(messages), []

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    return sent, len(waiting)


def piece(body, more):
    return {"type": "http.request", "body": body, "more_body": more}


async def test_bodies_in_pieces():
    events = []
    app = AsgiWebhookApp(events.append, verify=None)
    sent, _ = await call(
        app, http_scope(), piece(BODY[:9], True), piece(b"", True), piece(BODY[9:], False)
    )

    assert sent[0]["status"] == 200
    assert events[0].to_dict() == samples.SMS_RECEIPT


async def test_no_more_is_read_of_a_body_that_is_too_long():
    app = AsgiWebhookApp(print, verify=None, max_bytes=10)
    sent, left = await call(app, http_scope(), *[piece(b"x" * 6, True)] * 5)

    assert (sent[0]["status"], left) == (413, 3)
    announced = http_scope(headers=[(b"content-length", b"11")])
    sent, left = await call(app, announced, piece(b"x", False))
    assert (sent[0]["status"], left) == (413, 1)
    odd = http_scope(headers=[(b"content-length", b"x")])
    assert (await call(app, odd))[0][0]["status"] == 400


async def test_a_peer_that_goes_away():
    events = []
    app = AsgiWebhookApp(events.append, verify=None)
    await call(app, http_scope(), piece(b"{", True), {"type": "http.disconnect"})

    assert events == []


async def test_lifespan_and_websockets():
    app = AsgiWebhookApp(print, verify=None)
    sent, _ = await call(
        app, {"type": "lifespan"}, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}
    )
    assert [m["type"] for m in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    sent, _ = await call(app, {"type": "websocket"})
    assert sent == [{"type": "websocket.close"}]


async def test_plain_handlers_do_not_block_the_loop():
    gate = threading.Event()
    app = AsgiWebhookApp(lambda _: gate.wait(10), verify=None)
    handling = asyncio.create_task(call(app, http_scope(), piece(BODY, False)))
    for _ in range(100):
        await asyncio.sleep(0)
    # The same event while the first is under way: neither handled twice nor promised.
    sent, _ = await call(app, http_scope(), piece(BODY, False))
    assert sent[0]["status"] == 503
    assert (b"retry-after", b"1") in sent[0]["headers"]

    gate.set()
    sent, _ = await handling
    assert sent[0]["status"] == 200


async def test_a_handler_that_is_cut_off_may_be_called_again():
    events, gate = [], asyncio.Event()

    async def handle(event):
        events.append(event)
        await gate.wait()

    app = AsgiWebhookApp(handle, verify=None)
    handling = asyncio.create_task(call(app, http_scope(), piece(BODY, False)))
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(events) == 1
    handling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await handling
    gate.set()
    sent, _ = await call(app, http_scope(), piece(BODY, False))

    assert sent[0]["status"] == 200
    assert len(events) == 2


async def test_disguised_coroutine_functions():
    events = []

    async def handle(note, event):
        note.append(event)

    class Handler:
        async def __call__(self, event):
            events.append(event)

    for number, handler in enumerate(
        (functools.partial(handle, events), lambda event: handle(events, event), Handler()), 1
    ):
        app = AsgiWebhookApp(handler, verify=None)
        await call(app, http_scope(), piece(BODY, False))
        assert len(events) == number

    answer = Reception(lambda event: handle(events, event), verify=None).receive(
        "POST", {}, BODY, None
    )
    assert answer.status == 500  # there is no loop: better an error than an event that is lost
    assert len(events) == 3


async def test_the_answer_leaves_before_the_event_is_handled():
    order = []
    app = AsgiWebhookApp(
        lambda _: order.append("handled"), verify=None, persist=lambda _: order.append("kept")
    )

    async def receive():
        return piece(BODY, False)

    async def send(message):
        order.append(message["type"])

    await app(http_scope(), receive, send)
    assert order == ["kept", "http.response.start", "http.response.body", "handled"]


async def test_repeated_headers_do_not_hide_each_other():
    seen = []
    app = AsgiWebhookApp(print, verify=lambda request: seen.append(request.headers) or None)
    names = [(b"authorization", b"good"), (b"Authorization", b"bad")]
    await call(app, http_scope(headers=names), piece(b"{}", False))

    assert seen == [{"authorization": "good, bad"}]


def environ(body=BODY, **more):
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "REMOTE_ADDR": "52.10.10.63",
    } | more


def answer_of(app, environ):
    told = []
    response = app(environ, lambda status, headers: told.append(status))
    b"".join(response)
    return told[0], response


def test_bodies_without_a_length():
    events = []
    app = WsgiWebhookApp(events.append, verify=None, max_bytes=len(BODY))
    chunked = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}

    assert answer_of(app, environ(**chunked))[0] == "200 OK"
    assert events[0].to_dict() == samples.SMS_RECEIPT
    status, _ = answer_of(app, environ(BODY + b" " * 100, **chunked))
    assert status.startswith("413 ")

    class Endless(io.RawIOBase):
        def read(self, size=-1):
            raise AssertionError("it would wait for ever")

    answer_of(app, environ(CONTENT_LENGTH="", **{"wsgi.input": Endless()}))
    assert events[-1].raw == b""


def test_a_body_that_ends_too_early():
    events = []
    app = WsgiWebhookApp(events.append, verify=None)

    assert answer_of(app, environ(CONTENT_LENGTH="100000"))[0] == "400 Bad Request"
    assert answer_of(app, environ(CONTENT_LENGTH="many"))[0] == "400 Bad Request"
    assert events == []


def test_servers_close_the_answer_when_it_is_sent():
    order = []
    app = WsgiWebhookApp(
        lambda _: order.append("handled"), verify=None, persist=lambda _: order.append("kept")
    )
    status, response = answer_of(app, environ())
    assert (status, order) == ("200 OK", ["kept"])
    response.close()
    assert order == ["kept", "handled"]


def test_mounted_under_a_prefix():
    app = WsgiWebhookApp(print, verify=None, path="/hooks/8x8")

    assert answer_of(app, environ(SCRIPT_NAME="/hooks", PATH_INFO="/8x8"))[0] == "200 OK"
    assert answer_of(app, environ(PATH_INFO="/8x8"))[0] == "404 Not Found"


def test_the_same_event_at_once_in_many_threads():
    events, statuses = [], []
    barrier = threading.Barrier(8)
    reception = Reception(events.append, verify=None)

    def deliver():
        barrier.wait()
        statuses.append(reception.receive("POST", {}, BODY, None).status)

    threads = [threading.Thread(target=deliver) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(events) == 1
    assert statuses.count(200) >= 1
    assert set(statuses) <= {200, 503}


def test_over_a_real_socket():
    events = []
    app = AsgiWebhookApp(events.append, verify=None)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        answers = [httpx.post(url, content=BODY, trust_env=False) for _ in range(2)]
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(events) == 1


@pytest.mark.parametrize("name", ["fastapi", "flask", "django"])
def test_a_missing_framework_is_named(name):
    code = (
        f"import sys\nsys.modules[{name!r}] = None\n"
        f"from eightbyeight import ConfigurationError\n"
        f"try:\n    import eightbyeight.integrations.{name}\n"
        "except ConfigurationError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert f'pip install "eightbyeight[{name}]"' in done.stdout, done.stderr


def test_reading_webhooks_needs_no_http_library_and_no_loop():
    code = (
        "import sys, eightbyeight.webhooks\n"
        "print({'httpx', 'asyncio', 'attr', 'sqlalchemy', 'fastapi'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert done.stdout == "set()\n", done.stderr
