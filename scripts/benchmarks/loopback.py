"""A send through the client against httpx posting a ready dict, to a server on this machine."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import httpx

from eightbyeight import Client

from .backends import BACKENDS, post_json
from .canned_server import canned_server
from .measure import cheapest
from .row import Row
from .workload import KEY, SENDS, SUBACCOUNT, raw_request, unreached_limits

if TYPE_CHECKING:
    from collections.abc import Callable


def run(*, quick: bool) -> list[Row]:
    """Measure each kind of send over each backend; the CPU time of the server does not count."""
    contenders: dict[str, Callable[[], object]] = {}
    with ExitStack() as stack:
        url = stack.enter_context(canned_server())
        plain = stack.enter_context(httpx.Client(trust_env=False))
        for name, send in SENDS.items():
            contenders[name] = post_json(plain.post, raw_request(send, url))
        for backend in BACKENDS:
            settings = {"base_url": url, "backend": backend, "rate_limits": unreached_limits()}
            client = stack.enter_context(Client(KEY, SUBACCOUNT, **settings))
            for name, send in SENDS.items():
                contenders[f"{name}, {backend}"] = lambda send=send, client=client: send(client)  # type: ignore[misc]
        cost = cheapest(contenders, rounds=15 if quick else 60, calls=20)
    return [
        Row(
            "loopback",
            f"{name}, {backend}",
            cost[f"{name}, {backend}"],
            "us",
            "httpx.Client.post(json=)",
            cost[name],
            target,
        )
        for backend, target in BACKENDS.items()
        for name in SENDS
    ]
