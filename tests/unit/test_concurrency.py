"""One client in many threads and event loops: every request carries its own key, path and reference."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from eightbyeight import AsyncClient, Client

NUMBER = "+6591234567"
THREADS, LOOPS, TASKS, SENDS = 16, 3, 16, 25
RESOURCES = ("messages", "sms")
URLS = (
    "https://chatapps.8x8.com/api/v1/subaccounts/{}/messages",
    "https://sms.8x8.com/api/v1/subaccounts/{}/messages",
)


class Api:
    """Stands in for the API; each answer takes a moment, in which others send."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        time.sleep(0)
        reference = json.loads(request.content)["clientMessageId"]
        self.seen.append((request.headers["authorization"], str(request.url), reference))
        return httpx.Response(200, json={"umid": reference, "clientMessageId": reference})

    async def in_a_loop(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        return self(request)


@pytest.fixture(autouse=True)
def _threads_that_take_turns_often():
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


def sender(number):
    """Return the settings of one of the accounts that send through the same client."""
    return f"key-{number}", f"acme_{number}", [f"{number}/{n}" for n in range(SENDS)]


def expected(count):
    return sorted(
        (f"Bearer {key}", URLS[place % 2].format(account), reference)
        for key, account, references in map(sender, range(count))
        for place, reference in enumerate(references)
    )


@pytest.mark.parametrize("is_callable", [False, True])
def test_threads_that_share_a_client(is_callable):
    api = Api()
    start = threading.Barrier(THREADS)

    def send(number):
        key, account, references = sender(number)
        start.wait(30)
        for place, reference in enumerate(references):
            # A copy for each message: making one must not touch the others either.
            copy = client.with_options(
                api_key=(lambda: key) if is_callable else key, subaccount_id=account
            )
            resource = getattr(copy, RESOURCES[place % 2])
            result = resource.send(NUMBER, reference, client_message_id=reference)
            assert result.umid == result.client_message_id == reference

    with (
        Client("key-of-nobody", "nobody", transport=httpx.MockTransport(api)) as client,
        ThreadPoolExecutor(THREADS) as threads,
    ):
        list(threads.map(send, range(THREADS)))

    assert sorted(api.seen) == expected(THREADS)


def test_event_loops_that_share_a_client():
    api = Api()
    transport = httpx.MockTransport(api.in_a_loop)
    client = AsyncClient("key-of-nobody", "nobody", transport=transport)
    start = threading.Barrier(LOOPS)

    async def send(number):
        key, account, references = sender(number)

        async def current_key():
            await asyncio.sleep(0)
            return key

        copy = client.with_options(api_key=current_key, subaccount_id=account)
        for place, reference in enumerate(references):
            resource = getattr(copy, RESOURCES[place % 2])
            result = await resource.send(NUMBER, reference, client_message_id=reference)
            assert result.umid == result.client_message_id == reference

    async def send_all(loop):
        start.wait(30)
        await asyncio.gather(*(send(loop * TASKS + task) for task in range(TASKS)))

    with ThreadPoolExecutor(LOOPS) as threads:
        list(threads.map(lambda loop: asyncio.run(send_all(loop)), range(LOOPS)))

    assert sorted(api.seen) == expected(LOOPS * TASKS)


def test_a_key_that_changes_while_others_send():
    """A callable is asked for each request: what a thread gets is what its own request carries."""
    api, current = Api(), threading.local()
    start = threading.Barrier(THREADS)
    client = Client(lambda: current.key, "acme_hq", transport=httpx.MockTransport(api))

    def send(number):
        start.wait(30)
        for place in range(SENDS):
            current.key = f"key-{number}-{place}"
            client.messages.send(NUMBER, "Hi", client_message_id=f"{number}-{place}")

    with client, ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(send, range(THREADS)))

    assert len(api.seen) == THREADS * SENDS
    assert all(key == f"Bearer key-{reference}" for key, _, reference in api.seen)
