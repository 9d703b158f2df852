"""ASGI: a thin shell that collects a request, asks the pure handler and sends its answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import anyio

from eightbyeight.mock import streaming
from eightbyeight.mock.connection import (
    BrokenOnPurpose,
    Connection,
    connection_of,
    settled_exchange,
)
from eightbyeight.mock.effects import cut_in_half, exchange_of, pieces_of

if TYPE_CHECKING:
    from eightbyeight.mock.app import MockApp
    from eightbyeight.mock.effects import Exchange

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
    if streaming.owns(app, scope):
        await streaming.stream(app, scope, receive, send)
        return
    body = await _body(receive, app.settings.max_body_bytes)
    if body is None:
        return
    connection = connection_of(scope)
    exchange = settled_exchange(scope)
    if exchange is None:
        headers = [(name, value) for name, value in scope["headers"]]
        asked = scope["method"], _target(scope), headers, body
        tls = connection.tls if connection is not None else None
        response = app.handle(*asked, tls=tls) if tls is not None else app.handle(*asked)
        exchange = exchange_of(response)
    if exchange.delay:
        await anyio.sleep(exchange.delay)
    if exchange.response is None or exchange.ending == "cut":
        await _break(exchange, connection, receive, send)
        return
    status, headers, content = exchange.response
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if exchange.ending == "drip":
        pieces = pieces_of(content)
        for piece in pieces:
            await anyio.sleep(exchange.seconds / len(pieces))
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        content = b""
    await send({"type": "http.response.body", "body": content})


async def _break(
    exchange: Exchange, connection: Connection | None, receive: Receive, send: Send
) -> None:
    """End an exchange without a whole answer."""
    if exchange.response is not None:
        status, headers, content = exchange.response
        await send({"type": "http.response.start", "status": status, "headers": headers})
        sent = cut_in_half(content)
        await send({"type": "http.response.body", "body": sent, "more_body": True})
    elif exchange.ending == "silent":
        with anyio.move_on_after(exchange.seconds):
            await _gone(receive)
    if connection is None:
        raise BrokenOnPurpose(f"the connection ends here on purpose: {exchange.ending}")
    if exchange.ending in ("reset", "refused"):
        connection.reset()
    else:
        connection.close()
    # The server takes note of the end first, or it would take this for a fault of the app.
    await _gone(receive)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


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
