"""Watches what the API answers for what the description does not know, and tells each once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from itertools import count
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeAlias

from .core.drift import Drift
from .core.drift_check import UNREADABLE, drifts_of
from .core.plain_function import is_async
from .core.reply import Reply
from .core.where_raised import where_raised
from .errors import ConfigurationError
from .io.description import documented_answers
from .io.drift_report import DriftReport
from .results.view import Result

if TYPE_CHECKING:
    from .core.call import Call
    from .core.exchange import Happened, Step

OnDrift: TypeAlias = Callable[[Drift], object] | str | PathLike[str]
"""What takes drift: a function, such as a DriftReport, or the file of a report."""

_log = logging.getLogger("eightbyeight.drift")
_MOST_TOLD = 1000  # differences that one client remembers
_MOST_BYTES = 1_000_000  # of a body that nobody has decoded yet


class DriftWatch:
    """Compares the replies of a client, and of its copies, with the description.

    Args:
        on_drift: What is told each difference once, in the thread of the call, after its result is known.

    Raises:
        ConfigurationError: It cannot be told anything.
    """

    def __init__(self, on_drift: OnDrift) -> None:
        if isinstance(on_drift, str | PathLike):
            on_drift = DriftReport(on_drift)
        elif not callable(on_drift) or is_async(on_drift):
            raise ConfigurationError(
                "on_drift must be a plain function that takes a Drift, a DriftReport, or the path of a report"
            )
        self._on_drift = on_drift
        self._answers = documented_answers()
        self._turns = count()
        self._told: dict[tuple[str, str, str, str], object] = {}
        self._logged: dict[str, object] = {}

    def watch(self, call: Call[Any]) -> CallWatch:
        """Return what looks at the replies that ``call`` meets, when it has ended."""
        return CallWatch(self, call)

    def look(self, call: Call[Any], replies: list[Reply], result: object) -> None:
        """Tell what the replies of a call hold that the description does not know. Only Ctrl-C leaves it."""
        try:
            for reply in replies:
                body = _decoded(reply, result)
                answers = self._answers.get(call.operation)
                if body is None or answers is None:
                    continue
                turn = next(self._turns)
                for drift in drifts_of(answers, reply.status, reply.headers, body[0], turn):
                    self._tell(drift, call)
        except Exception as error:  # noqa: BLE001  # the call is to end as it would without this
            self._log_once("looking at a reply of %s for drift failed: %s", call.operation, error)

    def _tell(self, drift: Drift, call: Call[Any]) -> None:
        key = (drift.operation, drift.kind.value, drift.path, drift.seen)
        if key in self._told:
            return
        if len(self._told) >= _MOST_TOLD:
            self._log_once("on_drift was told %d differences; of others it is not told", _MOST_TOLD)
            return
        mine = object()
        if self._told.setdefault(key, mine) is not mine:
            return  # of threads that see the same at once, one tells it
        try:
            self._on_drift(drift)
        except Exception as error:  # noqa: BLE001  # likewise
            self._log_once("on_drift failed after a call of %s: %s", call.operation, error)

    def _log_once(self, words: str, what: object, error: Exception | None = None) -> None:
        """Log it the first time. An exception's own words stay out, for they may hold anything."""
        mine = object()
        if self._logged.setdefault(words, mine) is mine:
            _log.error(words, what, *([] if error is None else [where_raised(error)]))


class CallWatch:
    """Keeps the replies of one call until it has ended."""

    __slots__ = ("_call", "_drift", "_replies")

    def __init__(self, drift: DriftWatch, call: Call[Any]) -> None:
        self._drift = drift
        self._call = call
        self._replies: list[Reply] = []

    def before(self, step: Step) -> None:
        """Wait for the reply."""

    def after(self, happened: Happened, now: float) -> None:  # noqa: ARG002  # the time does not matter
        """Keep a reply."""
        if isinstance(happened, Reply):
            self._replies.append(happened)

    def ended(self, result: Any, error: BaseException | None) -> None:
        """Look at the replies; but nothing is to hold up Ctrl-C."""
        if error is None or isinstance(error, Exception):
            self._drift.look(self._call, self._replies, result)


def _decoded(reply: Reply, result: object) -> tuple[Any] | None:
    """Return the body in a tuple; None when it has not been decoded and is too long to do so again."""
    if isinstance(result, Result) and result.response is reply and result.is_readable:
        return (result.to_dict(),)
    if len(reply.content) > _MOST_BYTES:
        return None
    try:
        return (reply.json(),)
    except (ValueError, RecursionError):
        return (UNREADABLE,)
