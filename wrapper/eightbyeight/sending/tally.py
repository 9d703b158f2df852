"""Counts the rows of a run by their states, and decides when it makes no sense to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.send_state import SendState
from ..errors import (
    Forbidden,
    InvalidInput,
    NotFound,
    NotSent,
    SendFailed,
    TLSUpgradeRequired,
    Unauthorized,
)
from ..results.many import Progress, SendReport
from .alike import Alike
from .outcomes import words_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..core.reply import Reply
    from ..results.many import RowOutcome

# So many requests one after another that did not get through: the API is out of reach.
MOST_NOT_SENT = 100
# They refuse the account, the sub-account or the survey, and so every row.
_REFUSES_ALL = (Unauthorized, Forbidden, NotFound, TLSUpgradeRequired)


class Tally:
    """The counts of a run. ``total`` is the number of its rows, if it is known."""

    __slots__ = ("_counts", "_not_sent_in_a_row", "_total")

    def __init__(self, total: int | None = None) -> None:
        self._counts = dict.fromkeys(SendState, 0)
        self._not_sent_in_a_row = 0
        self._total = total

    def count(self, outcomes: Sequence[RowOutcome]) -> None:
        """Count rows whose fate is known."""
        if isinstance(outcomes, Alike):
            self._counts[outcomes.state] += len(outcomes)
            return
        for outcome in outcomes:
            self._counts[outcome.state] += 1

    def reason_to_stop(self, result: object) -> str | None:
        """Say why the run must end after a request with this result, which may be an exception; None to go on."""
        if isinstance(result, NotSent):
            self._not_sent_in_a_row += 1
            if self._not_sent_in_a_row >= MOST_NOT_SENT:
                return f"{MOST_NOT_SENT} requests one after another could not be sent, the last one with {result}"
            return None
        if isinstance(result, InvalidInput):
            return None  # it says nothing of the API
        self._not_sent_in_a_row = 0
        if isinstance(result, _REFUSES_ALL):
            return str(result)
        if isinstance(result, Exception) and not isinstance(result, SendFailed):
            return f"sending raised {words_for(result)}"
        return None

    def progress(self) -> Progress:
        """Return the counts so far."""
        counts = self._counts
        return Progress(
            done=sum(counts.values()),
            accepted=counts[SendState.ACCEPTED],
            rejected=counts[SendState.REJECTED],
            not_sent=counts[SendState.NOT_SENT],
            unknown=counts[SendState.UNKNOWN],
            invalid=counts[SendState.INVALID],
            total=self._total,
        )

    def report(
        self,
        outcomes: Iterable[RowOutcome] | None,
        replies: tuple[Reply, ...] | None,
        *,
        is_stopped: bool,
    ) -> SendReport:
        """Return the counts at the end."""
        counts = self._counts
        return SendReport(
            accepted=counts[SendState.ACCEPTED],
            rejected=counts[SendState.REJECTED],
            not_sent=counts[SendState.NOT_SENT],
            unknown=counts[SendState.UNKNOWN],
            invalid=counts[SendState.INVALID],
            is_stopped=is_stopped,
            _outcomes=outcomes,
            _replies=replies,
        )
