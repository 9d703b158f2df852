"""A send with a journal against the same send without, in process."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from eightbyeight import Client, Journal

from .measure import cheapest
from .row import Row
from .workload import KEY, SENDS, SUBACCOUNT, reply_to

if TYPE_CHECKING:
    from collections.abc import Callable

AT_ONCE = 10


def run(*, quick: bool) -> list[Row]:
    """Measure sends one after another, and from threads, which share commits."""
    transport = httpx.MockTransport(reply_to)
    rounds, calls = (8, 5) if quick else (40, 10)
    with (
        tempfile.TemporaryDirectory() as folder,
        Journal(Path(folder) / "sends.db") as journal,
        Client(KEY, SUBACCOUNT, transport=transport, rate_limits=False) as client,
        client.with_options(journal=journal) as journaled,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        # Its transport is shared, so closing either closes both; the journal stays ours.
        name, send = next(iter(SENDS.items()))
        contenders: dict[str, Callable[[], object]] = {
            "plain": lambda: send(client),
            "journaled": lambda: send(journaled),
            "plain, threads": lambda: list(pool.map(send, [client] * AT_ONCE)),
            "journaled, threads": lambda: list(pool.map(send, [journaled] * AT_ONCE)),
        }
        cost = cheapest(contenders, rounds=rounds, calls=calls)
    against = "without a journal"
    return [
        Row("journal", f"{name}, SQLite file", cost["journaled"], "us", against, cost["plain"]),
        Row(
            "journal",
            f"{AT_ONCE} at once in threads",
            cost["journaled, threads"] / AT_ONCE,
            "us",
            against,
            cost["plain, threads"] / AT_ONCE,
        ),
    ]
