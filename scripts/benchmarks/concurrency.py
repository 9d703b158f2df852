"""AsyncClient against httpx.AsyncClient over loopback, one call at a time and fifty at once."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import httpx

from eightbyeight import AsyncClient, Timeouts

from .backends import post_json
from .canned_server import canned_server
from .measure import cheapest_async
from .row import Row
from .workload import KEY, SUBACCOUNT, raw_request, send_sms

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

#: The backends, with the highest ratio at fifty at once that is fine.
TARGETS = {"httpx": None, "httpx2": None, "fast": 0.15}
CALLS = 100
#: On a busy machine fifty connections at once may take their time.
PATIENT = Timeouts(connect=60, write=60, read=60, pool=60, deadline=300)


def run(*, quick: bool) -> list[Row]:
    """Measure SMS sends."""
    return asyncio.run(_run(6 if quick else 20))


async def _run(rounds: int) -> list[Row]:
    rows = []
    alone: dict[str, float] = {}
    with canned_server() as url:
        raw = raw_request(send_sms, url)
        for at_once in (1, 50):
            async with AsyncExitStack() as stack:
                # New connections for each, so that none inherits a pool of another size.
                plain = httpx.AsyncClient(trust_env=False, timeout=PATIENT.connect)
                await stack.enter_async_context(plain)
                contenders = {"raw": _series(post_json(plain.post, raw), at_once)}
                for backend in TARGETS:
                    client = AsyncClient(
                        KEY, SUBACCOUNT, base_url=url, timeouts=PATIENT, backend=backend
                    )
                    await stack.enter_async_context(client)
                    contenders[backend] = _series(
                        lambda client=client: send_sms(client),  # type: ignore[misc]
                        at_once,
                    )
                cost = await cheapest_async(contenders, rounds=rounds)
            for backend, target in TARGETS.items():
                what, ours = f"sms.send, {backend}, {at_once} at once", cost[backend]
                against = f"httpx.AsyncClient.post(json=), {at_once} at once"
                limit = target if at_once > 1 else None
                rows.append(Row("concurrency", what, ours, "us", against, cost["raw"], limit))
                if at_once > 1:
                    against = "the same, 1 at once"
                    rows.append(Row("concurrency", what, ours, "us", against, alone[backend], 1.0))
                alone.setdefault(backend, ours)
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
