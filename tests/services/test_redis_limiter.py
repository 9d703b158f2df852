"""The limiter in Redis, against a real one: many processes share a quota, and nothing is sent without it."""

from __future__ import annotations

import asyncio
import json
import math
import pickle
import signal
import subprocess
import sys
import threading
import time
import traceback
import uuid
from pathlib import Path

import httpx
import pytest
import redis

from eightbyeight import (
    AsyncClient,
    Client,
    LimiterUnavailable,
    NotSent,
    RateLimited,
    RedisLimiter,
    Timeouts,
)
from eightbyeight.core.rate import Quota, Rate

PASSWORD = "pa55word-NEVER-shown"
NUMBER = "+6591234567"
PROCESSES, THREADS = 4, 4
ANSWERS = {
    "GET": {"data": [{"umid": "u-1", "step": 1}]},
    "POST": {"umid": "u-1", "status": {"code": "QUEUED"}},
}


class Api:
    """Stands in for the API, and notes when it was asked."""

    def __init__(self, answer: httpx.Response | None = None) -> None:
        self.answer = answer
        self.asked_at: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked_at.append(time.monotonic())
        return self.answer or httpx.Response(200, json=ANSWERS[request.method])

    def client(self, limiter: RedisLimiter, **options: object) -> Client:
        transport = httpx.MockTransport(self)
        return Client("key", "acme_hq", transport=transport, rate_limits=limiter, **options)

    def async_client(self, limiter: RedisLimiter, **options: object) -> AsyncClient:
        transport = httpx.MockTransport(self)
        return AsyncClient("key", "acme_hq", transport=transport, rate_limits=limiter, **options)


@pytest.fixture
def prefix():
    """A prefix of this test alone."""
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
def limiters(redis_url, prefix):
    """Makes limiters that share nothing but the server and the prefix."""
    made = []

    def make(url: str = redis_url, prefix: str = prefix) -> RedisLimiter:
        made.append(RedisLimiter(url, prefix=prefix))
        return made[-1]

    yield make
    for limiter in made:
        limiter.close()


def hammer(redis_url: str, prefix: str, rates: dict[str, float], seconds: float):
    """Take slots in many processes at once. Returns, for each, the moments before and after it was taken."""
    settings = {
        "url": redis_url,
        "prefix": prefix,
        "rates": rates,
        "seconds": seconds,
        "threads": THREADS,
    }
    workers = [
        subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("hammer.py")), json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    assert {worker.stdout.readline() for worker in workers} == {"ready\n"}
    begins = time.time() + 0.1
    granted = []
    for worker in workers:
        worker.stdin.write(f"{begins}\n")
        worker.stdin.flush()
    for worker in workers:
        granted += json.loads(worker.communicate(timeout=60)[0])
    assert {worker.returncode for worker in workers} == {0}
    return sorted(granted)


def most_in_a_second(granted) -> int:
    """Return how many slots were taken within one second: beyond doubt, whenever in its call each was."""
    return max(
        sum(begin <= before and after < begin + 1.0 for before, after in granted)
        for begin, _ in granted
    )


@pytest.mark.parametrize("rates", [{"a": 50}, {"a": 80, "b": 30}], ids=["one", "two"])
def test_processes_share_a_quota(redis_url, prefix, rates):
    quota, seconds = min(rates.values()), 2.0
    granted = hammer(redis_url, prefix, rates, seconds)

    assert most_in_a_second(granted) <= quota
    assert len(granted) >= 0.6 * quota * seconds


@pytest.mark.parametrize(("per_second", "seconds"), [(1, 1), (1.9, 1), (0.5, 2), (0.3, 4)])
def test_the_second_slot_of_a_slow_quota_is_told(limiters, per_second, seconds):
    quotas = (Quota("slow", Rate(per_second)),)

    assert limiters().reserve(quotas, 60) == (0.0, True)
    wait, is_taken = limiters().reserve(quotas, 60)
    assert not is_taken
    assert seconds - 0.9 < wait <= seconds


def test_a_full_bucket_costs_the_others_no_slot(limiters):
    limiter = limiters()
    full, free = Quota("full", Rate(0.01)), Quota("free", Rate(0.01))
    assert limiter.reserve((full,), 0).is_taken
    for quotas in ((free, full), (full, free)):
        assert not limiter.reserve(quotas, 0).is_taken

    assert limiter.reserve((free,), 0).is_taken


def test_no_limit_but_a_freeze(limiters):
    limiter, quotas = limiters(), (Quota("chat", Rate(math.inf)),)
    assert all(limiter.reserve(quotas, 0) == (0.0, True) for _ in range(100))

    limiters().freeze(quotas, 30.0)
    assert not limiter.reserve(quotas, 0).is_taken


def test_a_freeze_of_one_process_holds_back_all(redis_url, prefix, limiters):
    program = (
        "import sys\n"
        "from eightbyeight import RedisLimiter\n"
        "from eightbyeight.core.rate import Quota, Rate\n"
        "limiter = RedisLimiter(sys.argv[1], prefix=sys.argv[2])\n"
        "limiter.freeze((Quota('a', Rate(50)), Quota('b', Rate(80))), 30.0)\n"
    )
    subprocess.run([sys.executable, "-c", program, redis_url, prefix], check=True, timeout=60)

    for bucket in "ab":
        wait, is_taken = limiters().reserve((Quota("c", Rate(9)), Quota(bucket, Rate(50))), 60)
        assert not is_taken
        assert 25 < wait <= 30
    assert limiters().reserve((Quota("c", Rate(9)),), 0).is_taken
    assert limiters(prefix="another").reserve((Quota("a", Rate(50)),), 0).is_taken


def test_a_freeze_is_never_made_shorter(limiters):
    limiter, quotas = limiters(), (Quota("a", Rate(50)),)
    freezes = [0.0, 1.0, 90.0, 2.0, 40.0, 0.001]
    threads = [
        threading.Thread(target=limiters().freeze, args=(quotas, seconds)) for seconds in freezes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 85 < limiter.reserve(quotas, 0).wait <= 90

    limiter.freeze(quotas, 200.0)
    assert 195 < limiter.reserve(quotas, 0).wait <= 200


def test_a_freeze_ends(limiters):
    limiter, quotas = limiters(), (Quota("a", Rate(50)),)
    begun = time.monotonic()
    limiter.freeze(quotas, 0.3)
    while not (slot := limiter.reserve(quotas, 0)).is_taken:
        assert 0 < slot.wait <= 0.3
        time.sleep(slot.wait)

    assert 0.3 <= time.monotonic() - begun < 5


async def test_both_clients_keep_to_one_quota(limiters):
    api, begun = Api(), time.monotonic()
    with api.client(limiters()) as client:
        client.messages.get("u-1")
        async with api.async_client(limiters()) as other:
            await asyncio.gather(other.messages.get("u-1"), other.messages.get("u-2"))

    assert len(api.asked_at) == 3
    assert api.asked_at[2] - begun >= 1.99


async def test_a_slot_past_the_deadline_is_told_at_once(limiters):
    api, options = Api(), {"timeouts": Timeouts(deadline=5)}
    with api.client(limiters()) as client:
        quotas = client._quotas(_sms())
    limiters().freeze(quotas, 30.0)
    begun = time.monotonic()
    errors = []
    with api.client(limiters(), **options) as client, pytest.raises(RateLimited) as caught:
        client.sms.send(NUMBER, "Hi", client_message_id="ref-1")
    errors.append(caught.value)
    async with api.async_client(limiters(), **options) as client:
        with pytest.raises(RateLimited) as caught:
            await client.sms.send(NUMBER, "Hi", client_message_id="ref-1")
    errors.append(caught.value)

    assert time.monotonic() - begun < 3
    assert api.asked_at == []
    for error in errors:
        assert 25 < error.retry_after <= 30
        assert error.client_message_id == "ref-1"


def _sms():
    from eightbyeight.requests.sms import send_sms

    return send_sms("acme_hq", NUMBER, "Hi")


@pytest.mark.parametrize("resource", ["sms", "messages"])
def test_a_429_holds_back_the_clients_of_other_processes(limiters, resource):
    busy = Api(httpx.Response(429, json={}, headers={"Retry-After": "30"}))
    idle = Api()
    options = {"timeouts": Timeouts(deadline=5)}
    with busy.client(limiters(), **options) as one, idle.client(limiters(), **options) as other:
        getattr(other, resource).send(NUMBER, "Hi")
        with pytest.raises(RateLimited):
            getattr(one, resource).send(NUMBER, "Hi")
        with pytest.raises(RateLimited) as caught:
            getattr(other, resource).send(NUMBER, "Hi")

    assert 25 < caught.value.retry_after <= 30
    assert (len(busy.asked_at), len(idle.asked_at)) == (1, 1)


# --- when Redis fails ---------------------------------------------------------------------------------


def assert_silent(error: BaseException) -> None:
    """No way of showing the error shows the password."""
    shown = [str(error), repr(error), *traceback.format_exception(error)]
    shown += map(repr, (error.__cause__, error.__cause__.args))
    assert not any(PASSWORD in text for text in shown)


@pytest.fixture
def own_redis():
    """A Redis with a password, that may be mistreated."""
    from services.servers import start_redis

    with start_redis(PASSWORD) as server:
        yield server


async def test_without_redis_nothing_is_sent(own_redis, limiters):
    api, limiter = Api(), limiters(own_redis.url)
    errors = []
    with api.client(limiter) as client:
        client.sms.send(NUMBER, "Hi")
        own_redis.kill()
        for call in (
            lambda: client.sms.send(NUMBER, "Hi", client_message_id="ref-1"),
            lambda: client.messages.send(NUMBER, "Hi", client_message_id="ref-1"),
            lambda: client.messages.get("u-1"),
        ):
            with pytest.raises(LimiterUnavailable) as caught:
                call()
            errors.append(caught.value)
    async with api.async_client(limiter) as client:
        with pytest.raises(LimiterUnavailable) as caught:
            await client.sms.send(NUMBER, "Hi", client_message_id="ref-1")
        errors.append(caught.value)
    with pytest.raises(LimiterUnavailable) as caught:
        limiter.freeze((Quota("a", Rate(1)),), 1.0)
    errors.append(caught.value)

    assert len(api.asked_at) == 1
    for error in errors:
        assert isinstance(error, NotSent)
        assert isinstance(error.__cause__, redis.ConnectionError)
        assert "nothing was sent" in str(error)
        assert_silent(error)
        assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert [error.client_message_id for error in errors] == ["ref-1", "ref-1", None, "ref-1", None]


def test_a_redis_that_hangs_is_not_waited_for(own_redis, limiters):
    api = Api()
    limiter = limiters(f"{own_redis.url}?socket_timeout=0.2")
    with api.client(limiter) as client:
        client.sms.send(NUMBER, "Hi")
        own_redis.process.send_signal(signal.SIGSTOP)
        begun = time.monotonic()
        with pytest.raises(LimiterUnavailable) as caught:
            client.sms.send(NUMBER, "Hi")
        took = time.monotonic() - begun
        own_redis.process.send_signal(signal.SIGCONT)
        assert took < 5
        assert isinstance(caught.value.__cause__, redis.TimeoutError)
        assert_silent(caught.value)
        client.sms.send(NUMBER, "Hi")

    assert len(api.asked_at) == 2


def test_connections_that_were_cut_are_made_again(own_redis, limiters):
    limiter, quotas = limiters(own_redis.url), (Quota("a", Rate(50)),)
    assert limiter.reserve(quotas, 0).is_taken
    with redis.Redis.from_url(own_redis.url) as other:
        other.client_kill_filter(_type="normal", skipme=True)

    assert limiter.reserve(quotas, 0).is_taken


def test_a_limiter_can_be_used_after_it_was_closed(limiters):
    limiter, quotas = limiters(), (Quota("a", Rate(50)),)
    limiter.close()

    assert limiter.reserve(quotas, 0).is_taken


@pytest.mark.parametrize("url", ["redis://:{wrong}@{place}", "redis://{place}?password={wrong}"])
def test_a_wrong_password_is_not_shown(own_redis, limiters, url):
    place = own_redis.url.rpartition("@")[2]
    limiter = limiters(url.format(wrong=f"{PASSWORD}-not", place=place))
    with pytest.raises(LimiterUnavailable) as caught:
        limiter.reserve((Quota("a", Rate(1)),), 0)

    assert isinstance(caught.value.__cause__, redis.AuthenticationError)
    assert_silent(caught.value)
    assert PASSWORD not in repr(limiter)
