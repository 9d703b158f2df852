"""A feed of what has changed, for pages that show the mock while it runs."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEPT = 10_000


class News(NamedTuple):
    """Something has changed; what it is now has to be looked up.

    Attributes:
        n: Its number, from 1.
        kind: `message` (a new one), `state`, `batch` (many at once), `webhook` or `reset`.
        umid: The message, or for `batch` the batch's id.
    """

    n: int
    kind: str
    umid: str | None


class Changes:
    """The latest news; the older ones are forgotten.

    Attributes:
        last: The number of the latest.
        followers: How many want news as soon as there are any.
        is_closed: Whether nobody may follow any longer.
    """

    def __init__(self) -> None:
        self._news: deque[News] = deque(maxlen=_KEPT)
        self._lock = Lock()
        self.last = 0
        self.followers = 0
        self.is_closed = False

    def add(self, kind: str, umid: str | None) -> None:
        """Add news."""
        with self._lock:
            self.last += 1
            self._news.append(News(self.last, kind, umid))

    def since(self, number: int, most: int = 1000) -> list[News]:
        """The news after a number, the oldest first."""
        with self._lock:
            # The numbers have no gaps, so the first new one's place is known.
            first = self.last - len(self._news)
            return [self._news[i] for i in range(max(number - first, 0), len(self._news))][:most]

    def has_forgotten(self, number: int) -> bool:
        """Whether news after this number are gone."""
        with self._lock:
            return number < self.last - len(self._news)

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Count one who follows."""
        self._count(+1)
        try:
            yield
        finally:
            self._count(-1)

    def open(self) -> None:
        """Let streams of this feed begin."""
        self.is_closed = False

    def close(self) -> None:
        """End the streams of this feed: the server stops."""
        self.is_closed = True

    def _count(self, more: int) -> None:
        with self._lock:
            self.followers += more
