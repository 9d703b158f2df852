"""CPU time of contenders that take turns.

On a machine with other work to do, wall-clock times mean little, and a quiet minute for one
contender would be unfair to the other. So CPU time of this process counts, the contenders take
turns in many short rounds, each round starts with another one, and the cheapest round is kept:
noise only ever adds.
"""

from __future__ import annotations

import gc
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping


def cheapest(
    contenders: Mapping[str, Callable[[], object]], *, rounds: int, calls: int = 1
) -> dict[str, float]:
    """Return the CPU microseconds that one call of each contender takes."""
    best = dict.fromkeys(contenders, float("inf"))
    for run in contenders.values():
        run()
    with _collected_between_rounds() as collect:
        for names in _turns(list(contenders), rounds):
            for name in names:
                run = contenders[name]
                collect()
                started = time.process_time()
                for _ in range(calls):
                    run()
                spent = time.process_time() - started
                best[name] = min(best[name], spent / calls * 1e6)
    return best


async def cheapest_async(
    contenders: Mapping[str, Callable[[], Awaitable[int]]], *, rounds: int
) -> dict[str, float]:
    """Likewise for contenders that do a series of calls and return how many these were."""
    best = dict.fromkeys(contenders, float("inf"))
    for run in contenders.values():
        await run()
    with _collected_between_rounds() as collect:
        for names in _turns(list(contenders), rounds):
            for name in names:
                collect()
                started = time.process_time()
                calls = await contenders[name]()
                spent = time.process_time() - started
                best[name] = min(best[name], spent / calls * 1e6)
    return best


@contextmanager
def _collected_between_rounds() -> Iterator[Callable[[], object]]:
    """Keep the garbage collector out of the rounds; yields what collects between them."""
    gc.collect()
    gc.freeze()  # what is there already need not be looked at each time
    gc.disable()
    try:
        yield gc.collect
    finally:
        gc.enable()
        gc.unfreeze()


def _turns(names: list[str], rounds: int) -> list[list[str]]:
    return [names[i % len(names) :] + names[: i % len(names)] for i in range(rounds)]
