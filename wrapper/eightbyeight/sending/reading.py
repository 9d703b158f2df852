"""Goes through rows, wherever they come from."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

T = TypeVar("T")

Rows: TypeAlias = Iterable[Any]
AsyncRows: TypeAlias = Iterable[Any] | AsyncIterable[Any]

# After so many rows that come without waiting, the other tasks of the loop get their turn.
_ROWS_AT_ONCE = 100


def is_list(rows: object) -> TypeGuard[Sequence[Any]]:
    """Tell whether all rows exist already, so that no other code runs while some of them are read."""
    return type(rows) in (list, tuple)


def each(rows: Iterable[T]) -> Iterator[T]:
    """Go through rows in a thread."""
    return iter(rows)


async def async_each(rows: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
    """Go through rows in an event loop, whether they are asynchronous or not."""
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield row
        return
    from asyncio import sleep

    for number, row in enumerate(rows):
        if number % _ROWS_AT_ONCE == 0:
            await sleep(0)
        yield row
