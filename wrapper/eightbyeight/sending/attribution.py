"""Which messages of a survey batch were taken, and which were refused."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..core.send_state import SendState
from ..errors import MessageRejected
from ..results.many import RowOutcome
from .alike import same_for_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..results import AcceptedBatch, SurveyMessageResult
    from .unit import Unit


def outcomes_of_batch(unit: Unit, batch: AcceptedBatch) -> Sequence[RowOutcome]:
    """Return what became of each message, by the answer's entries, else by its counts.

    A message whose entry cannot be found or says nothing is only called accepted or refused when the counts
    leave no other way.
    """
    batch_id = batch.text_or_none("batchId")
    listed = batch.messages
    size = len(unit.references)
    if not listed:
        state, why = _by_counts(batch, size, 0, size, is_listed=False)
        return same_for_all(unit, state, batch_id=batch_id, reason=why)
    entries = _entries_of(unit.references, listed)
    states = _states_of(entries)
    refused, silent = states.count(SendState.REJECTED), states.count(None)
    others, why = _by_counts(batch, size, refused, silent, is_listed=True)
    umids = [entry.umid if entry is not None else None for entry in entries]
    if not (refused or silent):
        return same_for_all(unit, SendState.ACCEPTED, umids=umids, batch_id=batch_id)
    outcomes = []
    for (row, reference), entry, told, umid in zip(
        unit.numbered(), entries, states, umids, strict=True
    ):
        state, error, reason = told or others, None, None
        if told is None:
            reason = why
        elif told is SendState.REJECTED and entry is not None:
            error = _refusal(unit, batch, entry, reference)
            reason = str(error)
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


def _states_of(entries: Sequence[SurveyMessageResult | None]) -> list[SendState | None]:
    """Return what each entry says became of its message, None where it says nothing."""
    known: dict[str | None, SendState | None] = {None: None}
    states = []
    for entry in entries:
        code = entry.status.code if entry is not None else None
        if entry is not None and code not in known:
            known[code] = SendState.REJECTED if entry.is_rejected else SendState.ACCEPTED
        states.append(known[code])
    return states


def _by_counts(
    batch: AcceptedBatch, size: int, refused: int, silent: int, *, is_listed: bool
) -> tuple[SendState, str | None]:
    """Return the state of the ``silent`` messages of a batch, and why it is not ACCEPTED.

    ``refused`` of the others were refused according to their entries; ``is_listed`` says whether there are any.
    """
    taken, lost = batch.accepted_count, batch.rejected_count
    if lost is None and taken is not None:
        lost = size - taken
    is_consistent = taken is None or (lost is not None and taken + lost == size)
    # Without a count of the accepted, a list that leaves messages out casts doubt on the other count.
    if lost is not None and is_consistent and not (taken is None and is_listed):
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
