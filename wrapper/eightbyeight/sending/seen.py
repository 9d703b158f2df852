"""The references that rows have brought themselves."""

from __future__ import annotations

from itertools import count, islice
from typing import TYPE_CHECKING

from ..content.wire import refused

if TYPE_CHECKING:
    from collections.abc import Sequence

# What a run of any size remembers, so that its memory stays the same. Two rows with the same reference
# are nearly always neighbours: a line pasted twice, a join that doubles rows.
MOST_REMEMBERED = 100_000


class Seen:
    """Finds rows of a run that carry the same reference, among the last 100,000 that brought one."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}

    def claim_all(self, references: Sequence[str], first: int) -> bool:
        """Note that the rows from ``first`` on use these, unless one of them may be in use already: False then."""
        if len(set(references)) < len(references) or not self._rows.keys().isdisjoint(references):
            return False
        self._rows.update(zip(references, count(first)))
        for oldest in list(islice(self._rows, max(0, len(self._rows) - MOST_REMEMBERED))):
            del self._rows[oldest]
        return True

    def claim(self, reference: str, row: int) -> None:
        """Note that ``row`` uses ``reference``. Raises InvalidInput when another row already does."""
        first = self._rows.setdefault(reference, row)
        if first != row:
            raise refused("", "duplicate", f"client_message_id was already used by row {first}")
        if len(self._rows) > MOST_REMEMBERED:
            del self._rows[next(iter(self._rows))]
