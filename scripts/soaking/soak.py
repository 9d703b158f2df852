"""The soak itself: send, start again, send what is left, deliver receipts, reconcile, and judge."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eightbyeight import Journal, SendState

from .ledger import Ledger
from .proxy import Outages
from .proxy_process import proxy_process
from .receipts import deliver, receipts_for
from .report import Report
from .sending import Sender
from .slices import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .ledger import Verdict
    from .proxy_process import ProxyProcess
    from .slices import Slice

_MOST_OUTAGES = 8  # while the messages are sent for the first time
_OUTAGE_SECONDS = 1.0
_MOST_SECONDS = 180.0  # to send what is left
_AGAIN = 2  # slices that are sent twice as a whole
_LONGEST_REFERENCE = 50
_LEFT = (SendState.PLANNED, SendState.NOT_SENT)


@dataclass(frozen=True)
class Settings:
    """What to do.

    Attributes:
        sends: How many messages to send.
        seed: Which faults, texts and receipts are drawn.
        concurrency: How many messages to send at the same time.
        only_async: Whether by AsyncClient alone.
        journal: A file or an SQLAlchemy URL; None for a new file that is removed afterwards.
    """

    sends: int
    seed: int = 1
    concurrency: int = 32
    only_async: bool = False
    journal: str | None = None


def soak(settings: Settings, tell: Callable[[str], None]) -> Report:
    """Do it all; ``tell`` is given a line now and then."""
    outages = min(_MOST_OUTAGES, 1 + settings.sends // 1_000)
    every = max(1, round(settings.sends / (outages + 0.5)))
    with (
        tempfile.TemporaryDirectory() as folder,
        proxy_process(settings.seed, Outages(every, _OUTAGE_SECONDS)) as proxy,
    ):
        place = settings.journal or str(Path(folder) / "soak.db")
        return _Soak(settings, place, proxy, tell).run()


class _Soak:
    """The state of a soak: what is to be sent, and what was heard of it."""

    def __init__(
        self, settings: Settings, place: str, proxy: ProxyProcess, tell: Callable[[str], None]
    ) -> None:
        self._settings = settings
        self._place = place
        self._proxy = proxy
        self._tell = tell
        self._ledger = Ledger()
        self._slices: list[Slice] = []
        self._seconds: dict[str, float] = {}

    def run(self) -> Report:
        with self._sender() as sender:
            self._plan(sender.journal)
            with self._timed("send"):
                self._send(sender, self._slices, "slice")
        # From here on another worker goes on, which knows no more than the journal.
        with self._sender() as sender:
            with self._timed("send again"):
                self._send(sender, self._slices[:_AGAIN], "again: slice")
            with self._timed("resume"):
                self._resume(sender)
            before = self._judge(sender.journal)
            with self._timed("receipts"):
                unproven = self._reconcile(sender)
            after = self._judge(sender.journal)
        seen = self._proxy.report()
        settings = {
            "seed": self._settings.seed,
            "concurrency": self._settings.concurrency,
            "only_async": self._settings.only_async,
        }
        return Report(before, after, unproven, seen.fates, seen.outages, settings, self._seconds)

    def _plan(self, journal: Journal) -> None:
        self._slices = cut(
            self._settings.sends,
            self._settings.seed,
            only_async=self._settings.only_async,
            reference=lambda run, row: journal.reference(run, row, _LONGEST_REFERENCE),
        )
        for part in self._slices:
            self._ledger.plan(part.texts)

    def _send(self, sender: Sender, slices: Sequence[Slice], title: str) -> None:
        for number, part in enumerate(slices, 1):
            started = time.monotonic()
            for word in sender.send(part):
                self._ledger.hear(*word)
            rate = len(part.texts) / (time.monotonic() - started)
            kind = f"{'async' if part.is_async else 'sync'} {part.product}"
            self._tell(f"{title} {number} of {len(slices)}, {kind}: {rate:,.0f} a second")

    def _resume(self, sender: Sender) -> None:
        """Send what is left, until nothing is."""
        end, told = time.monotonic() + _MOST_SECONDS, 0
        while time.monotonic() < end:
            self._read(sender.journal, *_LEFT)
            left = set(self._ledger.recorded(*_LEFT))
            if not left:
                return
            if len(left) != told:
                told = len(left)
                self._tell(f"{told} messages are left to send")
            is_idle = True
            for part in self._slices:
                mine = left.intersection(part.texts)
                if mine:
                    words = sender.resume(part, mine)
                    is_idle = is_idle and not words
                    for word in words:
                        self._ledger.hear(*word)
            if is_idle:
                time.sleep(1)  # another worker holds them for now

    def _reconcile(self, sender: Sender) -> list[str]:
        """Deliver receipts, let the client draw its conclusions, and return what it should have concluded."""
        unknown = self._ledger.recorded(SendState.UNKNOWN)
        accepted = self._proxy.report().accepted
        post = receipts_for(self._slices, accepted, unknown, self._settings.seed)
        self._tell(f"{len(post.soon)} receipts, and {len(post.late)} late ones")
        with sender.client("soak_messages") as client:
            for payloads in (post.soon, post.late):
                deliver(sender.journal, payloads)
                client.reconcile()
        self._read(sender.journal)
        return sorted(post.expected.intersection(self._ledger.recorded(SendState.UNKNOWN)))

    def _judge(self, journal: Journal) -> Verdict:
        self._read(journal)
        return self._ledger.judge(self._proxy.report().accepted)

    def _read(self, journal: Journal, *states: SendState) -> None:
        entries = journal.entries(None, *states)
        self._ledger.record((entry.reference, entry.state, entry.umid) for entry in entries)

    @contextmanager
    def _sender(self) -> Iterator[Sender]:
        with Journal(self._place) as journal:
            yield Sender(self._proxy.url, journal, self._settings.concurrency)

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self._seconds[name] = time.monotonic() - started
