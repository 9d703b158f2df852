"""The feed of changes as a stream of server-sent events, for pages that show the mock live.

See also: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import anyio

from eightbyeight.mock import control
from eightbyeight.mock.questions import ControlError, Question

if TYPE_CHECKING:
    from eightbyeight.mock.app import MockApp
    from eightbyeight.mock.asgi import Receive, Scope, Send
    from eightbyeight.mock.changes import News

PATH = f"{control.PREFIX}/events"
_SECONDS = 0.1
# A comment now and then shows both ends that the other one is still there.
_QUIET_ROUNDS = 150


def owns(app: MockApp, scope: Scope) -> bool:
    """Whether a request asks for the stream, and a server is there to send it."""
    return app.is_served and scope["method"] == "GET" and scope["path"] == PATH


async def stream(app: MockApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Send events until the client leaves or the server stops."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    try:
        control.guard(app, headers, b"")
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        if b"last-event-id" in headers:
            # A browser that comes back after an interruption says where it was.
            query["since"] = [headers[b"last-event-id"].decode("latin-1")]
        app.catch_up()
        last = Question(app, query, b"").number("since", app.changes.last)
    except ControlError as error:
        content = json.dumps({"error": str(error)}).encode()
        await _start(send, error.status, b"application/json")
        await send({"type": "http.response.body", "body": content})
        return
    await _start(send, 200, b"text/event-stream")
    async with anyio.create_task_group() as tasks:

        async def end_with_client() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            tasks.cancel_scope.cancel()

        tasks.start_soon(end_with_client)
        with app.changes.followed():
            await _send_news(app, last, send)
        tasks.cancel_scope.cancel()


async def _start(send: Send, status: int, kind: bytes) -> None:
    headers = [(b"content-type", kind), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _send_news(app: MockApp, last: int, send: Send) -> None:
    quiet = 0
    await send({"type": "http.response.body", "body": b": here\n\n", "more_body": True})
    while not app.changes.is_closed:
        found = app.changes.since(last)
        quiet = 0 if found else quiet + 1
        if found:
            last = found[-1].n
            body = b"".join(map(_event, found))
            await send({"type": "http.response.body", "body": body, "more_body": True})
        elif quiet % _QUIET_ROUNDS == 0:
            await send({"type": "http.response.body", "body": b": here\n\n", "more_body": True})
        await anyio.sleep(_SECONDS)
    await send({"type": "http.response.body", "body": b""})


def _event(news: News) -> bytes:
    data = json.dumps(news._asdict(), separators=(",", ":"))
    return f"id: {news.n}\ndata: {data}\n\n".encode()
