"""A webhook as a WSGI application, for gunicorn, waitress, mod_wsgi and the like."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from .reception import Reception
from .request import Answer, cut_short, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from .reception import Handler, Persist
    from .verification import Verify

    StartResponse = Callable[..., object]


class WsgiWebhookApp:
    """A WSGI application that takes 8x8's webhooks.

    Args:
        handler: Called with each event. When it raises, 8x8 gets a 500 and sends the event again, up to four
            times in two minutes.
        verify: Who may pass, such as ``StaticAuthorization("...")``; None lets everybody.
        path: Where it listens; None for any path.
        persist: Called with the body before the answer. The event is handled after the answer then, and is
            yours to repeat from what you have kept when the handler raises.
        max_bytes: Longer bodies are refused.
        remember: How many events are remembered, so that one that comes again is not handled again; 0 for none.

    Raises:
        ConfigurationError: An argument is of the wrong type, or a function is asynchronous.

    See https://developer.8x8.com/connect/docs/whatsapp/whatsapp-webhooks
    """

    def __init__(
        self,
        handler: Handler,
        *,
        verify: Verify | None,
        path: str | None = None,
        persist: Persist | None = None,
        max_bytes: int = 1 << 20,
        remember: int = 100_000,
    ) -> None:
        self._path = path
        self._reception = Reception(
            handler, verify=verify, persist=persist, max_bytes=max_bytes, remember=remember
        )
        self._reception.refuse_async()

    def __call__(
        self, environ: Mapping[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        """Serve, as WSGI asks for it."""
        answer = self.answer(environ)
        headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
        return _Closing(answer)

    def answer(self, environ: Mapping[str, Any]) -> Answer:
        """Take one request and return what to answer, for frameworks that answer themselves."""
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        if self._path is not None and path != self._path:
            return plain(404, "nothing is here")
        method, length = environ["REQUEST_METHOD"], environ.get("CONTENT_LENGTH") or None
        refused = self._reception.refuse(method, length)
        if refused is not None:
            return refused
        body = self._body(environ, length)
        if length is not None and len(body) < int(length):
            return cut_short()
        if len(body) > self._reception.max_bytes:
            return self._reception.too_long()
        return self._reception.receive(
            method, headers_in(environ), body, environ.get("REMOTE_ADDR") or None
        )

    def _body(self, environ: Mapping[str, Any], length: str | None) -> bytes:
        """Read the body, but never more than one byte too many."""
        if length is not None:
            left = int(length)
        else:  # only a server that marks the end itself may be read from without a length
            left = self._reception.max_bytes + 1 if environ.get("wsgi.input_terminated") else 0
        pieces = []
        while left > 0 and (piece := environ["wsgi.input"].read(left)):
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)


def headers_in(environ: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of a request, with names in lower case."""
    return {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") and isinstance(value, str)
    }


class _Closing:
    """A body; servers call ``close`` once it is sent."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return iter([self._answer.body] if self._answer.body else [])

    def close(self) -> None:
        """Do what remains to be done."""
        if self._answer.after is not None:
            self._answer.after()
