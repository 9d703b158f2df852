"""Runs of surveys: as many rows in one request as the API takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..requests.survey_body import SurveyBody
from ..requests.survey_slices import written
from ..requests.surveys import MOST_MESSAGES, batch_references
from .plan import Plan
from .unit import Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ..content.wire import Wire
    from ..requests.surveys import SurveyBatches

# The API takes requests of up to 100 MB. Texts of usual length make 10,000 messages 2 MB long; a fifth of the
# limit keeps the memory of a run and the time of a request within bounds where they are not.
MOST_BYTES = 20_000_000
# So many rows are checked together; an event loop gets its turn in between. Where one of them is bad, so few are, since
# it has each of those looked at alone.
_MANY = 2_000
_FEW = 250


class Chunks(Plan):
    """Makes units of up to 10,000 messages, of less than 20 MB where no message alone is longer.

    Args:
        batches: What the batches share.
        references: Returns the client batch ID of a chunk by its number, counted from 1.
    """

    def __init__(
        self, batches: SurveyBatches, references: Callable[[int], str] | None = None
    ) -> None:
        super().__init__()
        self._batches = batches
        self._batch_reference = references or batch_references(None)
        self._number = 0
        # The rows up to which many, and few, are not tried again: one among them needs a look.
        self._too_many_until = [0, 0]
        self._begin()

    def add_some(self, rows: Sequence[object]) -> Unit | None:
        """Take as many good rows at once as are quickly checked together, else the next one."""
        for most, place in ((_MANY, 0), (_FEW, 1)):
            if self._row >= self._too_many_until[place]:
                size = min(most, MOST_MESSAGES - len(self._references))
                if self._take_all(rows[self._row : self._row + size]):
                    return self._full()
                self._too_many_until[place] = self._row + size
        return self.add(rows[self._row])

    def rest(self) -> Unit | None:
        """Return what is left when no more rows come: the last chunk."""
        if not (self._body or self._aside):
            return None
        call = None
        if self._body is not None:
            call = self._batches.call(self._reference, self._body, len(self._references))
            self._number += 1
        unit = Unit(tuple(self._rows), call, tuple(self._references), tuple(self._aside))
        self._aside.clear()
        self._begin()
        return unit

    def _begin(self) -> None:
        """Begin a new chunk."""
        self._reference = ""
        self._rows: list[tuple[int, int]] = []
        self._references: list[str] = []
        self._body: SurveyBody | None = None

    def _take(self, row: object) -> Unit | None:
        message = self._batches.message(row)
        self._own = message.get("clientMessageId")
        reference, encoded = self._encoded(message)
        if self._own is not None:
            self._seen.claim(self._own, self._row)
        full = None
        if self._body is not None and self._body.size + len(encoded) > MOST_BYTES:
            full = self.rest()
            reference, encoded = self._encoded(message)  # it may be named after its batch
        self._put(self._row, self._row, [reference], [encoded])
        return self._full() or full

    def _take_all(self, rows: Sequence[object]) -> bool:
        """Take these rows if that needs no look at each of them; tell whether it was done."""
        first, last = self._row + 1, self._row + len(rows)
        try:
            self._name()
            found = written(rows, self._batches.message, self._reference, first)
        except Exception:  # noqa: BLE001  # it comes again with the row that it is about
            return False
        if found is None:
            return False
        size = self._body.size if self._body is not None else 0
        if size + sum(map(len, found.content)) > MOST_BYTES:
            return False
        if found.are_own and not self._seen.claim_all(found.references, first):
            return False
        self._put(first, last, found.references, found.content)
        self._row = last
        return True

    def _put(
        self,
        first: int,
        last: int,
        references: Sequence[str],
        content: Iterable[bytes | memoryview],
    ) -> None:
        """Put the messages of some rows into the chunk."""
        if self._rows and self._rows[-1][1] == first - 1:
            self._rows[-1] = (self._rows[-1][0], last)
        else:
            self._rows.append((first, last))
        self._references += references
        if self._body is None:
            self._body = SurveyBody(self._reference)
        for part in content:
            self._body.add(part)

    def _full(self) -> Unit | None:
        """Return the chunk if it is full."""
        return self.rest() if len(self._references) == MOST_MESSAGES else None

    def _name(self) -> None:
        """Give the chunk its reference, unless it has one."""
        self._reference = self._reference or self._batch_reference(self._number + 1)

    def _encoded(self, message: Wire) -> tuple[str, bytes]:
        """Return a message's reference and its bytes. One without a reference is named after batch and row."""
        self._name()
        reference = self._own if self._own is not None else f"{self._reference}-{self._row}"
        return reference, self._batches.encoded(message, reference)

    def _after_bad_row(self) -> Unit | None:
        # Also a run of nothing but bad rows goes on in steps.
        return self.rest() if len(self._aside) >= MOST_MESSAGES else None
