"""A stand-in for the API behind httpx's MockTransport, and clients that talk to it."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from eightbyeight import AsyncClient, Client

ROOT = Path(__file__).parents[2]
KEY = "key-Zx81-never-to-be-shown"

ACCEPTED = {
    "umid": "82188ee0-109f-e811-8150-020897df5459",
    "status": {"state": "queued", "timestamp": "2026-01-04T08:19:45.99Z"},
    "user": {"msisdn": "+6591234567"},
}


class StandIn:
    """Keeps every request and answers from a list; the last answer is repeated.

    An answer is a status, a JSON value (given with 200), a (status, JSON value) pair, an httpx.Response or an
    exception to raise.
    """

    def __init__(self):
        self.requests = []
        self.answers = [ACCEPTED]

    def answer(self, *answers):
        self.answers = list(answers)

    def __call__(self, request):
        self.requests.append(request)
        answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(
                answer.status_code, headers=answer.headers, content=answer.content
            )
        if isinstance(answer, int):
            return httpx.Response(answer)
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        return httpx.Response(status, json=body)

    @property
    def transport(self):
        return httpx.MockTransport(self)

    @property
    def _settings(self):
        return {
            "api_key": KEY,
            "subaccount_id": "acme_hq",
            "transport": self.transport,
            # Where nobody waits, time stands still, and no bucket would ever fill.
            "rate_limits": False,
        }

    @property
    def bodies(self):
        return [json.loads(request.content) for request in self.requests]

    @property
    def body(self):
        """The body of the only request."""
        (body,) = self.bodies
        return body

    def client(self, **options):
        return Client(**self._settings | options)

    def async_client(self, **options):
        return AsyncClient(**self._settings | options)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    for name in ("API_KEY", "SUBACCOUNT_ID", "REGION", "BASE_URL"):
        monkeypatch.delenv(f"EIGHTBYEIGHT_{name}", raising=False)


@pytest.fixture
def pauses(monkeypatch):
    """Let no client wait; the seconds that they wanted to wait are collected."""
    seconds = []
    sleep, own = asyncio.sleep, threading.current_thread()

    async def note(wait):
        if threading.current_thread() is not own:  # a server's, say
            await sleep(wait)
        else:
            seconds.append(wait)

    # The modules' own names stay as they are: httpx and anyio wait too.
    monkeypatch.setattr(
        "eightbyeight.client.time",
        SimpleNamespace(sleep=seconds.append, monotonic=time.monotonic),
    )
    monkeypatch.setattr("asyncio.sleep", note)
    return seconds


@pytest.fixture
def api(pauses):
    """The stand-in for the API. Its clients do not wait for anything."""
    return StandIn()


@pytest.fixture
def client(api):
    with api.client() as client:
        yield client


@pytest.fixture(scope="session")
def document():
    """The composed document, from which the client is generated."""
    path = ROOT / "generated/eightbyeight_generated/openapi.json"
    return json.loads(path.read_text("utf-8"))
