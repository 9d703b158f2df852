"""A send through the client against httpx posting the same bytes, to a server on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from eightbyeight import Client

from .canned_server import canned_server
from .measure import cheapest
from .row import Row
from .workload import KEY, SENDS, SUBACCOUNT, raw_request

if TYPE_CHECKING:
    from collections.abc import Callable

TARGET = 1.25


def run(*, quick: bool) -> list[Row]:
    """Measure each kind of send; the CPU time of the server does not count."""
    contenders: dict[str, Callable[[], object]] = {}
    with (
        canned_server() as url,
        Client(KEY, SUBACCOUNT, base_url=url) as client,
        httpx.Client(trust_env=False) as plain,
    ):
        for name, send in SENDS.items():
            raw = raw_request(send, url)
            contenders[name] = lambda send=send: send(client)  # type: ignore[misc]
            contenders[f"raw {name}"] = lambda raw=raw: plain.post(  # type: ignore[misc]
                raw.url, content=raw.content, headers=raw.headers
            )
        cost = cheapest(contenders, rounds=15 if quick else 80, calls=20)
    return [
        Row("loopback", name, cost[name], "us", "httpx.Client.post", cost[f"raw {name}"], TARGET)
        for name in SENDS
    ]
