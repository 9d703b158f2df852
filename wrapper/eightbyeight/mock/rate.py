"""The documented request limits."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Limit:
    """At most one request in so many seconds, per sub-account."""

    seconds: float


# By operationId. Sends have limits too, but in the thousands a second, which no test reaches.
LIMITS: dict[str, Limit] = {"getMessageDetails": Limit(seconds=1.0)}

_PRUNE_ABOVE = 10_000


class Limiter:
    """Remembers when each sub-account was last let through."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], datetime] = {}
        self._lock = Lock()

    def wait(self, operation_id: str, subaccount: str, now: datetime) -> float:
        """Let a request through and return 0, or return the seconds left to wait."""
        limit = LIMITS.get(operation_id)
        if limit is None:
            return 0.0
        key = (operation_id, subaccount)
        with self._lock:
            last = self._last.get(key)
            if last is not None:
                left = limit.seconds - (now - last).total_seconds()
                if left > 0:
                    return left
            if len(self._last) >= _PRUNE_ABOVE:
                self._last.clear()
            self._last[key] = now
        return 0.0

    def reset(self) -> None:
        """Forget who came when."""
        with self._lock:
            self._last.clear()
