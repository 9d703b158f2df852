"""What is logged of calls. It is built on what hooks see, and so has no secret to tell."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from .core.send_state import SendState
from .hook_guard import GuardedHooks
from .hooks import Hooks

if TYPE_CHECKING:
    from .hooks import AttemptView, CallEnd, CallView, WaitView

_log = logging.getLogger("eightbyeight.calls")
_SHORT = 1.0  # seconds that a wait for the rate limit may take without a word at INFO


class CallLog(Hooks):
    """Logs each attempt and each success at DEBUG, waits and failures at INFO.

    What has an unknown outcome is logged by the client itself, at WARNING, whether this is in use or not.
    """

    def attempt_ended(self, call: CallView, attempt: AttemptView) -> None:
        """Log an attempt."""
        _log.debug(
            "%s %s, attempt %d: %s after %.3f s",
            call.method,
            call.operation,
            attempt.number,
            _ending(attempt),
            attempt.duration,
        )

    def waiting(self, call: CallView, wait: WaitView) -> None:
        """Log a wait; a short one for the rate limit is usual."""
        if wait.attempt is not None:
            ended = _ending(wait.attempt)
            _log.info("%s: %s, trying again in %.3f s", call.operation, ended, wait.seconds)
        else:
            level = logging.INFO if wait.seconds >= _SHORT else logging.DEBUG
            words = "%s: waiting %.3f s to keep the rate limit"
            _log.log(level, words, call.operation, wait.seconds)

    def call_ended(self, call: CallView, end: CallEnd) -> None:
        """Log the outcome of a call."""
        level = logging.INFO if end.error else logging.DEBUG
        if end.state is SendState.UNKNOWN or not _log.isEnabledFor(level):
            return
        facts = [
            end.error.__name__ if end.error else None,
            f"HTTP {end.status}" if end.error and end.status else None,
            f"code {end.code}" if end.code is not None else None,
            f"error_id {end.error_id}" if end.error_id else None,
            f"umid {end.umid}" if end.umid else None,
            f"batch {end.batch_id}" if end.batch_id else None,
            f"client_message_id {call.client_message_id}" if call.client_message_id else None,
            f"attempts {end.attempts}",
            f"{end.duration:.3f} s",
        ]
        _log.log(
            level,
            "%s %s: %s",
            call.operation,
            end.state or ("failed" if end.error else "succeeded"),
            ", ".join(fact for fact in facts if fact),
        )


def _ending(attempt: AttemptView) -> str:
    return f"failed ({attempt.failure})" if attempt.status is None else f"HTTP {attempt.status}"


CALL_LOG = GuardedHooks((CallLog(),))
