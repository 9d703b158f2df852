"""What chaos does to a connection: the same to clients in process and on a socket, and truthful."""

from __future__ import annotations

import socket
import threading
import time

import anyio
import httpx
import pytest

from eightbyeight.mock import create_app
from eightbyeight.mock.clock import SEEDED_START
from eightbyeight.mock.connection import BrokenOnPurpose
from eightbyeight.mock.server import serving

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}
KEY = {"Authorization": "Bearer key"}
TIMEOUT = httpx.Timeout(5, read=0.3)

# Rule; what the client gets; whether the message was sent.
TABLE = [
    ("refuse", httpx.ConnectError, False),
    ("reset", httpx.ReadError, False),
    ("reset-after", httpx.ReadError, True),
    ("silent:9", httpx.ReadTimeout, False),
    ("silent-after:9", httpx.ReadTimeout, True),
    ("silent:0.05", httpx.RemoteProtocolError, False),
    ("silent-after:0.05", httpx.RemoteProtocolError, True),
    ("cut", httpx.RemoteProtocolError, True),
    ("bad-gzip", httpx.DecodingError, True),
    ("latency:9", httpx.ReadTimeout, True),
    ("latency:0.05", 200, True),
    ("latency:0.05 reset-after", httpx.ReadError, True),
    ("drip:0.1", 200, True),
    ("empty", 200, True),
    ("500", 500, False),
    ("500-after", 500, True),
    ("503", 503, False),
    ("503-after", 503, True),
    ("html:502", 502, False),
    ("html-after:502", 502, True),
    ("429:3", 429, False),
    ("426", 426, False),
]
# A listening server cannot refuse a connection any more, so it resets it.
ON_A_SOCKET = {"refuse": httpx.ReadError}


def outcome(call):
    try:
        return call().status_code
    except httpx.RequestError as error:
        return type(error)


def check(app, got, rule, expected, sent):
    assert got == expected
    assert len(app.store) == sent
    [entry] = app.requests.snapshot()
    assert entry.chaos == f"1 {rule}"
    # Where the answer is broken, an answer did go out.
    answered = not isinstance(expected, type) or rule.startswith(("cut", "bad-gzip", "latency:9"))
    assert (entry.status != 0) == answered


@pytest.mark.parametrize(("rule", "expected", "sent"), TABLE)
def test_in_process(rule, expected, sent):
    app = create_app(seed=1, chaos=[rule])
    with httpx.Client(transport=app.transport(), base_url="http://m", timeout=TIMEOUT) as api:
        got = outcome(lambda: api.post(SEND, json=TEXT, headers=KEY))

    check(app, got, rule, expected, sent)


@pytest.mark.parametrize(("rule", "expected", "sent"), TABLE)
async def test_in_process_for_async_clients(rule, expected, sent):
    app = create_app(seed=1, chaos=[rule])
    transport = app.transport()
    async with httpx.AsyncClient(transport=transport, base_url="http://m", timeout=TIMEOUT) as api:
        try:
            got = (await api.post(SEND, json=TEXT, headers=KEY)).status_code
        except httpx.RequestError as error:
            got = type(error)

    check(app, got, rule, expected, sent)


@pytest.fixture(scope="module")
def served():
    """One server for the whole table; each test makes its own rules."""
    app = create_app(rate_limit=False)
    with serving(app) as url:
        yield app, url


@pytest.mark.parametrize(("rule", "expected", "sent"), TABLE)
def test_on_a_socket(served, caplog, rule, expected, sent):
    app, url = served
    app.reset()
    app.chaos.clear()
    app.chaos.add(rule)
    with httpx.Client(base_url=url, timeout=TIMEOUT, headers=KEY) as api:
        got = outcome(lambda: api.post(SEND, json=TEXT))
        check(app, got, rule, ON_A_SOCKET.get(rule, expected), sent)
        app.chaos.clear()
        # The server goes on as if nothing had happened, and has nothing to complain of.
        assert api.post(SEND, json=TEXT).status_code == 200

    assert caplog.records == []


def test_a_large_upload_meets_a_reset_too(served):
    app, url = served
    app.chaos.clear()
    app.chaos.add("reset")
    with httpx.Client(base_url=url, headers=KEY) as api, pytest.raises(httpx.TransportError):
        api.post(SEND, content=b" " * 5_000_000)


def test_a_reset_is_a_reset_and_no_orderly_end(served):
    app, url = served
    app.chaos.clear()
    app.chaos.add("reset")
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as raw:
        raw.sendall(b"GET /x HTTP/1.1\r\nHost: m\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            raw.recv(1000)


def test_a_silent_server_holds_up_nobody_else(served):
    app, url = served
    app.chaos.clear()
    app.chaos.add("times:1 silent:5")
    patient = threading.Thread(
        target=lambda: outcome(lambda: httpx.get(f"{url}/x", timeout=0.8)), daemon=True
    )
    patient.start()
    time.sleep(0.2)
    began = time.monotonic()
    answer = httpx.get(f"{url}/x")
    patient.join()

    assert answer.status_code == 404
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("kind", ["in process", "socket"])
def test_a_drip_is_slow_and_whole(served, kind):
    app, url = served
    app.chaos.clear()
    app.chaos.add("drip:0.4")
    transport = app.transport() if kind == "in process" else None
    began = time.monotonic()
    with httpx.Client(base_url=url, headers=KEY, transport=transport) as api:
        answer = api.post(SEND, json=TEXT)

    assert answer.json()["status"]["state"] == "queued"
    assert 0.3 < time.monotonic() - began < 5


def test_a_drip_with_long_pauses_runs_into_the_read_timeout():
    app = create_app(seed=1, chaos=["drip:60"])
    with (
        httpx.Client(transport=app.transport(), base_url="http://m", timeout=0.5) as api,
        pytest.raises(httpx.ReadTimeout),
    ):
        api.post(SEND, json=TEXT, headers=KEY)


async def test_any_other_asgi_server_sees_an_exception():
    app = create_app(chaos=["reset-after"])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://m") as api:
        with pytest.raises(BrokenOnPurpose, match="on purpose: reset"):
            await api.post(SEND, json=TEXT, headers=KEY)

    assert len(app.store) == 1


@pytest.mark.parametrize("rule", ["latency:0.3", "drip:0.3"])
def test_time_is_waited_for_on_a_real_clock_and_moved_on_a_fixed_one(rule):
    waits = {}
    for seed in (None, 1):
        app = create_app(seed=seed, chaos=[rule])
        began = time.monotonic()
        with httpx.Client(transport=app.transport(), base_url="http://m") as api:
            assert api.get("/x").status_code == 404
        waits[seed] = time.monotonic() - began

    assert waits[None] >= 0.29
    assert waits[1] < 0.2
    assert (app.clock.now() - SEEDED_START).total_seconds() == pytest.approx(0.25 + 0.3)


async def test_async_latency_lets_others_run():
    app = create_app(chaos=["latency:0.3"])
    transport = app.transport()
    began = time.monotonic()
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://m") as api,
        anyio.create_task_group() as group,
    ):
        for _ in range(5):
            group.start_soon(api.get, "/x")

    assert time.monotonic() - began < 1.2


def test_the_pure_handler_gives_status_0_when_nothing_goes_out():
    app = create_app(seed=1, chaos=["reset"])

    assert app.handle("GET", "/x", [], b"") == (0, [], b"")
