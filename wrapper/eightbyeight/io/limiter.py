"""Rate limiters: they hand out slots, so that threads and event loops share one quota."""

from __future__ import annotations

import functools
import threading
import time
from typing import TYPE_CHECKING, Protocol

from ..core.rate import Slot, after_freeze, after_slot, wait_for_slot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..core.rate import Quota


class Limiter(Protocol):
    """What a client asks of a limiter. It must be safe to share between threads and never wait for a slot itself.

    One that does input and output says so by a true ``is_remote``: an AsyncClient then calls it in a thread. It
    raises NotSent when it cannot be asked.
    """

    def reserve(self, quotas: Sequence[Quota], at_most: float) -> Slot:
        """Take a slot in every bucket, at most ``at_most`` seconds away, and say when it may be used.

        When it is further away, or the limiter keeps no places, no slot is taken: the wait tells when to ask again.
        """
        ...

    def freeze(self, quotas: Sequence[Quota], seconds: float) -> None:
        """Hand out no slot for so many seconds: the API refused a request."""
        ...


class MemoryLimiter:
    """A limiter for one process. ``clock`` returns seconds that only go forward."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._full_at: dict[str, float] = {}

    def reserve(self, quotas: Sequence[Quota], at_most: float) -> Slot:
        """Take a slot in every bucket; see Limiter."""
        with self._lock:
            now, full_at, wait = self._clock(), self._full_at, 0.0
            for quota in quotas:
                state = full_at.get(quota.bucket, now)
                wait = max(wait, wait_for_slot(state, now, quota.rate))
            if wait > at_most:
                return Slot(wait, is_taken=False)
            for quota in quotas:
                state = full_at.get(quota.bucket, now)
                full_at[quota.bucket] = after_slot(state, now, quota.rate)
            return Slot(wait, is_taken=True)

    def freeze(self, quotas: Sequence[Quota], seconds: float) -> None:
        """Hand out no slot for so many seconds; see Limiter."""
        with self._lock:
            now = self._clock()
            for quota in quotas:
                state = self._full_at.get(quota.bucket, now)
                self._full_at[quota.bucket] = after_freeze(state, now + seconds, quota.rate)


@functools.cache
def shared_limiter() -> MemoryLimiter:
    """Return the limiter that all clients of this process share unless they are given another."""
    return MemoryLimiter()
