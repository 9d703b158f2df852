"""AsyncClient against httpx.AsyncClient over loopback, one call at a time and fifty at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx

from eightbyeight import AsyncClient, Timeouts

from .canned_server import canned_server
from .measure import cheapest_async
from .row import Row
from .workload import KEY, SUBACCOUNT, raw_request, send_sms

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

TARGET = 1.25
CALLS = 100
#: On a busy machine fifty connections at once may take their time.
PATIENT = Timeouts(connect=60, write=60, read=60, pool=60, deadline=300)


def run(*, quick: bool) -> list[Row]:
    """Measure SMS sends."""
    return asyncio.run(_run(6 if quick else 25))


async def _run(rounds: int) -> list[Row]:
    rows = []
    with canned_server() as url:
        raw = raw_request(send_sms, url)
        for at_once in (1, 50):
            # New connections for each, so that neither inherits a pool of the other's size.
            async with (
                AsyncClient(KEY, SUBACCOUNT, base_url=url, timeouts=PATIENT) as client,
                httpx.AsyncClient(trust_env=False, timeout=PATIENT.connect) as plain,
            ):
                cost = await cheapest_async(
                    {
                        "ours": _series(lambda: send_sms(client), at_once),
                        "raw": _series(
                            lambda: plain.post(raw.url, content=raw.content, headers=raw.headers),
                            at_once,
                        ),
                    },
                    rounds=rounds,
                )
            what = f"sms.send, {at_once} at once"
            rows.append(
                Row(
                    "concurrency",
                    what,
                    cost["ours"],
                    "us",
                    "httpx.AsyncClient.post",
                    cost["raw"],
                    TARGET,
                )
            )
    return rows


def _series(send: Callable[[], Awaitable[object]], at_once: int) -> Callable[[], Awaitable[int]]:
    """Return what does the calls, so many of them at a time."""

    async def worker(calls: int) -> None:
        for _ in range(calls):
            await send()

    async def series() -> int:
        await asyncio.gather(*(worker(CALLS // at_once) for _ in range(at_once)))
        return CALLS

    return series
