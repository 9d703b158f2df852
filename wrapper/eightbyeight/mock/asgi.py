"""ASGI: a thin shell that collects a request, asks the pure handler and sends its answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from eightbyeight.mock.app import MockApp

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]


async def serve(app: MockApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one ASGI scope: http or lifespan."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _http(app, scope, receive, send)
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})


async def _http(app: MockApp, scope: Scope, receive: Receive, send: Send) -> None:
    body = await _body(receive, app.settings.max_body_bytes)
    if body is None:
        return
    status, headers, content = app.handle(scope["method"], _target(scope), scope["headers"], body)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def _body(receive: Receive, most: int) -> bytes | None:
    """The request's body, cut one byte above the allowed length; None when the client left.

    The rest is read and dropped, since a client that is still sending would not see the refusal.
    """
    event = await receive()
    if event["type"] == "http.request" and not event.get("more_body"):
        return bytes(event.get("body", b""))[: most + 1]
    chunks = bytearray()
    while event["type"] == "http.request":
        chunks += event.get("body", b"")[: most + 1 - len(chunks)]
        if not event.get("more_body"):
            return bytes(chunks)
        event = await receive()
    return None


def _target(scope: Scope) -> str:
    raw = scope.get("raw_path")
    # The raw path keeps an encoded slash inside a parameter apart from a separator.
    path = raw.decode("latin-1").partition("?")[0] if raw else quote(scope["path"])
    query = scope.get("query_string", b"")
    return f"{path}?{query.decode('latin-1')}" if query else path


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return
