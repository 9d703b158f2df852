"""From the answer to a unit's request, or from its failure, to what became of each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.failure import cut_off_note
from ..core.send_state import SendState
from ..errors import (
    ConfigurationError,
    EightByEightError,
    InvalidInput,
    NotSent,
    OutcomeUnknown,
    Rejected,
)
from .alike import same_for_all
from .attribution import outcomes_of_batch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.call import Call
    from ..results.many import RowOutcome
    from .unit import Unit

BATCH = "sendSurveyBatch"
UNREADABLE = "the answer cannot be read"
# What an exception says of the effect. One of another kind proves nothing.
_STATES: tuple[tuple[type[Exception], SendState], ...] = (
    (NotSent, SendState.NOT_SENT),
    (Rejected, SendState.REJECTED),
    (OutcomeUnknown, SendState.UNKNOWN),
    (InvalidInput, SendState.INVALID),  # a journal knows another message under its reference
    (ConfigurationError, SendState.NOT_SENT),  # a callable gave a key that cannot be one
)


def outcomes_of(unit: Unit, result: Any) -> Sequence[RowOutcome]:
    """Return the outcomes of all rows of ``unit``, in their order.

    ``result`` is what the unit's call has returned, or the exception that it has raised. Nothing is claimed
    without proof: rows whose fate the answer does not tell are UNKNOWN.
    """
    if unit.call is None:
        return list(unit.invalid)
    if isinstance(result, BaseException):
        return _merged(unit, _of_error(unit, unit.call, result))
    if not result.is_readable:
        return _merged(unit, same_for_all(unit, SendState.ACCEPTED, reason=UNREADABLE))
    if unit.call.operation == BATCH:
        return _merged(unit, outcomes_of_batch(unit, result))
    umid = result.text_or_none("umid")
    umids = [umid] * len(unit.references)
    return _merged(unit, same_for_all(unit, SendState.ACCEPTED, umids=umids))


def outcomes_unsent(unit: Unit, why: str) -> Sequence[RowOutcome]:
    """Return the outcomes of a unit whose request was not even begun."""
    return _merged(unit, same_for_all(unit, SendState.NOT_SENT, reason=f"not sent: {why}"))


def words_for(error: BaseException) -> str:
    """Say what went wrong, in words that are safe to show: those of others may hold anything."""
    if isinstance(error, InvalidInput) and error.problems:
        return "; ".join(
            f"{problem.path}: {problem.message}" if problem.path else problem.message
            for problem in error.problems
        )
    return str(error) if isinstance(error, EightByEightError) else type(error).__name__


def lightened(error: EightByEightError) -> EightByEightError:
    """Take the tracebacks off an exception that is going to be kept: their frames hold whole requests."""
    link: BaseException | None = error
    while link is not None and link.__traceback__ is not None:
        link.__traceback__ = None
        link = link.__cause__ or link.__context__
    return error


def _of_error(unit: Unit, call: Call[Any], error: BaseException) -> Sequence[RowOutcome]:
    state = next((state for kind, state in _STATES if isinstance(error, kind)), SendState.UNKNOWN)
    reason = words_for(error)
    kept: Exception | None = None
    if isinstance(error, EightByEightError):
        kept = lightened(error)
    elif isinstance(error, Exception):
        kept = error  # a fault that somebody must find
        state = _state_in_notes(call, error)
    else:
        state = _state_in_notes(call, error)
        reason = f"the run was cut off by {reason}"
    umid = getattr(error, "umid", None)  # also a refused message may have one
    umids = [umid] * len(unit.references)
    return same_for_all(unit, state, umids=umids, reason=reason, error=kept)


def _state_in_notes(call: Call[Any], error: BaseException) -> SendState:
    """Return what is known of a request that something foreign has cut off: it stands in a note."""
    known = [SendState.NOT_SENT, SendState.REJECTED]
    if call.operation != BATCH:  # of a batch that was accepted, some messages may have been refused
        known.append(SendState.ACCEPTED)
    notes = getattr(error, "__notes__", ())
    told = (state for state in known if cut_off_note(call, state) in notes)
    return next(told, SendState.UNKNOWN)


def _merged(unit: Unit, outcomes: Sequence[RowOutcome]) -> Sequence[RowOutcome]:
    """Put the bad rows of a unit between the others."""
    if not unit.invalid:
        return outcomes
    return sorted([*unit.invalid, *outcomes], key=lambda outcome: outcome.row)
