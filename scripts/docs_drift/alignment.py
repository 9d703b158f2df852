"""Laying two sequences beside each other, at the least cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Here = TypeVar("Here")
There = TypeVar("There")

#: What it costs to leave out one of either side.
GAP = 1.0
NEVER = 9.0


def aligned(
    here: Sequence[Here], there: Sequence[There], cost: Callable[[Here, There], float]
) -> list[int | None]:
    """Pair two sequences in order.

    Args:
        here: One sequence.
        there: The other one.
        cost: How unlike two are: 0 for the same, over 2 for those that are never paired.

    Returns:
        For each of ``here`` the index of its partner, or None.
    """
    start, end = 0, 0
    shorter = min(len(here), len(there))
    while start < shorter and cost(here[start], there[start]) == 0:
        start += 1
    while end < shorter - start and cost(here[-1 - end], there[-1 - end]) == 0:
        end += 1
    middle = _cheapest(here[start : len(here) - end], there[start : len(there) - end], cost)
    pairs: list[int | None] = list(range(start))
    pairs += [None if found is None else found + start for found in middle]
    return pairs + [len(there) - end + at for at in range(end)]


def _cheapest(
    here: Sequence[Here], there: Sequence[There], cost: Callable[[Here, There], float]
) -> list[int | None]:
    rows, columns = len(here), len(there)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    costs = [[cost(one, other) for other in there] for one in here]
    for row in range(rows, -1, -1):
        for column in range(columns, -1, -1):
            if row == rows or column == columns:
                best[row][column] = GAP * (rows - row + columns - column)
                continue
            best[row][column] = min(
                costs[row][column] + best[row + 1][column + 1],
                GAP + best[row + 1][column],
                GAP + best[row][column + 1],
            )
    pairs: list[int | None] = []
    row = column = 0
    while row < rows:
        left = best[row][column]
        if column < columns and left == costs[row][column] + best[row + 1][column + 1]:
            pairs.append(column)
            row, column = row + 1, column + 1
        elif column < columns and left == GAP + best[row][column + 1]:
            column += 1
        else:
            pairs.append(None)
            row += 1
    return pairs
