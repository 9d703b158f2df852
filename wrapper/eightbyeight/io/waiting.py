"""Waits that are not part of a call, in a thread and in an event loop."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")


def now() -> float:
    """Return seconds that only go forward."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Wait in a thread."""
    time.sleep(seconds)


async def async_pause(seconds: float) -> None:
    """Wait in an event loop."""
    from asyncio import sleep

    await sleep(seconds)


def told(future: Future[T], seconds: float) -> T:
    """Wait in a thread for a future, and give it up when it takes longer: TimeoutError."""
    try:
        return future.result(seconds)
    finally:
        future.cancel()


async def async_told(future: Future[T], seconds: float) -> T:
    """Wait in an event loop for a future, and give it up when it takes longer: TimeoutError."""
    from asyncio import wait_for, wrap_future

    try:
        return await wait_for(wrap_future(future), seconds)
    finally:
        future.cancel()
