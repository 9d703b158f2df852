"""A webhook as an ASGI application, for uvicorn, hypercorn and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .reception import Reception
from .request import Answer, cut_short, lower_names, plain

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from .reception import AsyncHandler, AsyncPersist, Handler, Persist
    from .verification import Verify

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]


class AsgiWebhookApp:
    """An ASGI application that takes 8x8's webhooks.

    Args:
        handler: Called with each event, awaited if it is asynchronous, in a thread if not. When it raises, 8x8
            gets a 500 and sends the event again, up to four times in two minutes.
        verify: Who may pass, such as ``StaticAuthorization("...")``; None lets everybody.
        path: Where it listens; None for any path.
        persist: Called with the body before the answer. The event is handled after the answer then, and is
            yours to repeat from what you have kept when the handler raises.
        max_bytes: Longer bodies are refused.
        remember: How many events are remembered, so that one that comes again is not handled again; 0 for none.

    Raises:
        ConfigurationError: An argument is of the wrong type.

    See https://developer.8x8.com/connect/docs/whatsapp/whatsapp-webhooks
    """

    def __init__(
        self,
        handler: Handler | AsyncHandler,
        *,
        verify: Verify | None,
        path: str | None = None,
        persist: Persist | AsyncPersist | None = None,
        max_bytes: int = 1 << 20,
        remember: int = 100_000,
    ) -> None:
        self._path = path
        self._reception = Reception(
            handler, verify=verify, persist=persist, max_bytes=max_bytes, remember=remember
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, as ASGI asks for it."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            answer = await self.answer(scope, receive)
            headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
            await send(
                {
                    "type": "http.response.start",
                    "status": answer.status,
                    "headers": [(n.lower().encode(), v.encode()) for n, v in headers],
                }
            )
            await send({"type": "http.response.body", "body": answer.body})
            if answer.after is not None:
                await answer.after()
        else:
            await send({"type": "websocket.close"})

    async def answer(self, scope: Scope, receive: Receive) -> Answer:
        """Take one request and return what to answer, for frameworks that answer themselves."""
        if self._path is not None and scope["path"] != self._path:
            return plain(404, "nothing is here")
        headers = lower_names(
            (n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"]
        )
        method = scope["method"]
        refused = self._reception.refuse(method, headers.get("content-length"))
        if refused is not None:
            return refused
        body = await self._body(receive)
        if isinstance(body, Answer):
            return body
        peer = scope.get("client")
        return await self._reception.areceive(method, headers, body, peer[0] if peer else None)

    async def _body(self, receive: Receive) -> bytes | Answer:
        """Read the body. What is left of one that is too long is not read."""
        pieces, size = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return cut_short()
            piece = message.get("body", b"")
            size += len(piece)
            if size > self._reception.max_bytes:
                return self._reception.too_long()
            pieces.append(piece)
            if not message.get("more_body", False):
                return b"".join(pieces)


async def _live(receive: Receive, send: Send) -> None:
    """Tell the server that there is nothing to set up and nothing to take down."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return
