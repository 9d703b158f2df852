"""Turns the steps of a call, and what came of them, into what hooks are told."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from .core.exchange import Admit, Pause, Settle, Transmit
from .core.identifier import identifier_or_none
from .core.outcome import Effect, effect_of_failure, effect_of_status
from .core.reply import Reply
from .errors import ApiError, MessageRejected
from .hooks import AttemptView, CallEnd, WaitView
from .results.view import Result

if TYPE_CHECKING:
    from .core.exchange import Happened, Step
    from .core.history import History
    from .core.send_state import SendState
    from .hooks import CallView, Hooks


class HookWatch:
    """Tells hooks of one call.

    Args:
        hooks: What is told. Only Ctrl-C may leave them.
        call: What they may see of the call.
        history: What has happened to it, kept by the exchange.
        started: When it began, on the monotonic clock.
    """

    __slots__ = (
        "_asked",
        "_call",
        "_history",
        "_hooks",
        "_is_new",
        "_last",
        "_left",
        "_now",
        "_number",
        "_started",
        "_told",
    )

    def __init__(self, hooks: Hooks, call: CallView, history: History, started: float) -> None:
        self._hooks = hooks
        self._call = call
        self._history = history
        self._started = self._now = self._left = started
        self._asked = False  # the limiter, in the last step
        self._number = 0  # of the attempt that has begun last
        self._told = 0  # of the one whose end was told last
        self._last: AttemptView | None = None
        self._is_new = True

    def before(self, step: Step) -> None:
        """Tell what is going to happen, and before that how the attempt went that is over."""
        if self._is_new:
            self._is_new = False
            self._hooks.call_started(self._call)
        if isinstance(step, Settle):
            return  # first the end goes on the disk, then it is told
        self._tell_attempt(self._now)
        if isinstance(step, Transmit):
            self._number += 1
            self._left = self._now
            self._hooks.attempt_started(self._call, self._number)
        elif isinstance(step, Pause):
            wait = (
                WaitView(step.seconds, "rate_limit")
                if self._asked
                else WaitView(step.seconds, "retry", self._last)
            )
            self._hooks.waiting(self._call, wait)
        self._asked = isinstance(step, Admit)

    def after(self, happened: Happened, now: float) -> None:  # noqa: ARG002  # the history knows it
        """Look at the clock."""
        self._now = now

    def ended(self, result: Any, error: BaseException | None) -> None:
        """Tell the end."""
        now = time.monotonic()
        try:
            self._tell_attempt(now)
        finally:
            self._hooks.call_ended(self._call, self._end(result, error, now - self._started))

    def _tell_attempt(self, now: float) -> None:
        """Tell how the last attempt has ended, unless that is told."""
        if self._told == self._number:
            return
        self._told = self._number
        last = self._history.last
        if len(self._history.attempts) < self._number or last is None:  # cut off on its way
            view = AttemptView(self._number, None, "interrupted", now - self._left, Effect.UNKNOWN)
        elif isinstance(last, Reply):
            effect = effect_of_status(last.status)
            view = AttemptView(self._number, last.status, None, self._now - self._left, effect)
        else:
            effect = effect_of_failure(last)
            view = AttemptView(self._number, None, last.kind, self._now - self._left, effect)
        self._last = view
        self._hooks.attempt_ended(self._call, view)

    def _end(self, result: Any, error: BaseException | None, duration: float) -> CallEnd:
        history = self._history
        state: SendState | None = None
        if self._call.is_send:
            state = history.state() if error is None else history.failed_as or history.state(error)
        umid = batch_id = code = error_id = None
        if isinstance(result, Result):
            umid, batch_id = result.text_or_none("umid"), result.text_or_none("batchId")
        elif isinstance(error, MessageRejected):
            umid = error.umid
        if isinstance(error, ApiError):
            code, error_id = error.code, error.error_id
        return CallEnd(
            state=state,
            error=None if error is None else type(error),
            attempts=self._number,
            duration=duration,
            status=None if history.reply is None else history.reply.status,
            code=code,
            error_id=identifier_or_none(error_id),
            umid=identifier_or_none(umid),
            batch_id=identifier_or_none(batch_id),
        )
