"""Each fault of the transport, and what the client makes of it, against a real server on sockets.

The table is in table.py. Asserted for each row: the class of the outcome, how many POSTs the server has read
whole (never two, but after a 429), what the record of attempts says, and that the reference in the
exception is the one on the wire.
"""

from __future__ import annotations

import socket

import pytest
from faults.harness import CALLER, HTTP2, MODES, OWN, UNTRACED, Way, reference_in, send
from faults.proxy import Proxy
from faults.server import Server, our_own
from faults.server_h2 import Http2Server
from faults.table import MAX_ATTEMPTS, TABLE, TABLE_HTTP2, TABLE_PROXY, Row

from eightbyeight import (
    AcceptedSms,
    ConnectionFailed,
    ConnectionLost,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
)

FRESH, REUSED = 0, 1
_NAME = "fault-server.example"
_AGES = {FRESH: "fresh", REUSED: "reused"}
_BY_NAME = {row.fault: row for row in TABLE}
# What is played over TLS and with a caller's own client, too: one of each sort.
_SOME = [
    _BY_NAME[name]
    for name in (
        "reset_inside_body",
        "stall_while_writing",
        "fin_without_reply",
        "rst_after_reading",
        "no_reply",
        "cut_body",
        "slow_drip_body",
        "status_500",
        "status_429",
        "html_200",
    )
]


def cases(rows: list[Row], ages: tuple[int, ...] = (FRESH, REUSED)) -> pytest.MarkDecorator:
    """Make the cases of some rows: sync and async, on fresh and on reused connections."""
    return pytest.mark.parametrize(
        ("row", "mode", "good_first"),
        [
            pytest.param(row, mode, age, id=f"{row.fault}-{mode}-{_AGES[age]}")
            for row in rows
            for mode in MODES
            for age in ages
        ],
    )


def serve(row: Row, good_first: int, *, tls: bool = False, **more) -> Server:
    """Start the server that plays a row's fault."""
    certificate = our_own() if tls or row.over == "https" else None
    return Server(row.fault, good_first=good_first, tls=certificate, **more)


@pytest.fixture(autouse=True)
def resolver(monkeypatch):
    """Stands between the client and the resolver: one name of ours, which may stop to exist."""
    genuine = socket.getaddrinfo
    state = {"server": None}

    def getaddrinfo(host, *args, **kwargs):
        if host in (_NAME, _NAME.encode()):
            if state["server"].good_is_over:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            host = "127.0.0.1"
        return genuine(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return state


def check(
    row: Row, seen, server: Server, *, outcome: type | None = None, tls: bool = False
) -> None:
    """Compare what was seen with the row."""
    outcome = outcome or row.outcome
    posts = [post for post in server.after_good if not post.disowned]
    assert seen.outcome is outcome, (seen.error, getattr(seen.error, "attempts", None))
    assert len(posts) == row.posts
    if seen.error is None:
        assert not seen.result.is_readable
        assert posts[0].client_message_id
        return

    failure = seen.failure
    effects = [kind for kind in (NotSent, Rejected, OutcomeUnknown) if isinstance(failure, kind)]
    assert len(effects) == 1
    assert len(failure.attempts) == (MAX_ATTEMPTS if is_retried(row, outcome) else 1)
    assert [attempt.number for attempt in failure.attempts] == list(
        range(1, len(failure.attempts) + 1)
    )
    for attempt in failure.attempts:
        if isinstance(row.ended, int):
            assert (attempt.status, attempt.failure) == (row.ended, None)
        else:
            ends = set(row.ended if isinstance(row.ended, tuple) else (row.ended,))
            if tls and ends & {"read", "protocol"}:
                ends |= {"read", "protocol"}  # TLS may show a reset as an end
            assert attempt.status is None
            assert attempt.failure in ends
    on_the_wire = [post.client_message_id for post in posts]
    on_the_wire += [reference_in(beginning) for beginning in server.beginnings]
    assert failure.client_message_id
    assert set(on_the_wire) <= {failure.client_message_id}
    if server.played_on:
        assert len(on_the_wire) >= (0 if row.fault == "keep_alive_race" else 1)


def is_retried(row: Row, outcome: type) -> bool:
    """Whether the client tries again by itself, and meets the fault again."""
    return outcome in (ConnectionFailed, RateLimited) and row.fault != "too_many_wait_long"


@cases(TABLE)
def test_fault(row, mode, good_first, resolver):
    with serve(row, good_first) as server:
        resolver["server"] = server
        url = f"http://{_NAME}:{server.port}" if row.fault == "dns" else server.url
        seen = send(url, OWN, mode, good_first=good_first, quick=row.quick, large=row.large)
    check(row, seen, server)
    if seen.error is not None:
        assert {attempt.body_sent for attempt in seen.failure.attempts} == {row.body_sent}
    if good_first and server.played_on:
        assert server.played_on[0] == 1, "the connection was not the one of the good send"
    if row.quick == "deadline":
        assert server.drips_finished == 0, "the call outlived its deadline"


@cases(TABLE, ages=(FRESH,))
def test_fault_without_trace(row, mode, good_first, resolver):
    """Without a trace there is no proof: what broke after the connection was made is unknown."""
    with serve(row, good_first) as server:
        resolver["server"] = server
        url = f"http://{_NAME}:{server.port}" if row.fault == "dns" else server.url
        seen = send(url, UNTRACED, mode, quick=row.quick, large=row.large)
    check(row, seen, server, outcome=row.untraced)
    if seen.error is not None:
        assert {attempt.body_sent for attempt in seen.failure.attempts} == {None}


@cases(_SOME)
def test_fault_behind_tls(row, mode, good_first):
    with serve(row, good_first, tls=True) as server:
        seen = send(server.url, OWN, mode, good_first=good_first, quick=row.quick, large=row.large)
    check(row, seen, server, tls=True)


@cases(_SOME, ages=(REUSED,))
def test_fault_with_the_callers_client(row, mode, good_first):
    with serve(row, good_first) as server:
        seen = send(
            server.url, CALLER, mode, good_first=good_first, quick=row.quick, large=row.large
        )
    check(row, seen, server)


@cases(_SOME, ages=(REUSED,))
@pytest.mark.parametrize("tls", [False, True], ids=["absolute", "connect"])
def test_fault_behind_a_proxy(row, mode, good_first, tls):
    with serve(row, good_first, tls=tls) as server, Proxy() as proxy:
        seen = send(
            server.url,
            Way("caller", proxy.url),
            mode,
            good_first=good_first,
            quick=row.quick,
            large=row.large,
        )
    assert proxy.connections
    if row.fault in ("rst_after_reading", "reset_inside_body"):
        # The proxy turns the origin's reset into an end.
        assert seen.outcome is row.outcome
        assert len(server.after_good) == row.posts
    else:
        check(row, seen, server)


@cases(TABLE_HTTP2)
def test_fault_of_http2(row, mode, good_first):
    with Http2Server(row.fault, good_first=good_first) as server:
        seen = send(
            server.url, HTTP2, mode, good_first=good_first, quick=row.quick, large=row.large
        )
    assert {post.protocol for post in server.posts} <= {"HTTP/2"}
    check(row, seen, server)
    if seen.error is not None:
        assert {attempt.body_sent for attempt in seen.failure.attempts} == {row.body_sent}
    if row.quick == "deadline":
        assert server.drips_finished == 0, "the call outlived its deadline"


@pytest.mark.parametrize("mode", MODES)
def test_http2_server_that_disowns_a_request_gets_it_once_more(mode):
    """GOAWAY says which requests were not looked at; httpcore sends those again on a new connection."""
    with Http2Server("goaway_disowned", good_first=1, times=1) as server:
        seen = send(server.url, HTTP2, mode, good_first=1)
    assert seen.outcome is AcceptedSms
    assert [post.disowned for post in server.after_good] == [True, False]
    assert len({post.client_message_id for post in server.after_good}) == 1


@pytest.mark.parametrize(
    ("row", "tls", "mode", "good_first"),
    [
        pytest.param(row, tls, mode, age, id="-".join([row.fault, way, mode, _AGES[age]]))
        for row in TABLE_PROXY
        for way, tls in (("absolute", False), ("connect", True))
        if row.over in ("both", "https" if tls else "http")
        for mode in MODES
        # Over CONNECT a good send leaves a tunnel, and the proxy is not asked again.
        for age in ((FRESH,) if tls else (FRESH, REUSED))
    ],
)
def test_fault_of_a_proxy(row, tls, mode, good_first):
    # "dns" closes the good connection after the good replies, and plays nothing by itself.
    fault = "dns" if good_first else "good"
    with (
        Server(fault, good_first=good_first, tls=our_own() if tls else None) as server,
        Proxy(row.fault, good_first=good_first) as proxy,
    ):
        seen = send(
            server.url, Way("caller", proxy.url), mode, good_first=good_first, quick=row.quick
        )
    check(row, seen, server)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "fault",
    ["reset_inside_body", "stall_while_writing", "tls_untrusted", "tls_reset", "status_429"],
)
def test_what_was_not_sent_is_sent_once_when_the_fault_is_over(fault, mode):
    row = _BY_NAME[fault]
    with serve(row, 0, times=1) as server:
        seen = send(server.url, OWN, mode, quick=row.quick, large=row.large)
    assert seen.outcome is AcceptedSms
    assert len(server.posts) == row.posts // 2 + 1
    assert server.posts[-1].client_message_id == seen.result.client_message_id
    references = {post.client_message_id for post in server.posts}
    references |= {reference_in(beginning) for beginning in server.beginnings}
    assert references == {seen.result.client_message_id}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("row", "is_http2"),
    [
        pytest.param(row, is_http2, id=f"{row.fault}-{'http2' if is_http2 else 'http11'}")
        for table, is_http2 in ((TABLE, False), (TABLE_HTTP2, True))
        for row in table
        if row.outcome is ConnectionLost
    ],
)
def test_the_client_works_when_the_fault_is_over(row, is_http2, mode):
    """No broken connection is used again, and no message is held up by the one that was lost."""
    kind, way = (Http2Server, HTTP2) if is_http2 else (Server, OWN)
    with kind(row.fault, good_first=1, times=1) as server:
        seen = send(server.url, way, mode, good_first=1, good_after=1, quick=row.quick)
    assert seen.outcome is ConnectionLost
    references = [post.client_message_id for post in server.after_good]
    assert len(references) == len(set(references)) == row.posts + 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fault", ["reset_on_accept", "close_on_accept"])
def test_a_connection_that_ends_at_once_is_never_called_accepted(fault, mode):
    """In plain http the request races with the end of the connection: proof for NotSent may come or not."""
    with Server(fault) as server:
        seen = send(server.url, OWN, mode)
    assert seen.outcome in (ConnectionFailed, ConnectionLost)
    assert server.posts == []
    assert seen.failure.attempts[-1].body_sent is (seen.outcome is ConnectionLost)


@pytest.mark.parametrize("mode", MODES)
def test_the_wait_that_the_server_asks_for_is_told_when_it_is_too_long(mode):
    with Server("too_many_wait_long") as server:
        seen = send(server.url, OWN, mode)
    assert isinstance(seen.error, RateLimited)
    assert seen.error.retry_after == 120
    assert len(server.posts) == 1
