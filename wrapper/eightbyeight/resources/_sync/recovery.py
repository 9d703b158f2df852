# Derived by scripts/regenerate from ../_async/recovery.py. Do not edit: change that file instead.
"""Finds out, with the journal's help, what became of sends, and goes on with what is left of runs."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from ...core.send_state import SendState
from ...errors import ApiError, ConfigurationError, NotFound, SendStopped, TransportError
from ...io.journal.entry import Claim
from ...io.journal.waiting import written
from ...results.reconciliation import KnownSend, Reconciliation
from ...sending.arguments import check_rows
from ...sending.reading import each
from ...sending.recorded import Recorded, RunReport, planned
from ...sending.threads import run_threads

if TYPE_CHECKING:
    from collections.abc import Iterator, Callable

    from ...client import Client
    from ...io.journal import Entry, Journal
    from ...results.many import Progress, RowOutcome, SendReport
    from ...sending.plan import Plan
    from ...sending.reading import Rows
    from ...sending.unit import Unit

# What is written to the journal in one go.
_MOST_UNITS, _MOST_BYTES = 500, 4_000_000
# Rows are claimed this many calls' time ahead at most: those before them, and a little more.
_LEASE_IN_CALLS = 8
_READ_AHEAD = 8


class Recovery:
    """What a client with a journal can do after a crash."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @property
    def _journal(self) -> Journal:
        journal = self._client.journal
        if journal is None:
            raise ConfigurationError("this needs a journal: Client(..., journal='sends.db')")
        return journal

    def resume(
        self,
        run: str | None,
        *,
        concurrency: int,
        on_outcome: Callable[[RowOutcome], object] | None,
        on_progress: Callable[[Progress], object] | None,
    ) -> SendReport:
        """Send what the journal still plans to send."""
        self._check_hosts(run)
        # All that may be claimed and not begun yet: what is read ahead, and a claim.
        claimed: deque[int] = deque(maxlen=_READ_AHEAD * concurrency)
        try:
            return run_threads(
                self._client.perform,
                self._claimed(run, concurrency, claimed),
                Recorded(),
                concurrency=concurrency,
                on_outcome=on_outcome,
                on_progress=on_progress,
            )
        except BaseException:
            written(self._journal.release(list(claimed)))
            raise

    def send_run(
        self,
        run: str,
        rows: Rows,
        plan: Plan,
        *,
        concurrency: int,
        on_outcome: Callable[[RowOutcome], object] | None,
        on_progress: Callable[[Progress], object] | None,
        name: str,
    ) -> SendReport:
        """Write all rows down, then send those that have not been sent."""
        check_rows(rows, name, may_be_async=True)
        journal = self._journal
        self._plan(journal, run, rows, plan)
        try:
            self.resume(
                run,
                concurrency=concurrency,
                on_outcome=on_outcome or _drop,
                on_progress=on_progress,
            )
        except SendStopped as error:
            error.report = RunReport.of(journal, run, is_stopped=True)
            raise
        return RunReport.of(journal, run)

    def _plan(
        self,
        journal: Journal,
        run: str,
        rows: Rows,
        plan: Plan,
    ) -> None:
        units: list[Unit] = []
        size = 0
        for unit in each(rows, plan):
            units.append(unit)
            size += len(unit.call.content or b"") if unit.call is not None else 0
            if len(units) >= _MOST_UNITS or size >= _MOST_BYTES:
                self._write(journal, run, units)
                units, size = [], 0
        rest = plan.rest()
        self._write(journal, run, units if rest is None else [*units, rest])
        written(journal.finish_planning(run))

    def _write(self, journal: Journal, run: str, units: list[Unit]) -> None:
        hosts = self._client.hosts
        written(journal.plan(run, [planned(unit, hosts) for unit in units]))

    def _check_hosts(self, run: str | None) -> None:
        """Raise ConfigurationError for sends that were planned for another server than this client's."""
        hosts = self._client.hosts
        for product, host in sorted(self._journal.hosts(run, self._sendable)):
            if hosts[product] != host:
                raise ConfigurationError(
                    f"the journal holds sends for {host}, but this client talks to {hosts[product]}: "
                    "resume them with the region or base_url that they were planned with"
                )

    @property
    def _sendable(self) -> tuple[SendState, ...]:
        states = (SendState.PLANNED, SendState.NOT_SENT)
        return (*states, SendState.UNKNOWN) if self._client.repeats_unknown else states

    def _claimed(self, run: str | None, concurrency: int, claimed: deque[int]) -> Iterator[Entry]:
        """Lease entries and give them out, until no more are free."""
        journal, after = self._journal, 0
        lease = _LEASE_IN_CALLS * self._client.timeouts.deadline
        while True:
            claim = Claim(run, self._sendable, after, 2 * concurrency)
            entries = written(journal.claim(claim, lease=lease))
            if not entries:
                return
            claimed.extend(entry.id for entry in entries)
            for entry in entries:
                yield entry
            after = entries[-1].id

    def reconcile(self) -> Reconciliation:
        """Settle what is unknown, by proof."""
        journal = self._journal
        accepted = written(journal.settle_by_proof())
        for umid, reference in journal.to_look_up().items():
            accepted += self._look_up(journal, umid, reference)
        return Reconciliation(
            tuple(map(_known, accepted)),
            tuple(map(_known, journal.entries(None, SendState.UNKNOWN))),
        )

    def _look_up(self, journal: Journal, umid: str, own: str | None) -> list[Entry]:
        """Ask the API which message a umid belongs to; the client keeps to the limit of one lookup a second."""
        try:
            details = self._client.messages.get(umid)
        except NotFound:
            written(journal.looked_up(umid))
            return []
        except (ApiError, TransportError):
            return []  # it tells nothing; the next time may
        accepted: list[Entry] = []
        for record in details.records:
            reference = record.client_message_id or own
            if reference is not None and record.umid in (umid, None):
                found = written(journal.accept(reference, umid))
                accepted.extend(found)
        written(journal.looked_up(umid))
        return accepted


def _drop(_: RowOutcome) -> None:
    """Keep no outcome: the journal has them all."""


def _known(entry: Entry) -> KnownSend:
    return KnownSend(entry.reference, entry.operation, entry.umid, entry.run)
