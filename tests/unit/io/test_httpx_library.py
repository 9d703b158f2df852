"""httpx as the clients use it: how far a request came, and in which phase it broke."""

from __future__ import annotations

import asyncio
import os

import httpcore
import httpx
import pytest

from eightbyeight.core.outcome import Effect, effect_of_failure
from eightbyeight.core.retry import Timeouts
from eightbyeight.io.http.httpx_library import library, to_reply
from eightbyeight.io.http.httpx_sync import HttpxTransport
from eightbyeight.io.http.phases import PhaseTrace

build_request, to_failure = library("httpx").build_request, library("httpx").errors.to_failure

HEADERS = "http11.send_request_headers.started"
STARTED = "http11.send_request_body.started"
BODY = "http11.send_request_body.complete"
HTTP2 = "http2.send_request_body.complete"


@pytest.mark.parametrize(
    ("events", "body_sent"),
    [
        ([], None),
        (["connection.connect_tcp.started"], False),
        (["connection.connect_tcp.failed"], False),
        ([HEADERS], False),
        ([HEADERS, "http11.send_request_body.started"], False),
        ([HEADERS, "http11.send_request_body.failed"], False),
        ([HEADERS, BODY], True),
        (["http2.send_request_headers.started", HTTP2], True),
        ([HEADERS, BODY, "http11.receive_response_headers.failed"], True),
        # A proxy's CONNECT is whole, the request behind it is not.
        ([HEADERS, BODY, HEADERS], False),
        ([HEADERS, BODY, HEADERS, BODY], True),
    ],
)
async def test_trace(events, body_sent):
    trace, twin = PhaseTrace(), PhaseTrace()
    for event in events:
        trace(event, {})
        await twin.note(event, {})

    assert trace.body_sent is twin.body_sent is body_sent


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("x"), "connect"),
        (httpx.ConnectTimeout("x"), "connect"),
        (httpx.ProxyError("x"), "connect"),
        (httpx.PoolTimeout("x"), "pool"),
        (httpx.UnsupportedProtocol("x"), "local"),
        (httpx.InvalidURL("x"), "local"),
        (httpx.WriteTimeout("x"), "write"),
        (httpx.WriteError("x"), "write"),
        (httpx.ReadTimeout("x"), "timeout"),
        (httpx.ReadError("x"), "read"),
        (httpx.RemoteProtocolError("x"), "protocol"),
        (httpx.DecodingError("x"), "protocol"),
        (httpx.CloseError("x"), "protocol"),
        (httpx.StreamClosed(), "protocol"),
        (OSError("x"), "protocol"),
    ],
)
@pytest.mark.parametrize("body_sent", [None, False, True])
def test_phases(error, kind, body_sent):
    trace = PhaseTrace()
    trace.body_sent = body_sent
    failure = to_failure(error, trace, is_closed=False)

    assert (failure.kind, failure.body_sent, failure.cause) == (kind, body_sent, error)


@pytest.mark.parametrize(
    ("body_sent", "kind"), [(None, "local"), (False, "local"), (True, "protocol")]
)
def test_our_own_protocol_errors(body_sent, kind):
    trace = PhaseTrace()
    trace.body_sent = body_sent

    assert to_failure(httpx.LocalProtocolError("x"), trace, is_closed=False).kind == kind


CUTS = [
    KeyboardInterrupt(),
    asyncio.CancelledError(),
    TimeoutError(),
    httpx.WriteTimeout("x"),
    httpx.ReadTimeout("x"),
]


@pytest.mark.parametrize(
    ("events", "body_sent"),
    [
        ([], None),
        (["connection.connect_tcp.started"], False),
        ([HEADERS], False),
        # From here on the bytes may be out, though their end was not reported.
        ([HEADERS, STARTED], None),
        ([HEADERS, STARTED, "http11.send_request_body.failed"], None),
        ([HEADERS, STARTED, BODY], True),
        # A transport of the caller's has sent it again: the first may have been executed.
        ([HEADERS, STARTED, BODY, HEADERS], None),
        ([HEADERS, STARTED, HEADERS], None),
    ],
)
@pytest.mark.parametrize("cut", CUTS, ids=repr)
def test_what_cuts_a_request_off_proves_nothing_once_its_body_may_be_out(events, body_sent, cut):
    trace = PhaseTrace()
    for event in events:
        trace(event, {})

    assert to_failure(cut, trace, is_closed=False).body_sent is body_sent


@pytest.mark.parametrize("cut", CUTS, ids=repr)
def test_the_body_of_a_proxys_connect_is_not_the_requests(cut):
    trace = PhaseTrace()
    trace(HEADERS, {"request": httpcore.Request("CONNECT", "http://x.example.com")})
    trace(STARTED, {})

    assert to_failure(cut, trace, is_closed=False).body_sent is False


@pytest.mark.parametrize("size", [65_536, 65_537, 1_000_000])
async def test_nobody_has_a_body_whose_last_piece_was_not_handed_over(size):
    content = os.urandom(size)
    for is_async in (False, True):
        trace = PhaseTrace()
        request = build_request(
            "POST", "http://x.example.com/a", [], content, Timeouts(), trace, is_async=is_async
        )
        trace(HEADERS, {})
        trace(STARTED, {})
        seen, handed_over = [], b""
        if is_async:
            async for piece in request.stream:
                seen.append(to_failure(CUTS[0], trace, is_closed=False).body_sent)
                handed_over += piece
        else:
            for piece in request.stream:
                seen.append(to_failure(CUTS[0], trace, is_closed=False).body_sent)
                handed_over += piece

        assert handed_over == request.content == content
        assert seen == [False] * (len(seen) - 1) + [None]
        assert request.headers["content-length"] == str(size)


@pytest.mark.parametrize(
    ("is_complete", "events", "kind", "body_sent"),
    [
        (True, [], "local", False),
        # What hooks and transports of the caller's raise, while somebody closes the client, is not httpx's word.
        (False, [], "protocol", None),
        (True, [HEADERS, STARTED], "protocol", None),
        (True, [HEADERS, STARTED, BODY], "protocol", True),
    ],
)
def test_closed_client(is_complete, events, kind, body_sent):
    trace = PhaseTrace(is_complete=is_complete)
    for event in events:
        trace(event, {})
    failure = to_failure(RuntimeError("closed"), trace, is_closed=True)

    assert (failure.kind, failure.body_sent) == (kind, body_sent)


@pytest.mark.parametrize(
    ("events", "body_sent"),
    [([STARTED], None), ([STARTED, BODY], True), ([STARTED, BODY, HEADERS], None)],
)
@pytest.mark.parametrize(
    "error", [httpx.ConnectError("x"), httpx.PoolTimeout("x"), httpx.WriteError("x")], ids=repr
)
def test_a_last_try_that_fails_proves_nothing_of_the_one_before(events, body_sent, error):
    """Transports of the caller's may try again."""
    trace = PhaseTrace()
    for event in [HEADERS, *events]:
        trace(event, {})
    failure = to_failure(error, trace, is_closed=False)

    if events == [STARTED] and isinstance(error, httpx.WriteError):
        assert failure.body_sent is False  # there is but one
    else:
        assert effect_of_failure(failure) is Effect.UNKNOWN
        assert failure.body_sent is body_sent


def test_a_client_that_is_closed_under_a_call_proves_nothing():
    def hook(_response):
        client.close()
        raise RuntimeError("of the hook")

    client = httpx.Client(
        transport=httpx.MockTransport(lambda _: httpx.Response(200)),
        event_hooks={"response": [hook]},
    )
    transport = HttpxTransport(client)
    timeouts = Timeouts(1, 2, 3, 4, 5)
    during, behind = (
        transport.send("POST", "http://x.example.com/a", [], b"body", timeouts) for _ in range(2)
    )

    assert effect_of_failure(during) is Effect.UNKNOWN
    assert (behind.kind, behind.body_sent) == ("local", False)


def test_every_exception_of_the_http_library_has_a_phase():
    def subclasses(cls):
        return {cls}.union(*map(subclasses, cls.__subclasses__()))

    request = httpx.Request("GET", "http://x.example.com")
    for cls in subclasses(httpx.RequestError):
        failure = to_failure(cls("x", request=request), PhaseTrace(), is_closed=False)
        assert failure.kind in {"connect", "pool", "local", "write", "timeout", "read", "protocol"}


def test_request():
    trace = PhaseTrace()
    request = build_request(
        "POST", "http://x.example.com/a", [(b"A", b"b")], b"body", Timeouts(1, 2, 3, 4, 5), trace
    )

    assert (request.method, str(request.url), request.content) == (
        "POST",
        "http://x.example.com/a",
        b"body",
    )
    assert dict(request.headers) == {"host": "x.example.com", "a": "b", "content-length": "4"}
    assert request.extensions == {
        "timeout": {"connect": 1, "write": 2, "read": 3, "pool": 4},
        "trace": trace,
    }


def test_request_of_an_event_loop():
    trace = PhaseTrace()
    request = build_request(
        "GET", "http://x.example.com/a", [], None, Timeouts(), trace, is_async=True
    )

    assert request.extensions["trace"] == trace.note


def test_reply_has_names_in_lower_case():
    answer = to_reply(httpx.Response(201, headers={"Retry-After": "1"}), b"x", is_decoded=True)

    assert (answer.status, answer.content) == (201, b"x")
    assert answer.headers["retry-after"] == "1"


def test_a_hook_of_the_caller_may_look_at_the_content():
    request = build_request("POST", "http://x.example.com/a", [], b"body", Timeouts(), PhaseTrace())

    assert request.content == b"body"
