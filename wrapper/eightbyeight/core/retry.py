"""When to try again, and after how long. Pure arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .outcome import Effect

if TYPE_CHECKING:
    from collections.abc import Callable

_BASE = 0.5
_CAP = 8.0


class Timeouts(NamedTuple):
    """Seconds for each phase of one attempt, and for the whole call with its waits (``deadline``)."""

    connect: float = 5.0
    write: float = 10.0
    read: float = 30.0
    pool: float = 5.0
    deadline: float = 60.0

    def within(self, left: float) -> Timeouts:
        """Shrink every phase, and the deadline, to the ``left`` seconds of the call."""
        if left >= max(self.deadline, self.read, self.write, self.connect, self.pool):
            return self
        return Timeouts(
            connect=min(self.connect, left),
            write=min(self.write, left),
            read=min(self.read, left),
            pool=min(self.pool, left),
            deadline=left,
        )


def may_retry(effect: Effect, *, is_send: bool) -> bool:
    """Tell whether trying again is safe: a send only when provably not executed, a lookup always."""
    return effect is Effect.NOT_SENT or (effect is Effect.UNKNOWN and not is_send)


def wait_before(attempt: int, asked: float | None, random: Callable[[], float]) -> float:
    """Return the seconds to wait before attempt number ``attempt`` + 1.

    ``asked`` is what the server asked for; it is obeyed, with a little jitter on top so that clients do not
    come back in step. Otherwise exponential backoff with full jitter.
    """
    if asked is not None:
        return asked + 0.25 * random()
    return min(_CAP, _BASE * 2.0 ** min(attempt - 1, 10)) * random()
