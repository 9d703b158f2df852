"""Keeps the latest status of messages, from receipts in any order."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from concurrent.futures import Future, InvalidStateError
from typing import TYPE_CHECKING, Any, Protocol

from .known_status import merge, status_of
from .parsing import parse
from .receipts import ReceiptView

if TYPE_CHECKING:
    from collections.abc import Callable

    from .known_status import KnownStatus
    from .parsing import Event


class TakesReceipts(Protocol):
    """What a book passes receipts on to: a ``Journal``, or anything with this method."""

    def add_receipt(self, payload: Mapping[str, Any]) -> bool:
        """Keep a receipt. ``payload`` is the JSON of the webhook as it arrived."""
        ...


class StatusBook:
    """The latest status of the messages whose receipts came last. Safe to share between threads.

    Its ``add`` is a handler for webhooks as it stands.

    Args:
        capacity: Of how many messages it remembers the status; those that were silent for longest go first.
        journal: Where each receipt is written down before it counts, for ``Client.reconcile``.
        on_change: Called with the new status of a message, whenever it differs from the one before. If it
            raises, so does ``add``, and the same receipt counts as a change again when it comes again.
    """

    def __init__(
        self,
        *,
        capacity: int = 100_000,
        journal: TakesReceipts | None = None,
        on_change: Callable[[KnownStatus], object] | None = None,
    ) -> None:
        if capacity < 1:
            raise ValueError("capacity must be at least 1")
        self._capacity = capacity
        self._journal = journal
        self._on_change = on_change
        self._lock = threading.Lock()
        self._known: dict[str, KnownStatus] = {}
        self._waiting: dict[str, list[_Waiting]] = {}

    def add(self, event: Event | Mapping[str, Any]) -> bool:
        """Take a receipt, as an event or as the JSON of a webhook. Other events are left alone.

        Returns:
            Whether the status of a message has changed.
        """
        if isinstance(event, Mapping):
            event = parse(event)
        if not isinstance(event, ReceiptView):
            return False
        if self._journal is not None:
            self._journal.add_receipt(event.to_dict())
        told = status_of(event)
        if told is None:
            return False
        with self._lock:
            before = self._known.pop(told.umid, None)
            now = told if before is None else merge(before, told)
            self._known[told.umid] = now
            if len(self._known) > self._capacity:
                del self._known[next(iter(self._known))]
            if now == before:
                return False
            waiting = [w for w in self._waiting.get(told.umid, ()) if w.until(now)]
        for one in waiting:
            one.tell(now)
        if self._on_change is not None:
            self._tell(self._on_change, before, now)
        return True

    def _tell(
        self,
        on_change: Callable[[KnownStatus], object],
        before: KnownStatus | None,
        now: KnownStatus,
    ) -> None:
        try:
            on_change(now)
        except BaseException:
            with self._lock:
                if self._known.get(now.umid) is now:
                    del self._known[now.umid]
                    if before is not None:
                        self._known[now.umid] = before
            raise

    def get(self, umid: str) -> KnownStatus | None:
        """Return what is known of a message."""
        with self._lock:
            return self._known.get(umid)

    def __len__(self) -> int:
        with self._lock:
            return len(self._known)

    def when(self, umid: str, until: Callable[[KnownStatus], bool]) -> Future[KnownStatus]:
        """Return a future that is done once ``until`` is true of the message's status, perhaps at once.

        Cancel it when you no longer wait for it.
        """
        future: Future[KnownStatus] = Future()
        waiting = _Waiting(until, future)
        with self._lock:
            known = self._known.get(umid)
            is_there = known is not None and until(known)
            if not is_there:
                self._waiting.setdefault(umid, []).append(waiting)
        if is_there and known is not None:
            future.set_result(known)
        else:
            future.add_done_callback(lambda _: self._forget(umid, waiting))
        return future

    def _forget(self, umid: str, waiting: _Waiting) -> None:
        with self._lock:
            others = [one for one in self._waiting.pop(umid, []) if one is not waiting]
            if others:
                self._waiting[umid] = others

    def __repr__(self) -> str:
        return f"StatusBook({len(self)} messages)"


class _Waiting:
    """Somebody who waits for a message."""

    __slots__ = ("future", "until")

    def __init__(self, until: Callable[[KnownStatus], bool], future: Future[KnownStatus]) -> None:
        self.until = until
        self.future = future

    def tell(self, status: KnownStatus) -> None:
        """End the wait, unless it was given up or ended by another thread."""
        with contextlib.suppress(InvalidStateError):
            self.future.set_result(status)
