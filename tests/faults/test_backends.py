"""The same faults over every other HTTP library: the same outcome, the same count of POSTs, no resource left.

What differs is the name of the phase in which a connection broke, and that aiohttp cannot say for sure that a request
has left; it is certain only of what has not.
"""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from faults.backends import BACKENDS, WEAKER, rows_of
from faults.harness import KEY, NUMBER, PATIENT, SUBACCOUNT, TEXT, Way, send
from faults.proxy import Proxy
from faults.server import Server, our_own
from faults.table import TABLE_PROXY
from faults.test_leaks import open_sockets
from faults.test_truth_table import FRESH, REUSED, check, serve

from eightbyeight import (
    AcceptedSms,
    AsyncClient,
    Client,
    ConfigurationError,
    ConnectionFailed,
    ConnectionLost,
    MemoryLimiter,
    NotSent,
)
from eightbyeight.io.http.httpcore_library import core_library

DEEP = bool(os.environ.get("EIGHTBYEIGHT_DEEP"))
_OWN_EVIDENCE = ("httpx2", "fast")
_ANY_KIND = {"read", "write", "protocol"}
# Which timeout ends the wait for a proxy's answer to CONNECT. (aiohttp: connect and pool together, or the deadline.)
_WHILE_TUNNELLING = {"httpx2": "read", "fast": "read", "aiohttp": "deadline"}
_OVER_TLS = (
    "reset_inside_body",
    "stall_while_writing",
    "keep_alive_race",
    "fin_without_reply",
    "rst_after_reading",
    "cut_body",
    "slow_drip_body",
    "status_400",
)
_LOOKED_BEHIND = ("reset_inside_body", "no_reply", "slow_drip_body")
_PROXY_FAULTS = ("proxy_refused", "proxy_502", "proxy_hangs_up", "proxy_no_reply")

_IMPORTS_PACKAGES = (
    "socket_transport",
    "asyncio_transport",
    "asyncio_connecting",
    "asyncio_connection",
    "reply_reader",
    "aiohttp_transport",
)

pairs = pytest.mark.parametrize(
    ("backend", "mode"), [(name, mode) for name, modes in BACKENDS.items() for mode in modes]
)


def _cases():
    for backend, modes in BACKENDS.items():
        for row in rows_of(backend, deep=DEEP):
            for mode in modes:
                # A name that does not exist any more is played by replacing Python's resolver.
                ages = (FRESH,) if row.fault == "dns" else (FRESH, REUSED)
                for age in ages if DEEP else ages[-1:]:
                    name = f"{backend}-{mode}-{row.fault}-{'reused' if age else 'fresh'}"
                    yield pytest.param(backend, mode, row, age, id=name)


@pytest.mark.parametrize(("backend", "mode", "row", "good_first"), list(_cases()))
def test_fault(backend, mode, row, good_first):
    before = sockets_if(row)
    with serve(row, good_first) as server:
        url = "http://nobody.invalid:9" if row.fault == "dns" else server.url
        seen = send(
            url,
            Way("own", backend=backend),
            mode,
            good_first=good_first,
            quick=row.quick,
            large=row.large,
        )
    told = row
    if not isinstance(row.ended, int) and row.ended is not None and backend not in _OWN_EVIDENCE:
        ends = {row.ended} if isinstance(row.ended, str) else set(row.ended)
        told = row if not ends & _ANY_KIND else _with(row, ends | _ANY_KIND)
    check(told, seen, server)
    if seen.error is not None:
        said = {attempt.body_sent for attempt in seen.failure.attempts}
        # To be sure that a request has left takes one that says so.
        assert said <= ({row.body_sent} if backend in _OWN_EVIDENCE else {row.body_sent, None})
        assert seen.outcome is not ConnectionFailed or said == {False}
    if good_first and server.played_on:
        assert server.played_on[0] == 1, "the connection was not the one of the good send"
    if row.quick == "deadline":
        assert server.drips_finished == 0, "the call outlived its deadline"
    del seen
    assert sockets_if(row) <= before


@pytest.mark.parametrize("mode", BACKENDS["fast"])
@pytest.mark.parametrize(
    "row",
    [row for row in rows_of("fast", deep=True) if row.fault in _OVER_TLS],
    ids=lambda row: row.fault,
)
def test_fault_behind_tls(mode, row):
    """With what handles the connection itself; the others leave that to a library."""
    with serve(row, REUSED, tls=True) as server:
        way = Way("own", backend="fast")
        seen = send(server.url, way, mode, good_first=REUSED, quick=row.quick, large=row.large)
    check(row, seen, server, tls=True)
    if seen.error is not None:
        assert {attempt.body_sent for attempt in seen.failure.attempts} == {row.body_sent}


def sockets_if(row) -> set[int]:
    """Return the open sockets after some of the faults, for it takes a while to be sure."""
    if row.fault not in _LOOKED_BEHIND:
        return set()
    gc.collect()
    return open_sockets()


def _with(row, ends):
    return replace(row, ended=tuple(ends))


@pairs
@pytest.mark.parametrize("tls", [False, True], ids=["absolute", "connect"])
@pytest.mark.parametrize("fault", ["good", "no_reply"])
def test_behind_a_proxy(backend, mode, tls, fault, monkeypatch):
    with Server(fault, tls=our_own() if tls else None) as server, Proxy() as proxy:
        monkeypatch.setenv("https_proxy" if tls else "http_proxy", proxy.url)
        quick = "read" if fault == "no_reply" else None
        seen = send(server.url, Way("own", backend=backend), mode, quick=quick)
    assert proxy.connections
    assert len(server.posts) == 1
    assert seen.outcome is (AcceptedSms if fault == "good" else ConnectionLost)


@pairs
@pytest.mark.parametrize(
    ("row", "tls"),
    [
        pytest.param(row, tls, id=f"{row.fault}-{'connect' if tls else 'absolute'}")
        for row in TABLE_PROXY
        for tls in (False, True)
        if row.over in ("both", "https" if tls else "http") and (DEEP or row.fault in _PROXY_FAULTS)
    ],
)
def test_fault_of_a_proxy(backend, mode, row, tls, monkeypatch):
    with Server("good", tls=our_own() if tls else None) as server, Proxy(row.fault) as proxy:
        monkeypatch.setenv("https_proxy" if tls else "http_proxy", proxy.url)
        quick = _WHILE_TUNNELLING[backend] if row.quick and tls else row.quick
        seen = send(server.url, Way("own", backend=backend), mode, quick=quick)
    assert server.posts == []
    assert seen.outcome is row.outcome


@pairs
@pytest.mark.parametrize("fault", ["reset_inside_body", "stall_while_writing", "status_429"])
def test_what_was_not_sent_is_sent_once_when_the_fault_is_over(backend, mode, fault):
    (row,) = [row for row in rows_of(backend, deep=True) if row.fault == fault]
    with serve(row, 0, times=1) as server:
        way = Way("own", backend=backend)
        seen = send(server.url, way, mode, quick=row.quick, large=row.large)
    assert seen.outcome is AcceptedSms
    assert len(server.posts) == row.posts // 2 + 1


@pairs
def test_the_client_works_when_the_fault_is_over(backend, mode):
    with Server("no_reply", good_first=1, times=1) as server:
        way = Way("own", backend=backend)
        seen = send(server.url, way, mode, good_first=1, good_after=1, quick="read")
    assert seen.outcome is ConnectionLost
    assert len(server.after_good) == 2


@pairs
def test_many_in_a_row_over_one_connection(backend, mode):
    with Server("good", tls=our_own()) as server:
        seen = send(server.url, Way("own", backend=backend), mode, good_first=20)
    assert seen.outcome is AcceptedSms
    assert server.connections == 1


@pairs
def test_nothing_is_sent_by_a_closed_client(backend, mode):
    account = {"api_key": KEY, "subaccount_id": SUBACCOUNT, "backend": backend}
    with Server() as server:
        if mode == "sync":
            client = Client(**account, base_url=server.url)
            client.close()
            with pytest.raises(NotSent):
                client.sms.send(NUMBER, TEXT)
        else:
            asyncio.run(_send_closed(AsyncClient(**account, base_url=server.url)))
    assert server.posts == []


async def _send_closed(client: AsyncClient) -> None:
    await client.aclose()
    with pytest.raises(NotSent):
        await client.sms.send(NUMBER, TEXT)


@pytest.mark.parametrize("backend", ["httpx", "fast"])
def test_threads_share_a_client(backend):
    def work() -> None:
        for _ in range(5):
            assert client.sms.send(NUMBER, TEXT).is_readable

    with (
        Server() as server,
        Client(KEY, SUBACCOUNT, base_url=server.url, timeouts=PATIENT, backend=backend) as client,
    ):
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len({post.client_message_id for post in server.posts}) == 40


@pytest.mark.parametrize("backend", ["httpx", "httpx2", "fast", "aiohttp"])
def test_a_client_works_in_successive_event_loops(backend):
    async def work() -> None:
        await asyncio.gather(*(client.sms.send(NUMBER, TEXT) for _ in range(3)))
        transport = client._transport
        if backend.startswith("httpx"):
            await transport._lanes.aclose()
            return
        of_loop = transport._by_loop[asyncio.get_running_loop()]
        await (of_loop.close() if backend == "aiohttp" else of_loop.aclose())

    with Server() as server:
        client = AsyncClient(
            KEY, SUBACCOUNT, base_url=server.url, backend=backend, rate_limits=MemoryLimiter()
        )
        asyncio.run(work())
        asyncio.run(work())
    assert len(server.posts) == 6


@pytest.mark.parametrize("backend", ["httpx", "httpx2", "fast", "aiohttp"])
async def test_no_more_calls_at_once_than_there_may_be_connections(backend, monkeypatch):
    for module in ("loop_lanes", "asyncio_transport", "aiohttp_transport"):
        monkeypatch.setattr(f"eightbyeight.io.http.{module}.MOST_CONNECTIONS", 2)
    with Server() as server:
        async with AsyncClient(
            KEY, SUBACCOUNT, base_url=server.url, timeouts=PATIENT, backend=backend
        ) as client:
            await asyncio.gather(*(client.sms.send(NUMBER, TEXT) for _ in range(10)))
    assert server.connections <= 2
    assert len(server.posts) == 10


# --- the choice ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "meant"),
    [
        (Client, None, "HttpcoreTransport"),
        (Client, "httpx2", "HttpcoreTransport"),
        (Client, "fast", "SocketTransport"),
        (AsyncClient, None, "AsyncHttpcoreTransport"),
        (AsyncClient, "aiohttp", "AiohttpTransport"),
        (AsyncClient, "fast", "AsyncioTransport"),
    ],
)
def test_a_backend_is_chosen_by_name_or_by_the_environment(kind, name, meant, monkeypatch):
    assert meant == type(kind("k", "acme_hq", backend=name)._transport).__name__
    if name:
        monkeypatch.setenv("EIGHTBYEIGHT_BACKEND", name)
        assert meant == type(kind("k", "acme_hq")._transport).__name__


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        (
            Client,
            "aiohttp",
            "no backend 'aiohttp' for Client; there are: httpx, httpx2, fast",
        ),
        (AsyncClient, "requests", "for AsyncClient; there are: httpx, httpx2, aiohttp, fast"),
    ],
)
def test_a_backend_that_there_is_not(kind, name, told):
    with pytest.raises(ConfigurationError, match=told):
        kind("k", "acme_hq", backend=name)


@pytest.mark.parametrize(
    ("kind", "name", "package", "extra"),
    [
        (Client, "fast", "httptools", "fast"),
        (AsyncClient, "fast", "httptools", "fast"),
        (AsyncClient, "aiohttp", "aiohttp", "aiohttp"),
        (Client, "httpx2", "httpcore2", "httpx2"),
    ],
)
def test_a_backend_whose_package_is_missing_names_its_extra(
    kind, name, package, extra, monkeypatch
):
    monkeypatch.setitem(sys.modules, package, None)
    for module in _IMPORTS_PACKAGES:
        monkeypatch.delitem(sys.modules, f"eightbyeight.io.http.{module}", raising=False)
    core_library.cache_clear()

    with pytest.raises(ConfigurationError, match=rf'pip install "eightbyeight\[{extra}\]"'):
        kind("k", "acme_hq", backend=name)


def test_a_backend_and_a_client_of_the_callers_exclude_each_other(monkeypatch):
    import httpx2

    with httpx2.Client() as own:
        with pytest.raises(ConfigurationError, match="give http_client or backend, not both"):
            Client("k", "acme_hq", backend="httpx2", http_client=own)
        # What the environment says is for clients that bring nothing.
        monkeypatch.setenv("EIGHTBYEIGHT_BACKEND", "fast")
        with Server() as server:
            client = Client(KEY, SUBACCOUNT, base_url=server.url, http_client=own)
            assert client.sms.send(NUMBER, TEXT).is_readable


def test_the_page_shows_what_the_backends_cannot_tell():
    page = (Path(__file__).parents[2] / "docs" / "performance.md").read_text(encoding="utf-8")
    for entry in WEAKER:
        assert f"| {entry.backend} | `{entry.fault}` | {entry.says} |" in page


def test_the_resolver_of_the_machine_is_asked():
    """The name that tests of `dns` use does not exist."""
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("nobody.invalid", 9)
