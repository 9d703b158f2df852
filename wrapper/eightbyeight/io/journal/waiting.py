"""Waits until something is on the journal's disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")


def written(future: Future[T]) -> T:
    """Wait in a thread."""
    return future.result()


async def async_written(future: Future[T]) -> T:
    """Wait in an event loop. What is on its way to the disk stays on its way when the caller is cancelled."""
    from asyncio import shield, wrap_future

    return await shield(wrap_future(future))
