"""What became of the rows of a run: each alone, so far, and in the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..core.send_state import SendState
from .sms import AcceptedBatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..core.reply import Reply


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row.

    Attributes:
        row: Which one, counted from 1.
        state: ACCEPTED, REJECTED, NOT_SENT, UNKNOWN or INVALID.
        client_message_id: The reference that the message carries; look for it in receipts.
        umid: The message's ID, where the API gave one.
        batch_id: The ID of the batch that it was in, for surveys.
        reason: Why it was not accepted, in words without texts and full numbers. An accepted row has one only
            when its answer could not be read.
        error: The exception that says so, if there is one. All rows of a batch that failed share it.
    """

    row: int
    state: SendState
    client_message_id: str | None = None
    umid: str | None = None
    batch_id: str | None = None
    reason: str | None = None
    error: Exception | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come, in rows. ``total`` is None when the rows cannot be counted beforehand."""

    done: int
    accepted: int
    rejected: int
    not_sent: int
    unknown: int
    invalid: int
    total: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SendReport:
    """How a run ended: the number of rows in each state, and the outcomes of the rows in their order.

    Iterate over it for the outcomes. With ``on_outcome`` none are kept: each was handed over. (Those that a failing
    ``on_outcome`` did not take are here.)

    Attributes:
        accepted: Rows that the API has taken.
        rejected: Rows that it refused.
        not_sent: Rows that were provably not sent: send them again.
        unknown: Rows that may have been sent: look for their references among the receipts.
        invalid: Rows that were refused here, before they were sent.
        is_stopped: Whether the run ended before all rows were read and sent.
    """

    accepted: int = 0
    rejected: int = 0
    not_sent: int = 0
    unknown: int = 0
    invalid: int = 0
    is_stopped: bool = False
    _outcomes: Iterable[RowOutcome] | None = ()
    _replies: Iterable[Reply] | None = ()

    @property
    def total(self) -> int:
        """How many rows were read."""
        return self.accepted + self.rejected + self.not_sent + self.unknown + self.invalid

    @property
    def is_complete(self) -> bool:
        """Whether all rows were read, and all of them accepted."""
        return self.accepted == self.total and not self.is_stopped

    @property
    def failed(self) -> tuple[RowOutcome, ...]:
        """The outcomes of all rows that were not accepted."""
        return tuple(outcome for outcome in self if outcome.state is not SendState.ACCEPTED)

    @property
    def batches(self) -> tuple[AcceptedBatch, ...]:
        """The answers to the batches of a survey that the API has read; none for other runs."""
        if self._replies is None:
            raise TypeError("no batches are kept with on_outcome; each outcome has its batch_id")
        # Read again each time: what 10,000 messages are parsed into takes several times their answer's space.
        return tuple(map(AcceptedBatch, self._replies))

    def __iter__(self) -> Iterator[RowOutcome]:
        if self._outcomes is None:
            raise TypeError("no outcomes are kept with on_outcome; each was handed over to it")
        return iter(self._outcomes)

    def __str__(self) -> str:
        counts = {
            "accepted": self.accepted,
            "rejected": self.rejected,
            "not sent": self.not_sent,
            "unknown": self.unknown,
            "invalid": self.invalid,
        }
        told = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
        return f"{self.total} rows: {told}" if told else "no rows"

    def __repr__(self) -> str:
        return (
            f"SendReport(accepted={self.accepted}, rejected={self.rejected}, not_sent={self.not_sent}, "
            f"unknown={self.unknown}, invalid={self.invalid})"
        )
