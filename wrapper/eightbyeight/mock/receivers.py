"""Receivers of webhooks in this process: a function, or an ASGI application. No socket is opened."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from eightbyeight.mock.asgi import Event, Scope

Headers = dict[str, str]
#: Takes the address, the headers and the body, and returns the HTTP status.
Receiver = Callable[[str, Headers, bytes], int]
#: An ASGI application.
Application = Callable[[Any, Any, Any], Awaitable[None]]

#: Where webhooks go when a receiver is connected and no address is set.
URL = "http://receiver.mock/"


def receiver_of(given: Receiver | Application) -> Receiver:
    """Make a function of what was given; what is asynchronous is an ASGI application."""
    call = type(given).__call__
    if inspect.iscoroutinefunction(given) or inspect.iscoroutinefunction(call):
        return _Asgi(given)
    return given  # type: ignore[return-value]


class _Asgi:
    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(self, url: str, headers: Headers, body: bytes) -> int:
        statuses: list[int] = []

        async def send(event: Event) -> None:
            if event["type"] == "http.response.start":
                statuses.append(event["status"])

        requests = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Event:
            return requests.pop() if requests else {"type": "http.disconnect"}

        async def work() -> None:
            await self._app(_scope(url, headers), receive, send)

        _finish(work)
        if not statuses:
            raise RuntimeError("the application has not answered")
        return statuses[0]


def _scope(url: str, headers: Headers) -> Scope:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": parts.scheme,
        "path": unquote(parts.path) or "/",
        "raw_path": (parts.path or "/").encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [
            (b"host", host.encode()),
            *((name.lower().encode(), value.encode()) for name, value in headers.items()),
        ],
        "client": ("127.0.0.1", 0),
        "server": (parts.hostname or "", parts.port or 80),
    }


def _finish(work: Callable[[], Any]) -> None:
    """Run a coroutine to its end, also when this thread runs an event loop already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work())
        return
    failures: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work())
        except Exception as error:  # noqa: BLE001 - it goes on in the other thread
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
