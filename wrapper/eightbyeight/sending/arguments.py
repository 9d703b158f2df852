"""What every way of running takes, checked before the first row is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sized

from ..content.wire import refused
from ..core.plain_function import is_async


def check_concurrency(concurrency: object) -> None:
    """Raise InvalidInput unless ``concurrency`` is a whole number from 1."""
    if isinstance(concurrency, bool) or not isinstance(concurrency, int):
        kind = type(concurrency).__name__
        raise refused("concurrency", "type", f"must be a whole number, not {kind}")
    if concurrency < 1:
        raise refused("concurrency", "minimum", f"must be at least 1; it is {concurrency}")


def check_rows(rows: object, name: str, *, may_be_async: bool) -> None:
    """Raise InvalidInput unless ``rows`` can be iterated over, and is not a single row."""
    if hasattr(type(rows), "__aiter__"):
        if may_be_async:
            return
        if not isinstance(rows, Iterable):
            raise refused(
                name, "type", "is an asynchronous iterable, which only an AsyncClient can read"
            )
    if isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Iterable):
        raise refused(name, "type", f"must be an iterable of rows, not {type(rows).__name__}")


def check_plain(**callbacks: object) -> None:
    """Raise InvalidInput for a callback that is an async function, which nobody here would wait for."""
    for name, callback in callbacks.items():
        if is_async(callback):
            raise refused(name, "type", "is an async function, which only an AsyncClient can await")


def count_of(rows: object) -> int | None:
    """Return the number of rows if it is known beforehand."""
    return len(rows) if isinstance(rows, Sized) else None
