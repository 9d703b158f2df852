"""The limiter that a process shares, and how the clients use it."""

import asyncio
import threading
import time

import httpx
import pytest

from eightbyeight import AsyncClient, Client, MemoryLimiter, RateLimited, Timeouts
from eightbyeight.core.rate import Quota, Rate, Slot
from eightbyeight.io.limiter import shared_limiter

DETAILS = {"data": [{"umid": "u-1", "step": 1}]}


class FakeClock:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_slot_beyond_the_limit_of_patience_is_not_taken():
    clock = FakeClock()
    limiter, quotas = MemoryLimiter(clock), (Quota("b", Rate(1)),)

    assert (0.0, True) == limiter.reserve(quotas, 0.5)
    assert (1.0, False) == limiter.reserve(quotas, 0.5)
    clock.now += 1.0
    assert (0.0, True) == limiter.reserve(quotas, 0.5)


def test_a_slot_within_the_limit_of_patience_is_kept():
    limiter, quotas = MemoryLimiter(FakeClock()), (Quota("b", Rate(1)),)

    assert [(0.0, True), (1.0, True), (2.0, True), (3.0, False)] == [
        limiter.reserve(quotas, 2.5) for _ in range(4)
    ]


def test_buckets_do_not_share_slots():
    limiter = MemoryLimiter(FakeClock())

    assert (0.0, True) == limiter.reserve((Quota("a", Rate(1)),), 5)
    assert (0.0, True) == limiter.reserve((Quota("b", Rate(1)),), 5)
    assert (1.0, True) == limiter.reserve((Quota("a", Rate(1)), Quota("c", Rate(1))), 5)


def test_freezing_holds_everybody_back():
    clock = FakeClock()
    limiter, quotas = MemoryLimiter(clock), (Quota("b", Rate(100, burst=10)),)
    limiter.freeze(quotas, 3.0)

    assert 3.0 == round(limiter.reserve(quotas, 10).wait, 6)
    clock.now += 3.1
    assert (0.0, True) == limiter.reserve(quotas, 10)


def test_threads_and_event_loops_share_one_quota():
    limiter, quotas = MemoryLimiter(), (Quota("b", Rate(500, burst=50)),)
    granted: list[float] = []
    stop = time.monotonic() + 0.5

    def take() -> bool:
        # Patience without end: every call takes a slot, at the time that it returns.
        now = time.monotonic()
        granted.append(now + limiter.reserve(quotas, float("inf")).wait)
        return now < stop

    def take_in_a_thread() -> None:
        for _ in iter(take, False):
            pass

    async def take_in_a_task() -> None:
        for _ in iter(take, False):
            await asyncio.sleep(0)

    async def take_in_a_loop() -> None:
        await asyncio.gather(*(take_in_a_task() for _ in range(5)))

    threads = [threading.Thread(target=take_in_a_thread) for _ in range(10)]
    threads += [threading.Thread(target=lambda: asyncio.run(take_in_a_loop())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    granted.sort()
    assert len(granted) > 1_000
    # The clock is read before the limiter reads it, so a slot may seem to be a little early.
    assert all(
        later - earlier >= 1.0 - 0.1 for earlier, later in zip(granted, granted[600:], strict=False)
    )


def lookups(limiter: object, **options: object) -> Client:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=DETAILS))
    return Client("key", "acme_hq", transport=transport, rate_limits=limiter, **options)


def test_a_second_lookup_waits_for_its_second(pauses):
    client = lookups(MemoryLimiter(FakeClock()))
    client.messages.get("u-1")
    client.messages.get("u-1")

    assert [1.0] == pauses


def test_a_lookup_whose_slot_is_past_the_deadline_fails_at_once_with_the_wait():
    limiter = MemoryLimiter(FakeClock())
    client = lookups(limiter, timeouts=Timeouts(deadline=0.5))
    client.messages.get("u-1")

    with pytest.raises(RateLimited) as caught:
        client.messages.get("u-1")

    assert 1.0 == caught.value.retry_after
    assert "held back by the client itself" in str(caught.value)


def test_no_limits_on_request(pauses):
    client = lookups(limiter=False)
    for _ in range(20):
        client.messages.get("u-1")

    assert [] == pauses


def test_a_429_freezes_the_bucket_for_the_other_clients_too():
    clock = FakeClock()
    limiter = MemoryLimiter(clock)
    refusing = httpx.MockTransport(
        lambda _: httpx.Response(429, json={"code": 429}, headers={"Retry-After": "7"})
    )
    one = Client("k", "acme_hq", transport=refusing, rate_limits=limiter, max_attempts=1)
    other = lookups(limiter, timeouts=Timeouts(deadline=2))

    with pytest.raises(RateLimited):
        one.messages.get("u-1")
    with pytest.raises(RateLimited) as caught:
        other.messages.get("u-1")

    assert 7.0 == caught.value.retry_after


def test_a_429_for_a_send_without_a_limit_holds_back_the_other_sends(pauses):
    clock = FakeClock()
    limiter = MemoryLimiter(clock)
    refusing = httpx.MockTransport(
        lambda _: httpx.Response(429, json={"code": 429}, headers={"Retry-After": "7"})
    )
    one = Client("k", "acme_hq", transport=refusing, rate_limits=limiter, max_attempts=1)
    other = lookups(limiter, timeouts=Timeouts(deadline=2))
    other.messages.send("+6591234567", "Hi")

    with pytest.raises(RateLimited):
        one.messages.send("+6591234567", "Hi")
    with pytest.raises(RateLimited) as caught:
        other.messages.send("+6591234567", "Hi")
    other.with_options(subaccount_id="acme_uk").messages.send("+6591234567", "Hi")
    clock.now += 7
    other.messages.send("+6591234567", "Hi")

    assert 7.0 == caught.value.retry_after
    assert [] == pauses


class Unkeeping:
    """A limiter that keeps no places, and notes from which thread it is asked."""

    def __init__(self, *, is_remote: bool) -> None:
        self.is_remote = is_remote
        self.waits = [2.0, 1.0, 0.0]
        self.threads: list[threading.Thread] = []

    def reserve(self, quotas: object, at_most: float) -> Slot:
        self.threads.append(threading.current_thread())
        wait = self.waits.pop(0)
        return Slot(wait, is_taken=not wait)

    def freeze(self, quotas: object, seconds: float) -> None:
        self.threads.append(threading.current_thread())


def test_a_limiter_that_keeps_no_places_is_asked_again(pauses):
    limiter = Unkeeping(is_remote=True)
    lookups(limiter).messages.get("u-1")

    assert [2.0, 1.0] == pauses
    assert {threading.current_thread()} == set(limiter.threads)


@pytest.mark.parametrize("is_remote", [False, True])
async def test_an_event_loop_does_not_wait_for_a_remote_limiter(pauses, is_remote):
    answers = [httpx.Response(429, json={}), httpx.Response(200, json=DETAILS)]
    transport = httpx.MockTransport(lambda _: answers.pop(0))
    limiter = Unkeeping(is_remote=is_remote)
    limiter.waits += [0.0]
    async with AsyncClient("key", "acme_hq", transport=transport, rate_limits=limiter) as client:
        await client.messages.get("u-1")

    assert [2.0, 1.0] == pauses[:2]
    assert 5 == len(limiter.threads)
    assert is_remote is (threading.current_thread() not in limiter.threads)


async def test_the_asynchronous_client_waits_too(pauses):
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=DETAILS))
    limiter = MemoryLimiter(FakeClock())
    async with AsyncClient("key", "acme_hq", transport=transport, rate_limits=limiter) as client:
        await asyncio.gather(client.messages.get("u-1"), client.messages.get("u-2"))

    assert [1.0] == pauses


def test_clients_share_the_process_wide_limiter_unless_they_have_a_transport_of_their_own():
    first, second = Client("k", "acme_hq"), Client("k", "acme_uk")

    assert first._configuration.limiter is second._configuration.limiter is shared_limiter()
    assert lookups(limiter=True)._configuration.limiter is not shared_limiter()
