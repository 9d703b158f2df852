"""``messages.wait``, on a clock of its own."""

from __future__ import annotations

import asyncio
import inspect
import pickle
import threading

import httpx
import pytest
from webhooks import samples

from eightbyeight import (
    AsyncClient,
    Client,
    Forbidden,
    InvalidInput,
    MessageFailed,
    NotFound,
    WaitTimeout,
)
from eightbyeight.webhooks import StatusBook


class Clock:
    """Time that passes only while somebody waits."""

    def __init__(self):
        self.seconds = 1000.0
        self.pauses = []

    def now(self):
        return self.seconds

    def pause(self, seconds):
        assert seconds > 0
        self.pauses.append(seconds)
        self.seconds += seconds

    async def async_pause(self, seconds):
        self.pause(seconds)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    for name in ("now", "pause", "async_pause"):
        monkeypatch.setattr(f"eightbyeight.io.waiting.{name}", getattr(clock, name))
    return clock


def record(state, channel="WhatsApp", step=1, **status):
    return {
        "umid": "u-1",
        "channel": channel,
        "step": step,
        "status": {"state": state, "timestamp": "2026-05-04T03:02:01Z", **status},
    }


class Api:
    """Answers lookups from a list; the last answer is repeated. It notes the time that each may take."""

    def __init__(self, clock, *answers):
        self.clock, self.answers = clock, answers
        self.times, self.patience = [], []

    def __call__(self, request):
        answer = self.answers[min(len(self.times), len(self.answers) - 1)]
        self.times.append(self.clock.now() - 1000)
        self.patience.append(request.extensions["timeout"]["read"])
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            return httpx.Response(answer, json={"code": 1, "message": "no"})
        if isinstance(answer, str):
            answer = [record(answer)]
        return httpx.Response(200, json={"data": answer})


@pytest.fixture(params=["sync", "async"])
def wait(request):
    """Waits for u-1 at an API, synchronously and asynchronously."""
    settings = {"api_key": "k", "subaccount_id": "acme_hq", "rate_limits": False, "max_attempts": 1}

    def run(api, umid="u-1", **options):
        transport = httpx.MockTransport(api)
        if request.param == "sync":
            with Client(transport=transport, **settings) as client:
                return client.messages.wait(umid, **options)

        async def talk():
            async with AsyncClient(transport=transport, **settings) as client:
                return await client.messages.wait(umid, **options)

        return asyncio.run(talk())

    return run


def test_a_message_that_arrives(clock, wait):
    api = Api(clock, "queued", "sent", "sent", "delivered")
    status = wait(api)

    assert (status.umid, status.state, status.channel) == ("u-1", "delivered", "whatsapp")
    assert status.moment.year == 2026
    assert clock.pauses == [1.0, 1.5, 2.25]


@pytest.mark.parametrize(
    ("until", "lookups"), [("accepted", 2), ("sent", 3), ("delivered", 4), ("read", 5)]
)
def test_as_far_as_wanted(clock, wait, until, lookups):
    api = Api(clock, "queued", "accepted", "sent", "delivered", "read")

    assert wait(api, until=until).has_reached(until)
    assert len(api.times) == lookups


def test_waits_grow_and_end_with_the_time(clock, wait):
    api = Api(clock, "sent")
    with pytest.raises(WaitTimeout) as caught:
        wait(api, timeout=120)

    assert api.times[:4] == [0, 1, 2.5, 4.75]
    assert max(clock.pauses) == 15
    assert min(clock.pauses) >= 1
    assert clock.now() == 1120
    assert api.times[-1] == 118  # the last look has two seconds for its answer
    assert len(api.times) < 16
    assert max(api.patience) <= 30
    assert api.patience[-1] == pytest.approx(2, abs=0.01)
    assert all(p <= 120 - t for p, t in zip(api.patience, api.times, strict=True))
    assert caught.value.status.state == "sent"
    assert caught.value.umid == "u-1"
    assert isinstance(caught.value, TimeoutError)
    assert str(caught.value) == "the message u-1 took longer than 120 seconds; its state is sent"


@pytest.mark.parametrize("timeout", [0.001, 0.5, 1, 1.5, 2.9, 3, 7.77])
def test_no_wait_passes_the_end(clock, wait, timeout):
    with pytest.raises(WaitTimeout):
        wait(Api(clock, "sent"), timeout=timeout)

    assert clock.now() == pytest.approx(1000 + timeout)


@pytest.mark.parametrize("state", ["failed", "rejected", "undelivered"])
def test_a_message_that_fails(clock, wait, state):
    api = Api(clock, "queued", [record(state, errorCode=30, errorMessage=samples.NUMBER)])
    with pytest.raises(MessageFailed) as caught:
        wait(api)

    assert (caught.value.umid, caught.value.status.error_code) == ("u-1", 30)
    assert str(caught.value) == f"the message u-1 has failed: {state} on whatsapp, code 30"
    assert len(api.times) == 2
    twin = pickle.loads(pickle.dumps(caught.value))
    assert (str(twin), vars(twin)) == (str(caught.value), vars(caught.value))


def test_fallback_goes_on_after_a_failure(clock, wait):
    failed = record("undelivered")
    answers = [
        [failed],
        [failed, record("queued", "SMS", 2)],
        [failed, record("delivered", "SMS", 2)],
    ]

    assert wait(Api(clock, *answers), channels=2).channel == "sms"
    with pytest.raises(MessageFailed, match="on whatsapp"):
        wait(Api(clock, *answers))
    with pytest.raises(MessageFailed, match="failed on sms"):
        wait(
            Api(clock, [failed, record("failed", "SMS", 2, timestamp="2026-05-04T03:02:09Z")]),
            channels=2,
        )


def test_trouble_on_the_way(clock, wait):
    api = Api(clock, 404, 429, 503, httpx.ConnectError("x"), httpx.ReadError("x"), [], "delivered")

    assert wait(api).is_delivered


def test_trouble_to_the_end(clock, wait):
    with pytest.raises(WaitTimeout, match="its state is not known") as caught:
        wait(Api(clock, 503))
    assert caught.value.__cause__.status == 503


def test_a_message_that_does_not_exist(clock, wait):
    with pytest.raises(NotFound):
        wait(Api(clock, 404))
    assert 1010 <= clock.now() < 1025


def test_an_account_that_may_not_look(clock, wait):
    with pytest.raises(Forbidden):
        wait(Api(clock, 403))
    assert clock.pauses == []


@pytest.mark.parametrize(
    "options",
    [
        {"until": "queued"},
        {"until": None},
        {"timeout": 0},
        {"timeout": float("nan")},
        {"timeout": float("inf")},
        {"timeout": "1"},
        {"channels": 0},
        {"umid": ""},
    ],
)
def test_arguments_that_cannot_be(clock, wait, options):
    api = Api(clock, "delivered")
    with pytest.raises(InvalidInput):
        wait(api, **options)
    assert api.times == []


# --- receipts instead of lookups ---------------------------------------------------------------------


def test_what_the_book_knows_already(clock, wait):
    book, api = StatusBook(), Api(clock)
    book.add(samples.receipt("read", umid="u-1"))

    assert wait(api, receipts=book).state == "read"
    assert api.times == []


def test_receipts_that_come_while_waiting(clock, wait):
    book, api = StatusBook(), Api(clock)
    timers = [
        threading.Timer(delay, book.add, [samples.receipt(state, umid="u-1")])
        for delay, state in ((0.02, "sent"), (0.04, "delivered"))
    ]
    for timer in timers:
        timer.start()
    status = wait(api, receipts=book, timeout=30)
    for timer in timers:
        timer.join()

    assert status.is_delivered
    assert (api.times, book._waiting) == ([], {})


def test_a_failure_in_the_book(clock, wait):
    book = StatusBook()
    book.add(samples.receipt("failed", umid="u-1"))

    with pytest.raises(MessageFailed):
        wait(Api(clock), receipts=book)


@pytest.mark.parametrize("state", [None, "sent"])
def test_receipts_that_do_not_come(clock, wait, state):
    book = StatusBook()
    if state:
        book.add(samples.receipt(state, umid="u-1"))
    with pytest.raises(WaitTimeout) as caught:
        wait(Api(clock), receipts=book, timeout=0.01)

    assert caught.value.status.state == state
    assert book._waiting == {}


async def test_a_wait_that_is_cancelled_leaves_nothing_behind():
    book = StatusBook()
    async with AsyncClient("k", "acme_hq") as client:
        waiting = asyncio.create_task(client.messages.wait("u-1", receipts=book))
        for _ in range(5):
            await asyncio.sleep(0)
        assert "u-1" in book._waiting
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert book._waiting == {}


def test_both_clients_take_the_same_arguments():
    twins = (Client("k", "s").messages.wait, AsyncClient("k", "s").messages.wait)

    assert inspect.signature(twins[0]) == inspect.signature(twins[1])
