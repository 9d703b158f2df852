"""A send through the client against httpx posting the same bytes, without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from eightbyeight import Client

from .measure import cheapest
from .row import Row
from .workload import KEY, SENDS, SUBACCOUNT, raw_request, reply_to

if TYPE_CHECKING:
    from collections.abc import Callable

TARGET = 1.25


def run(*, quick: bool) -> list[Row]:
    """Measure each kind of send."""
    contenders: dict[str, Callable[[], object]] = {}
    # Without a network the loop is faster than the API's limits, and would spend its time waiting.
    transport = httpx.MockTransport(reply_to)
    with (
        Client(KEY, SUBACCOUNT, transport=transport, rate_limits=False) as client,
        httpx.Client(transport=transport) as plain,
    ):
        for name, send in SENDS.items():
            raw = raw_request(send)
            contenders[name] = lambda send=send: send(client)  # type: ignore[misc]
            contenders[f"raw {name}"] = lambda raw=raw: plain.post(  # type: ignore[misc]
                raw.url, content=raw.content, headers=raw.headers
            )
        cost = cheapest(contenders, rounds=25 if quick else 150, calls=20)
    return [
        Row("sends", name, cost[name], "us", "httpx.Client.post", cost[f"raw {name}"], TARGET)
        for name in SENDS
    ]
