"""Runs of surveys: as many rows in one request as the API takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..requests.surveys import MOST_MESSAGES, batch_references
from .plan import Plan
from .unit import Unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..content.wire import Wire
    from ..requests.surveys import SurveyBatches

# The API takes requests of up to 100 MB. Texts of usual length make 10,000 messages 2 MB long; a fifth of the
# limit keeps the memory of a run and the time of a request within bounds where they are not.
MOST_BYTES = 20_000_000


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
        self._begin()

    def rest(self) -> Unit | None:
        """Return what is left when no more rows come: the last chunk."""
        if not (self._messages or self._aside):
            return None
        call = None
        if self._messages:
            call = self._batches.call(self._reference, self._messages)
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
        self._messages: list[bytes] = []
        self._size = 0

    def _take(self, row: object) -> Unit | None:
        message = self._batches.message(row)
        self._own = message.get("clientMessageId")
        reference, encoded = self._encoded(message)
        if self._own is not None:
            self._seen.claim(self._own, self._row)
        full = None
        if self._messages and self._size + len(encoded) > MOST_BYTES:
            full = self.rest()
            reference, encoded = self._encoded(message)  # it may be named after its batch
        if self._rows and self._rows[-1][1] == self._row - 1:
            self._rows[-1] = (self._rows[-1][0], self._row)
        else:
            self._rows.append((self._row, self._row))
        self._references.append(reference)
        self._messages.append(encoded)
        self._size += len(encoded) + 1  # and a comma
        return self.rest() if len(self._messages) == MOST_MESSAGES else full

    def _encoded(self, message: Wire) -> tuple[str, bytes]:
        """Return a message's reference and its bytes. One without a reference is named after batch and row."""
        self._reference = self._reference or self._batch_reference(self._number + 1)
        reference = self._own if self._own is not None else f"{self._reference}-{self._row}"
        return reference, self._batches.encoded(message, reference)

    def _after_bad_row(self) -> Unit | None:
        # Also a run of nothing but bad rows goes on in steps.
        return self.rest() if len(self._aside) >= MOST_MESSAGES else None
