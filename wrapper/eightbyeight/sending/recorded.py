"""Units and outcomes from the entries of a journal."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from ..core.call import Call
from ..core.send_state import SendState
from ..errors import MessageRejected
from ..io.journal.entry import Entry, InvalidRow
from ..io.journal.planning import Planned
from ..requests.any_operation import OPERATIONS
from ..results.many import RowOutcome, SendReport
from .alike import same_for_all
from .outcomes import outcomes_of
from .plan import Plan
from .unit import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..core.reply import Reply
    from ..io.journal import Journal

BATCH = "sendSurveyBatch"
# What a worker that has ended knows of entries that have not.
_WAITING = {
    SendState.PLANNED: (SendState.NOT_SENT, "planned; not sent yet"),
    SendState.IN_FLIGHT: (SendState.UNKNOWN, "being sent by another worker"),
}


def unit_of(entry: Entry) -> Unit:
    """Make the request of an entry again: the same bytes."""
    _, read = OPERATIONS[entry.operation]
    references = tuple(_references(entry))
    call = Call(
        operation=entry.operation,
        product=entry.product,
        method="POST",
        path=entry.path,
        read=read,
        content=entry.content,
        client_message_id=entry.reference,
        messages=len(references),
        entry=entry.id,
    )
    return Unit(entry.rows, call, references)


def outcomes_in(entry: Entry) -> Sequence[RowOutcome]:
    """Return what the journal knows of each row of an entry."""
    unit = unit_of(entry)
    if entry.state is SendState.ACCEPTED and entry.reply is not None and unit.call is not None:
        try:
            return outcomes_of(unit, unit.call.read(entry.reply))
        except MessageRejected as error:
            return outcomes_of(unit, error)
    state, reason = _WAITING.get(entry.state, (entry.state, entry.reason))
    umids = [entry.umid] * len(unit.references)
    return same_for_all(unit, state, umids=umids, reason=reason)


def planned(unit: Unit, hosts: Mapping[str, str]) -> Planned:
    """Return what a journal keeps of a unit."""
    bad = tuple(InvalidRow(outcome.row, outcome.reason or "") for outcome in unit.invalid)
    if unit.call is None:
        return Planned(0, (), None, "", bad)
    return Planned(unit.rows[0][0], unit.rows, unit.call, hosts[unit.call.product], bad)


class Recorded(Plan):
    """Makes units of a journal's entries: they were rows once, and were checked then."""

    def add(self, row: object) -> Unit | None:
        """Take an entry, and return its unit."""
        self._row += 1
        return unit_of(row) if isinstance(row, Entry) else None

    def rest(self) -> None:
        """Return nothing: each entry is a unit of its own."""

    def _take(self, row: object) -> Unit | None:
        return self.add(row)

    def _after_bad_row(self) -> None:
        return None


class RunReport(SendReport):
    """The report of a run in a journal: it holds nothing but the counts, and reads the rest when it is asked."""

    @classmethod
    def of(cls, journal: Journal, run: str, *, is_stopped: bool = False) -> SendReport:
        """Count the rows of a run."""
        outcomes = RunOutcomes(journal, run)
        counts = _counts(journal, run, outcomes)
        return cls(
            accepted=counts[SendState.ACCEPTED],
            rejected=counts[SendState.REJECTED],
            not_sent=counts[SendState.NOT_SENT],
            unknown=counts[SendState.UNKNOWN],
            invalid=counts[SendState.INVALID],
            is_stopped=is_stopped,
            _outcomes=outcomes,
            _replies=RunReplies(journal, run),
        )


def _counts(journal: Journal, run: str, outcomes: RunOutcomes) -> Counter[SendState]:
    first = next(journal.entries(run), None)
    if first is not None and first.operation == BATCH:
        return Counter(outcome.state for outcome in outcomes)
    # One request is one row: the database counts faster.
    counts: Counter[SendState] = Counter()
    for state, count in journal.counts(run).items():
        counts[_WAITING[state][0] if state in _WAITING else state] += count
    return counts


class RunReplies:
    """The answers to the batches of a run."""

    def __init__(self, journal: Journal, run: str) -> None:
        self._journal = journal
        self._run = run

    def __iter__(self) -> Iterator[Reply]:
        for entry in self._journal.entries(self._run, SendState.ACCEPTED):
            if entry.operation == BATCH and entry.reply is not None:
                yield entry.reply


class RunOutcomes:
    """The outcomes of all rows of a run, in their order, read from the journal whenever they are gone through."""

    def __init__(self, journal: Journal, run: str) -> None:
        self._journal = journal
        self._run = run

    def __iter__(self) -> Iterator[RowOutcome]:
        sent = (
            outcome for entry in self._journal.entries(self._run) for outcome in outcomes_in(entry)
        )
        return _merged(sent, self._journal.invalid_rows(self._run))


def _references(entry: Entry) -> Iterable[str]:
    if entry.operation != BATCH:
        return [entry.reference]
    messages = json.loads(entry.content or b"{}").get("messages", [])
    return [message["clientMessageId"] for message in messages]


def _merged(sent: Iterator[RowOutcome], invalid: Iterator[InvalidRow]) -> Iterator[RowOutcome]:
    """Put the bad rows of a run between the others."""
    bad = next(invalid, None)
    for outcome in sent:
        while bad is not None and bad.row < outcome.row:
            yield RowOutcome(bad.row, SendState.INVALID, reason=bad.reason)
            bad = next(invalid, None)
        yield outcome
    while bad is not None:
        yield RowOutcome(bad.row, SendState.INVALID, reason=bad.reason)
        bad = next(invalid, None)
