"""Clients that talk to a mock, or to a server that gives canned replies, sync and async alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
from contract import bodies

from eightbyeight import AsyncClient, Client

KEY = "key-Zx81-never-to-be-shown"
SUBACCOUNT = "acme_hq"
WAYS = ("sync", "async")
RECIPIENT = "+6591234567"
SECRET_TEXT = "Your code is 482913"


def converse(way: str, transport: Any, talk: Callable[[Any], Any], **options: Any) -> Any:
    """Let `talk` use a client of a transport, and wait for what it returns where that is needed.

    The limits that clients keep by themselves are off, so that those of the server show.
    """
    settings: dict[str, Any] = {"rate_limits": False, "transport": transport} | options
    settings.setdefault("api_key", KEY)
    settings.setdefault("subaccount_id", SUBACCOUNT)
    if way == "sync":
        with Client(**settings) as client:
            return talk(client)

    async def twin() -> Any:
        async with AsyncClient(**settings) as client:
            return await talk(client)

    return asyncio.run(twin())


def ask(operation: str, body: Any = None) -> Callable[[Any], Any]:
    """A call of an operation, with its first example in the document if there is no body."""
    if body is None and bodies.OPERATIONS[operation].examples:
        body = bodies.OPERATIONS[operation].examples[0]
    return lambda client: client.request(operation, body, **bodies.PATHS.get(operation, {}))


class Canned(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers with one reply after the other; the last one is repeated."""

    def __init__(self, *replies: httpx.Response) -> None:
        self.replies = replies
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Give the next reply."""
        request.read()
        return self._next(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Give the next reply."""
        await request.aread()
        return self._next(request)

    def _next(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self.replies[min(len(self.requests), len(self.replies)) - 1]
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)
