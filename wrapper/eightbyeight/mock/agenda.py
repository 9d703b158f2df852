"""What happens to which message next, in order of time.

Messages that share their steps, route and fate are moved together: a batch of 10,000 is one entry,
and one computed change. A message has at most one valid entry; what is due is also found by looking
at a single message, long before its entry's turn.

A message that nobody is told about sleeps: it has no entry, and costs nothing until somebody looks at
it. What happened to it meanwhile, and when, follows from its route, its fate and the settings.
"""

from __future__ import annotations

import heapq
from threading import RLock
from typing import TYPE_CHECKING, NamedTuple, Protocol

from eightbyeight.mock.lifecycle import Change, next_change
from eightbyeight.mock.store import ASLEEP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from eightbyeight.mock.settings import Settings
    from eightbyeight.mock.store import Message, Step, Store

# So many times as many messages as the store remembers may wait for something here.
_SLACK = 1.25


class Observer(Protocol):
    """Is told of every change, after it was made."""

    def __call__(self, messages: list[Message], change: Change) -> None:
        """These messages have all changed so."""


class _Foreseen(NamedTuple):
    """What was going to happen to a group, as long as nothing came between.

    Attributes:
        change: The change, or None.
        steps: The steps that it follows from.
        version: The settings that it follows from.
    """

    change: Change
    steps: tuple[Step, ...]
    version: int


# When, a number that keeps the order, to which messages, and what.
_Entry = tuple["datetime", int, list["Message"], _Foreseen]


class Agenda:
    """The changes that are to come.

    Args:
        settings: The mock's settings.
        store: Its messages; those that it has forgotten change no more.
        observer: Who is told of changes.
        is_awaited: Tells whether changes of any of these messages must be made as they fall due.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        observer: Observer,
        is_awaited: Callable[[list[Message]], bool],
    ) -> None:
        self._settings = settings
        self._store = store
        self._observer = observer
        self._is_awaited = is_awaited
        self._entries: list[_Entry] = []
        self._number = 0
        self._noted = 0
        self._earliest: datetime | None = None
        self._has_sleepers = False
        self.lock = RLock()

    def add(self, messages: list[Message]) -> None:
        """Note when something happens to these messages; once more replaces what was noted."""
        with self.lock:
            if not self._is_awaited(messages):
                self._has_sleepers = True
                for message in messages:
                    message.due = ASLEEP
                return
            for group in _alike(messages):
                self._note(group, self._next(group[0]))
            if self._noted > _SLACK * max(self._settings.max_messages, len(messages)):
                self._forget_old()

    def wake(self) -> None:
        """Let no message sleep any longer: what is due of them happens with the next run."""
        if not self._has_sleepers:
            return
        with self.lock:
            self._has_sleepers = False
            asleep = [one for one in self._store.messages() if one.due is ASLEEP]
            for group in _alike(asleep):
                self._note(group, self._next(group[0]))

    def next_due(self) -> datetime | None:
        """When something happens next; at that time it may turn out to be nothing."""
        with self.lock:
            return self._entries[0][0] if self._entries else None

    def run(self, until: datetime) -> None:
        """Make all changes up to a time, in order."""
        while self.run_next(until):
            pass

    def run_next(self, until: datetime) -> bool:
        """Make the changes of the next entry, if it is due by then."""
        with self.lock:
            if not self._entries or self._entries[0][0] > until:
                return False
            due, _, messages, foreseen = heapq.heappop(self._entries)
            self._noted -= len(messages)
            for group in _alike([message for message in messages if message.due == due]):
                change: Change | None = foreseen.change
                if not self._still_holds(foreseen, group[0]):
                    change = self._next(group[0])
                if change is not None and change.at <= due:
                    self._make(group, change)
                    change = self._next(group[0])
                self._note(group, change)
            return True

    def settle(self, message: Message, now: datetime) -> None:
        """Bring one message to where it is at this time, ahead of its entry."""
        with self.lock:
            change = self._next(message)
            while change is not None and change.at <= now:
                self._make([message], change)
                change = self._next(message)

    def move(self, message: Message, changes: Callable[[], Iterable[Change]]) -> None:
        """Make changes by hand, and note anew what comes after them."""
        with self.lock:
            for change in changes():
                self._make([message], change)
            self.add([message])

    def renew(self, now: datetime) -> None:
        """Note everything anew, after a change of settings; what sleeps is to be woken before that."""
        with self.lock:
            self.clear()
            messages = self._store.messages()
            for message in messages:
                message.due = None
            self._earliest = now
            for group in _alike(messages):
                self._note(group, self._next(group[0]))

    def clear(self) -> None:
        """Forget everything that is to come."""
        with self.lock:
            self._entries.clear()
            self._noted = 0
            self._earliest = None
            self._has_sleepers = False

    def _next(self, message: Message) -> Change | None:
        return next_change(message, self._settings, self._earliest)

    def _still_holds(self, foreseen: _Foreseen, message: Message) -> bool:
        # A step never changes, it is replaced.
        return message.steps is foreseen.steps and self._settings.version == foreseen.version

    def _make(self, group: list[Message], change: Change) -> None:
        steps = list(group[0].steps[: change.number - 1])
        steps += [change.step, *group[0].steps[change.number :]]
        shared = tuple(steps)
        for message in group:
            message.steps = shared
        self._observer(group, change)

    def _note(self, group: list[Message], change: Change | None) -> None:
        due = None if change is None else change.at
        for message in group:
            message.due = due
        if change is not None:
            self._number += 1
            self._noted += len(group)
            foreseen = _Foreseen(change, group[0].steps, self._settings.version)
            heapq.heappush(self._entries, (change.at, self._number, group, foreseen))

    def _forget_old(self) -> None:
        """Drop what concerns forgotten messages, so that they can leave memory."""
        entries = [
            (due, number, kept, foreseen)
            for due, number, group, foreseen in self._entries
            if (kept := [m for m in group if m.due == due and self._store.get(m.umid) is m])
        ]
        heapq.heapify(entries)
        self._entries = entries
        self._noted = sum(len(group) for _, _, group, _ in entries)


def _alike(messages: list[Message]) -> list[list[Message]]:
    """The messages in groups that have the same future."""
    if len(messages) == 1:
        return [messages]
    groups: dict[tuple[int, int, int], list[Message]] = {}
    for message in messages:
        key = (id(message.steps), id(message.route), id(message.fate))
        groups.setdefault(key, []).append(message)
    return list(groups.values())
