"""Outcomes of many rows with the same fate: each is made when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, overload

from ..results.many import RowOutcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.send_state import SendState
    from .unit import Unit


def same_for_all(
    unit: Unit,
    state: SendState,
    *,
    umids: Sequence[str | None] | None = None,
    batch_id: str | None = None,
    reason: str | None = None,
    error: Exception | None = None,
) -> Sequence[RowOutcome]:
    """Return the outcomes of the rows that a unit's request carries, when the same became of all."""
    umids = umids or [None] * len(unit.references)
    if len(unit.rows) == 1 and len(unit.references) > 1:
        return Alike(unit.rows[0][0], unit.references, umids, state, batch_id, reason, error)
    return [
        RowOutcome(row, state, reference, umid, batch_id, reason, error)
        for (row, reference), umid in zip(unit.numbered(), umids, strict=True)
    ]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Alike(Sequence[RowOutcome]):
    """The outcomes of rows that follow one another; ``first`` is the number of the first."""

    first: int
    references: Sequence[str]
    umids: Sequence[str | None]
    state: SendState
    batch_id: str | None
    reason: str | None
    error: Exception | None

    def __len__(self) -> int:
        return len(self.references)

    @overload
    def __getitem__(self, index: int) -> RowOutcome: ...

    @overload
    def __getitem__(self, index: slice) -> list[RowOutcome]: ...

    def __getitem__(self, index: int | slice) -> RowOutcome | list[RowOutcome]:
        places = range(len(self.references))[index]
        return self._at(places) if isinstance(places, int) else list(map(self._at, places))

    def _at(self, place: int) -> RowOutcome:
        return RowOutcome(
            self.first + place,
            self.state,
            self.references[place],
            self.umids[place],
            self.batch_id,
            self.reason,
            self.error,
        )


class Kept:
    """The outcomes that a report keeps, in their order."""

    def __init__(self) -> None:
        self._parts: list[Sequence[RowOutcome]] = []

    def add(self, outcomes: Sequence[RowOutcome]) -> None:
        """Keep these, too."""
        if isinstance(outcomes, Alike):
            self._parts.append(outcomes)
        elif self._parts and isinstance(self._parts[-1], list):
            self._parts[-1] += outcomes
        else:
            self._parts.append(list(outcomes))

    def __iter__(self) -> Iterator[RowOutcome]:
        return chain.from_iterable(self._parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kept) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))
