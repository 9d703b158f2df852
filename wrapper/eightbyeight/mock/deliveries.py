"""Webhooks on their way: what is to be posted when, how often it was tried, and with what result."""

from __future__ import annotations

import heapq
import json
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

#: Seconds between an attempt that failed and the next.
RETRIES = (1, 10, 30, 90)

PENDING, TRYING, DELIVERED, GIVEN_UP = "pending", "trying", "delivered", "given up"
#: Nobody was there to take it.
RECORDED = "recorded"

_LOGGED = 10_000
_MOST_PENDING = 100_000


class Attempt(NamedTuple):
    """One try.

    Attributes:
        at: When its result was known.
        status: The receiver's HTTP status, or None when there was none.
        error: What went wrong instead.
    """

    at: datetime
    status: int | None
    error: str | None = None


@dataclass(eq=False, slots=True)
class Delivery:
    """One webhook call.

    Attributes:
        id: Its number, from 1.
        kind: `receipt`, `inbound`, `click` or `survey`.
        umid: The message that it is about.
        url: Where it goes; None when no address is known.
        due: When it is tried next; None when it is not.
        state: `pending`, `trying`, `delivered`, `given up` or `recorded`.
        attempts: How it went so far.
    """

    id: int
    kind: str
    umid: str
    url: str | None
    make: Callable[[], dict[str, Any]] = field(repr=False)
    due: datetime | None
    state: str = PENDING
    attempts: tuple[Attempt, ...] = ()

    @property
    def payload(self) -> dict[str, Any]:
        """What is posted."""
        return self.make()

    def body(self) -> bytes:
        """What is posted, as bytes."""
        return json.dumps(self.make(), separators=(",", ":")).encode()


class Deliveries:
    """All webhook calls: a queue in order of time, and a log of the latest."""

    def __init__(self) -> None:
        self._queue: list[tuple[datetime, int, Delivery]] = []
        self._log: OrderedDict[int, Delivery] = OrderedDict()
        self._lock = Lock()
        self._trying: set[Delivery] = set()
        self._last = 0

    def __len__(self) -> int:
        return len(self._log)

    def add(
        self,
        kind: str,
        umid: str,
        url: str | None,
        make: Callable[[], dict[str, Any]],
        at: datetime,
    ) -> Delivery:
        """Enter a webhook call that is due at a time.

        Args:
            kind: See `Delivery`.
            umid: The message.
            url: Where it goes, if anywhere.
            make: Makes the body's content; only called when that is needed.
            at: When it is due.
        """
        with self._lock:
            self._last += 1
            delivery = Delivery(self._last, kind, umid, url, make, at)
            self._log[delivery.id] = delivery
            while len(self._log) > _LOGGED:
                self._log.popitem(last=False)
            self._push(delivery, at)
            if len(self._queue) > _MOST_PENDING:
                dropped = heapq.heappop(self._queue)[2]
                if dropped.due is not None:
                    dropped.state, dropped.due = GIVEN_UP, None
            return delivery

    @property
    def trying(self) -> int:
        """How many are being tried right now."""
        return len(self._trying)

    def next_due(self) -> datetime | None:
        """When something is to be tried next."""
        with self._lock:
            self._drop_stale()
            return self._queue[0][0] if self._queue else None

    def take(self, until: datetime) -> Delivery | None:
        """The next one, to be tried now, if it is due by then; `settle` must follow."""
        with self._lock:
            self._drop_stale()
            if not self._queue or self._queue[0][0] > until:
                return None
            delivery = heapq.heappop(self._queue)[2]
            delivery.state, delivery.due = TRYING, None
            self._trying.add(delivery)
            return delivery

    def settle(self, delivery: Delivery, attempt: Attempt | None) -> None:
        """Note how a try went; None when there was nobody to try."""
        with self._lock:
            if delivery not in self._trying:
                return  # it was forgotten meanwhile
            self._trying.remove(delivery)
            if attempt is None:
                delivery.state = RECORDED
                return
            delivery.attempts += (attempt,)
            tries = len(delivery.attempts)
            if attempt.status is not None and attempt.status < 400:
                delivery.state = DELIVERED
            elif tries > len(RETRIES):
                delivery.state = GIVEN_UP
            else:
                delivery.state = PENDING
                self._push(delivery, attempt.at + timedelta(seconds=RETRIES[tries - 1]))

    def retry(self, delivery: Delivery, now: datetime) -> None:
        """Try once more, now, whatever has become of it."""
        with self._lock:
            if delivery.state != TRYING:
                delivery.state = PENDING
                self._push(delivery, now)

    def get(self, number: int) -> Delivery | None:
        """The webhook call of that number, if it is still in the log."""
        return self._log.get(number)

    def snapshot(self) -> list[Delivery]:
        """The log, the oldest first."""
        with self._lock:
            return list(self._log.values())

    def clear(self) -> None:
        """Forget everything, and what is under way too."""
        with self._lock:
            for _, _, delivery in self._queue:
                delivery.due = None
            self._queue.clear()
            self._trying.clear()
            self._log.clear()
            self._last = 0

    def _push(self, delivery: Delivery, at: datetime) -> None:
        delivery.due = at
        heapq.heappush(self._queue, (at, delivery.id, delivery))

    def _drop_stale(self) -> None:
        # What was put in the queue once more has another time now.
        while self._queue and self._queue[0][0] != self._queue[0][2].due:
            heapq.heappop(self._queue)
