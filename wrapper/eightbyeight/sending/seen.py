"""The references that rows have brought themselves."""

from __future__ import annotations

from itertools import chain, count, islice
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
        # Claimed together, and not among the others yet: by which row each is claimed, nobody has asked.
        self._lots: list[tuple[int, Sequence[str]]] = []
        self._in_lots: set[str] = set()

    def claim_all(self, references: Sequence[str], first: int) -> bool:
        """Note that the rows from ``first`` on use these, unless one of them may be in use already: False then."""
        if self._rows and not self._rows.keys().isdisjoint(references):
            return False
        before = len(self._in_lots)
        self._in_lots.update(references)
        if len(self._in_lots) < before + len(references):
            self._in_lots = set(chain.from_iterable(lot for _, lot in self._lots))
            return False
        self._lots.append((first, references))
        if len(self._rows) + len(self._in_lots) > MOST_REMEMBERED:
            self._sort_in()
        return True

    def claim(self, reference: str, row: int) -> None:
        """Note that ``row`` uses ``reference``. Raises InvalidInput when another row already does."""
        if self._lots:
            self._sort_in()
        first = self._rows.setdefault(reference, row)
        if first != row:
            raise refused("", "duplicate", f"client_message_id was already used by row {first}")
        if len(self._rows) > MOST_REMEMBERED:
            del self._rows[next(iter(self._rows))]

    def _sort_in(self) -> None:
        """Note the row of each reference that was claimed together with others."""
        for first, references in self._lots:
            self._rows.update(zip(references, count(first)))
        self._lots.clear()
        self._in_lots.clear()
        for oldest in list(islice(self._rows, max(0, len(self._rows) - MOST_REMEMBERED))):
            del self._rows[oldest]
