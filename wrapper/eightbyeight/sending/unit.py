"""What is sent with one request: a single message, or a batch of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.call import Call
    from ..results.many import RowOutcome


@dataclass(frozen=True, slots=True)
class Unit:
    """One request of a run, and the bad rows between its own.

    Attributes:
        rows: The rows that the request carries, as ranges (first, last), both included.
        call: The request; None when all rows of the unit are bad.
        references: The client message IDs of ``rows``, one a row.
        invalid: Outcomes of the rows that were met on the way and cannot be sent, in their order.

    All rows of a unit, good and bad, come after those of the unit before it.
    """

    rows: tuple[tuple[int, int], ...] = ()
    call: Call[Any] | None = None
    references: tuple[str, ...] = ()
    invalid: tuple[RowOutcome, ...] = ()

    def numbered(self) -> Iterator[tuple[int, str]]:
        """Yield the number and the reference of each row that the request carries."""
        numbers = (row for first, last in self.rows for row in range(first, last + 1))
        return zip(numbers, self.references, strict=True)
