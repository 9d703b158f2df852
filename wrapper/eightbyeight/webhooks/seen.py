"""Remembers which events were handled, so that one that comes again is not handled again."""

from __future__ import annotations

import hashlib
import threading
from enum import Enum


class Turn(Enum):
    """What is to be done with an event."""

    FIRST = "first"  # handle it
    UNDER_WAY = "under way"  # the same one is being handled at this moment
    DONE = "done"  # it was handled


class SeenEvents:
    """The last ``capacity`` events that were handled; about 150 bytes each. Safe to share between threads."""

    def __init__(self, capacity: int = 100_000) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._done: dict[bytes, None] = {}
        self._under_way: set[bytes] = set()

    def begin(self, key: bytes) -> Turn:
        """Note that the event is handled now, unless it is or was already."""
        with self._lock:
            if key in self._done:
                return Turn.DONE
            if key in self._under_way:
                return Turn.UNDER_WAY
            self._under_way.add(key)
            return Turn.FIRST

    def end(self, key: bytes, *, done: bool) -> None:
        """Note that handling an event has ended; one that failed may come again."""
        with self._lock:
            self._under_way.discard(key)
            if not done or self._capacity < 1:
                return
            self._done[key] = None
            if len(self._done) > self._capacity:
                del self._done[next(iter(self._done))]


def key_of(identity: str | None, body: bytes) -> bytes:
    """Return what an event is remembered by: its identity, or all of it."""
    text = body if identity is None else identity.encode("utf-8", "surrogatepass")
    kind = b"body" if identity is None else b"identity"
    return hashlib.blake2b(text, digest_size=16, person=kind).digest()
