"""Which messages of a survey batch were taken, and which were refused."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..core.send_state import SendState
from ..errors import MessageRejected
from ..results.many import RowOutcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..results import AcceptedBatch, SurveyMessageResult
    from .unit import Unit


def outcomes_of_batch(unit: Unit, batch: AcceptedBatch) -> list[RowOutcome]:
    """Return what became of each message, by the answer's entries, else by its counts.

    A message whose entry cannot be found or says nothing is only called accepted or refused when the counts
    leave no other way.
    """
    entries = _entries_of(unit.references, batch.messages)
    refused = sum(entry is not None and entry.is_rejected for entry in entries)
    silent = sum(not _is_telling(entry) for entry in entries)
    others, why = _by_counts(batch, len(entries), refused, silent)
    batch_id = batch.text_or_none("batchId")
    outcomes = []
    for (row, reference), entry in zip(unit.numbered(), entries, strict=True):
        error = reason = None
        umid = entry.umid if entry is not None else None
        if not _is_telling(entry):
            state, reason = others, why
        elif entry is not None and entry.is_rejected:
            state = SendState.REJECTED
            error = _refusal(unit, batch, entry, reference)
            reason = str(error)
        else:
            state = SendState.ACCEPTED
        outcomes.append(RowOutcome(row, state, reference, umid, batch_id, reason, error))
    return outcomes


def _entries_of(
    references: Sequence[str], entries: Sequence[SurveyMessageResult]
) -> Sequence[SurveyMessageResult | None]:
    """Return the entry of each message, None where it cannot be told which one it is."""
    named: dict[str, SurveyMessageResult | None] = {}
    for entry in entries:
        reference = entry.client_message_id
        if reference is not None:
            # Two entries with one reference, or two messages: neither is proof.
            named[reference] = None if reference in named else entry
    if named:
        uses = Counter(references)
        return [named.get(name) if uses[name] == 1 else None for name in references]
    return entries if len(entries) == len(references) else [None] * len(references)


def _is_telling(entry: SurveyMessageResult | None) -> bool:
    """Tell whether an entry says what became of its message."""
    return entry is not None and entry.status.code is not None


def _by_counts(
    batch: AcceptedBatch, size: int, refused: int, silent: int
) -> tuple[SendState, str | None]:
    """Return the state of the ``silent`` messages of a batch, and why it is not ACCEPTED.

    ``refused`` of the others were refused according to their entries.
    """
    taken, lost = batch.accepted_count, batch.rejected_count
    if lost is None and taken is not None:
        lost = size - taken
    is_consistent = taken is None or (lost is not None and taken + lost == size)
    # Without a count of the accepted, a list that leaves messages out casts doubt on the other count.
    if lost is not None and is_consistent and not (taken is None and batch.messages):
        if lost == refused:
            return SendState.ACCEPTED, None
        if lost - refused == silent:
            return SendState.REJECTED, "the batch was read, but all of these messages were refused"
    if lost and is_consistent:
        why = f"the batch was taken and {lost} of {size} messages refused, but the answer does not say which"
    else:
        why = "the batch was taken, but the answer does not say what became of each message"
    return SendState.UNKNOWN, why


def _refusal(
    unit: Unit, batch: AcceptedBatch, entry: SurveyMessageResult, reference: str
) -> MessageRejected:
    """Make the exception of a message that was refused, as a single send raises it."""
    error = MessageRejected(
        operation=unit.call.operation if unit.call is not None else "",
        status=batch.response.status,
        message=entry.status.description or "the message was rejected",
        umid=entry.umid,
        client_message_id=reference,
    )
    error.args = (str(error),)
    return error
