"""Goes through rows, wherever they come from."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from .plan import Plan
    from .unit import Unit

Rows: TypeAlias = Iterable[Any]
AsyncRows: TypeAlias = Iterable[Any] | AsyncIterable[Any]

# After so many rows that come without waiting, the other tasks of the loop get their turn.
_ROWS_AT_ONCE = 100


def is_list(rows: object) -> TypeGuard[Sequence[Any]]:
    """Tell whether all rows exist already, so that no other code runs while some of them are read."""
    return type(rows) in (list, tuple)


def each(rows: Iterable[Any], plan: Plan) -> Iterator[Unit]:
    """Go through the units that a plan makes of rows, in a thread. The rest is not among them."""
    return (unit for unit in _taken(rows, plan) if unit is not None)


async def async_each(rows: Iterable[Any] | AsyncIterable[Any], plan: Plan) -> AsyncIterator[Unit]:
    """Go through them in an event loop, whether the rows are asynchronous or not."""
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            unit = plan.add(row)
            if unit is not None:
                yield unit
        return
    from asyncio import sleep

    turned = 0
    await sleep(0)
    for unit in _taken(rows, plan):
        if plan.taken - turned >= _ROWS_AT_ONCE:
            await sleep(0)
            turned = plan.taken
        if unit is not None:
            yield unit


def _taken(rows: Iterable[Any], plan: Plan) -> Iterator[Unit | None]:
    """Have all rows taken, and yield each time what comes of it."""
    if is_list(rows):
        while plan.taken < len(rows):
            yield plan.add_some(rows)
    else:
        for row in rows:
            yield plan.add(row)
