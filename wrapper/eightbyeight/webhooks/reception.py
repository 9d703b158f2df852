"""What happens to a request to a webhook, whatever server it came through.

Refuse what is none, verify, keep, answer, handle. The applications and integrations only carry requests here and
answers back.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from ..core.plain_function import is_async
from ..core.where_raised import where_raised
from ..errors import ConfigurationError
from .parsing import MOST_BYTES, Event, parse
from .request import Answer, IncomingRequest, plain
from .seen import SeenEvents, Turn, key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .verification import Verify

_log = logging.getLogger("eightbyeight.webhooks")

Handler: TypeAlias = Callable[[Event], object]
AsyncHandler: TypeAlias = Callable[[Event], Awaitable[object]]
Persist: TypeAlias = Callable[[bytes], object]
AsyncPersist: TypeAlias = Callable[[bytes], Awaitable[object]]

_REFUSED = {401: "not authorized", 403: "not allowed"}


@dataclass(frozen=True, slots=True)
class Taken:
    """An event that is to be handled."""

    event: Event
    body: bytes = field(repr=False)
    key: bytes = field(repr=False)


class Reception:
    """Takes requests to a webhook, one after another or many at a time.

    Args:
        handler: Called with each event. When it raises, 8x8 gets a 500 and sends the event again.
        verify: Who may pass, such as ``StaticAuthorization("...")``; None lets everybody.
        persist: Called with the body before the answer. The event is handled after the answer then, and is
            yours to repeat from what you have kept when the handler raises.
        max_bytes: Longer bodies are refused.
        remember: How many events are remembered, so that one that comes again is not handled again; 0 for none.
    """

    def __init__(
        self,
        handler: Handler | AsyncHandler,
        *,
        verify: Verify | None,
        persist: Persist | AsyncPersist | None = None,
        max_bytes: int = MOST_BYTES,
        remember: int = 100_000,
    ) -> None:
        for name, value in (("handler", handler), ("verify", verify), ("persist", persist)):
            if not callable(value) and (value is not None or name == "handler"):
                raise ConfigurationError(f"{name} must be callable")
        for name, number in (("max_bytes", max_bytes), ("remember", remember)):
            if isinstance(number, bool) or not isinstance(number, int) or number < 0:
                raise ConfigurationError(f"{name} must be a whole number, 0 or more")
        self.max_bytes = max_bytes
        self._handler = handler
        self._verify = verify
        self._persist = persist
        self._seen = SeenEvents(remember)

    @property
    def is_async(self) -> bool:
        """Whether the handler or ``persist`` has to be awaited."""
        return is_async(self._handler) or is_async(self._persist)

    def refuse_async(self) -> None:
        """Raise ConfigurationError when there is something to await where nobody can."""
        if self.is_async:
            raise ConfigurationError(
                "this is served without an event loop: handler and persist must be plain functions"
            )

    def refuse(self, method: str, length: str | int | None) -> Answer | None:
        """Tell from the method and the header Content-Length alone that a request is not taken."""
        if method != "POST":
            return plain(405, "only POST is taken here", ("Allow", "POST"))
        try:
            is_long = length is not None and int(length) > self.max_bytes
        except ValueError:
            return plain(400, "the header Content-Length is no number")
        return self.too_long() if is_long else None

    def too_long(self) -> Answer:
        """Answer a body that is too long."""
        return plain(
            413, f"a body may have {self.max_bytes} bytes at most", ("Connection", "close")
        )

    def receive(
        self, method: str, headers: Mapping[str, str], body: bytes, peer: str | None
    ) -> Answer:
        """Take a request. ``headers`` has names in lower case."""
        taken = self._take(IncomingRequest(method, headers, body, peer))
        if isinstance(taken, Answer):
            return taken
        is_done = False
        try:
            if self._persist is not None:
                _without_awaiting(self._persist(taken.body))
            else:
                _without_awaiting(self._handler(taken.event))
            is_done = True
        except Exception as error:  # noqa: BLE001  # 8x8 is asked to send it again
            return self._failed(taken, error)
        finally:
            self._seen.end(taken.key, done=is_done)
        return Answer(200, after=None if self._persist is None else partial(self._handle, taken))

    def _handle(self, taken: Taken) -> None:
        try:
            _without_awaiting(self._handler(taken.event))
        except Exception as error:  # noqa: BLE001  # nobody is there any more to be told
            _note(taken, error)

    async def areceive(
        self, method: str, headers: Mapping[str, str], body: bytes, peer: str | None
    ) -> Answer:
        """Take a request in an event loop. Plain functions run in a thread."""
        taken = self._take(IncomingRequest(method, headers, body, peer))
        if isinstance(taken, Answer):
            return taken
        is_done = False
        try:
            if self._persist is not None:
                await _called(self._persist, taken.body)
            else:
                await _called(self._handler, taken.event)
            is_done = True
        except Exception as error:  # noqa: BLE001  # 8x8 is asked to send it again
            return self._failed(taken, error)
        finally:
            self._seen.end(taken.key, done=is_done)
        return Answer(200, after=None if self._persist is None else partial(self._ahandle, taken))

    async def _ahandle(self, taken: Taken) -> None:
        try:
            await _called(self._handler, taken.event)
        except Exception as error:  # noqa: BLE001  # nobody is there any more to be told
            _note(taken, error)

    def _take(self, request: IncomingRequest) -> Taken | Answer:
        refused = self.refuse(request.method, len(request.body))
        if refused is not None:
            return refused
        if self._verify is not None:
            try:
                refusal = self._verify(request)
            except Exception as error:  # noqa: BLE001  # not known whether it may pass: not now
                _log.error("the check of a webhook failed: %s", where_raised(error))
                return plain(500, "the request could not be checked")
            if refusal is not None:
                status = 401 if refusal == 401 else 403
                _log.warning("a request to a webhook was refused: %d", status)
                return plain(status, _REFUSED[status])
        event = parse(request.body, max_bytes=self.max_bytes)
        key = key_of(event.identity, request.body)
        turn = self._seen.begin(key)
        if turn is Turn.FIRST:
            return Taken(event, request.body, key)
        if turn is Turn.DONE:
            return Answer(200)
        # Whether that ends well is not known yet; a 200 now would lose the event if it does not.
        return plain(503, "the same event is being handled", ("Retry-After", "1"))

    @staticmethod
    def _failed(taken: Taken, error: Exception) -> Answer:
        _note(taken, error)
        return plain(500, "the event could not be handled")


async def _called(function: Callable[[Any], object], argument: object) -> None:
    if is_async(function):
        result = function(argument)
    else:
        from asyncio import to_thread

        result = await to_thread(function, argument)
    if inspect.isawaitable(result):  # a lambda or a partial around a coroutine function
        await result


def _without_awaiting(result: object) -> None:
    if inspect.isawaitable(result):
        if inspect.iscoroutine(result):
            result.close()
        raise TypeError("a handler returned something to await, and there is no event loop")


def _note(taken: Taken, error: Exception) -> None:
    """Log a failure: no text and no number, and so not the words of the exception, which may hold them."""
    _log.error("handling a webhook (%s) failed: %s", taken.event.kind, where_raised(error))
