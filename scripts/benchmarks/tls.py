"""What TLS adds to a send, how many connections a thousand sends make, and what a second client costs."""

from __future__ import annotations

import os
from contextlib import ExitStack
from unittest.mock import patch

import httpx

from eightbyeight import Client
from eightbyeight.io.http.trust import shared_ssl_context

from .canned_server import canned_server, certificate
from .measure import cheapest
from .row import Row
from .workload import KEY, SUBACCOUNT, send_sms

_BACKENDS = ("httpx", "fast")
_IN_A_ROW = 1_000


def run(*, quick: bool) -> list[Row]:
    """Measure over loopback."""
    return [*_second_client(quick=quick), *_over_tls(quick=quick)]


def _over_tls(*, quick: bool) -> list[Row]:
    rows = []
    with ExitStack() as stack:
        made = stack.enter_context(certificate())
        stack.enter_context(patch.dict(os.environ, SSL_CERT_FILE=made.authority))
        shared_ssl_context.cache_clear()
        stack.callback(shared_ssl_context.cache_clear)
        urls = {"plain": stack.enter_context(canned_server())}
        urls["TLS"] = stack.enter_context(canned_server(made))
        clients = {
            f"{backend}, {how}": stack.enter_context(
                Client(KEY, SUBACCOUNT, base_url=url, backend=backend, rate_limits=False)
            )
            for backend in _BACKENDS
            for how, url in urls.items()
        }
        cost = cheapest(
            {name: lambda client=client: send_sms(client) for name, client in clients.items()},  # type: ignore[misc]
            rounds=15 if quick else 60,
            calls=20,
        )
        for backend in _BACKENDS:
            ours, plain = cost[f"{backend}, TLS"], cost[f"{backend}, plain"]
            what = f"sms.send, {backend}, over TLS"
            rows.append(Row("tls", what, ours, "us", "the same without TLS", plain, 1.15))
            with (
                canned_server(made) as url,
                Client(KEY, SUBACCOUNT, base_url=url, backend=backend, rate_limits=False) as client,
            ):
                for _ in range(_IN_A_ROW):
                    send_sms(client)
                seen = int(httpx.get(url, verify=shared_ssl_context()).text)
            what = f"{_IN_A_ROW:,} sends in a row, {backend}"
            rows.append(Row("tls", what, seen, "connections", "one", 1, 1.0))
    return rows


def _second_client(*, quick: bool) -> list[Row]:
    def ours(backend: str) -> None:
        Client(KEY, SUBACCOUNT, backend=backend).close()

    cost = cheapest(
        {
            **{backend: lambda backend=backend: ours(backend) for backend in _BACKENDS},  # type: ignore[misc]
            "plain": lambda: httpx.Client().close(),
        },
        rounds=5 if quick else 15,
    )
    return [
        Row(
            "tls",
            f"a second client, {backend}",
            cost[backend],
            "us",
            "a second httpx.Client()",
            cost["plain"],
            0.05,
        )
        for backend in _BACKENDS
    ]
