"""scripts/soak catches what it is there to catch, and finds nothing of it in this library."""

from __future__ import annotations

import functools
import http.client
import importlib.machinery
import importlib.util
import itertools
import json
import time

import httpx
import pytest
from soaking import sending
from soaking import soak as soaking
from soaking.fates import FATES, GOOD, SLOW, drawn
from soaking.ledger import Ledger, Verdict
from soaking.proxy import Outages, Proxy, serving
from soaking.report import Report
from soaking.upstream import Upstream

from eightbyeight import AsyncClient, Client, Journal, SendState

ACCEPTED, REJECTED = SendState.ACCEPTED, SendState.REJECTED
NOT_SENT, UNKNOWN = SendState.NOT_SENT, SendState.UNKNOWN
PLANNED, IN_FLIGHT = SendState.PLANNED, SendState.IN_FLIGHT

PATH = "/sms/api/v1/subaccounts/acme_sms/messages"
HEADERS = {"Authorization": "Bearer any", "Content-Type": "application/json"}
PATIENCE = 0.5  # seconds to wait for a reply
MOMENT = 0.05  # seconds to wait for a connection's end, which has been sent already

# --- the ledger -----------------------------------------------------------------------------------


def judged(said, recorded, umids, *, said_umid=None, recorded_umid=None):
    """The verdict on one message."""
    ledger = Ledger()
    ledger.plan(["m"])
    if said is not None:
        ledger.hear("m", said, said_umid)
    if recorded is not None:
        ledger.record([("m", recorded, recorded_umid), ("somebody else's", UNKNOWN, None)])
    return ledger.judge({"m": umids} if umids else {})


def troubles(verdict):
    names = ("doubled", "lost", "false_accepted", "false_not_sent")
    return {name for name in names if getattr(verdict, name) == ["m"]}


@pytest.mark.parametrize(
    ("said", "recorded", "umids"),
    [
        (ACCEPTED, ACCEPTED, ["u"]),
        (UNKNOWN, ACCEPTED, ["u"]),  # proven later
        (NOT_SENT, ACCEPTED, ["u"]),  # sent later
        (NOT_SENT, NOT_SENT, []),
        (NOT_SENT, UNKNOWN, []),
        (REJECTED, REJECTED, []),
        (UNKNOWN, UNKNOWN, ["u"]),
        (UNKNOWN, UNKNOWN, []),
        (None, ACCEPTED, ["u"]),
    ],
)
def test_the_ledger_finds_nothing_wrong(said, recorded, umids):
    verdict = judged(said, recorded, umids)

    assert verdict.is_clean
    assert (1, len(umids)) == (verdict.planned, verdict.executed)
    assert {recorded: 1} == verdict.states


@pytest.mark.parametrize(
    ("said", "recorded", "umids", "trouble"),
    [
        (ACCEPTED, ACCEPTED, ["u", "v"], "doubled"),
        (UNKNOWN, UNKNOWN, ["u", "v"], "doubled"),
        (None, None, [], "lost"),
        (ACCEPTED, None, ["u"], "lost"),  # the journal forgot it
        (None, PLANNED, [], "lost"),
        (None, IN_FLIGHT, [], "lost"),
        (ACCEPTED, UNKNOWN, ["u"], "lost"),
        (UNKNOWN, NOT_SENT, [], "lost"),  # it would be sent again
        (REJECTED, UNKNOWN, [], "lost"),
        (ACCEPTED, ACCEPTED, [], "false_accepted"),
        (UNKNOWN, ACCEPTED, [], "false_accepted"),
        (NOT_SENT, NOT_SENT, ["u"], "false_not_sent"),
        (REJECTED, REJECTED, ["u"], "false_not_sent"),
        (None, PLANNED, ["u"], "false_not_sent"),
    ],
)
def test_the_ledger_catches(said, recorded, umids, trouble):
    verdict = judged(said, recorded, umids)

    assert {trouble} == troubles(verdict)
    assert not verdict.is_clean


@pytest.mark.parametrize("ids", [{"said_umid": "other"}, {"recorded_umid": "other"}])
def test_the_ledger_catches_an_acceptance_of_another_message(ids):
    assert {"false_accepted"} == troubles(judged(ACCEPTED, ACCEPTED, ["u"], **ids))


def test_the_ledger_catches_a_message_that_nobody_planned():
    assert ["stray"] == Ledger().judge({"stray": ["u"]}).doubled


def test_the_ledger_splits_the_unknown():
    ledger = Ledger()
    ledger.plan(["done", "not done"])
    ledger.record([("done", UNKNOWN, None), ("not done", UNKNOWN, None)])
    verdict = ledger.judge({"done": ["u"]})

    assert ["done"] == verdict.unknown_executed
    assert ["not done"] == verdict.unknown_not_executed
    assert ["done", "not done"] == ledger.recorded(UNKNOWN)


# --- the proxy ------------------------------------------------------------------------------------

# What the client sees, what becomes of the connection, and whether the API has executed the request.
PLAYS = {
    "good": (200, "open", True),
    "slow": (200, "open", True),
    "closed_after": (200, "closed", True),
    "refused": ("reset", "closed", False),
    "reset_inside": ("reset", "closed", False),
    "lost_fin": ("end", "closed", False),
    "lost_rst": ("reset", "closed", False),
    "lost_silence": ("silence", "open", False),
    "lost_500": (500, "open", False),
    "lost_503": (503, "open", False),
    "too_many": (429, "open", False),
    "bad_request": (400, "open", False),
    "done_fin": ("end", "closed", True),
    "done_rst": ("reset", "closed", True),
    "done_silence": ("silence", "open", True),
    "done_partial_status_line": ("no status line", "closed", True),
    "done_cut_body": ("cut body", "closed", True),
    "done_garbage": ("no status line", "closed", True),
    "done_bad_gzip": ("no gzip", "open", True),
    "done_500": (500, "open", True),
    "done_502": (502, "open", True),
    "done_503": (503, "open", True),
    "done_504": (504, "open", True),
    "done_408": (408, "open", True),
}
WHAT = (
    (http.client.RemoteDisconnected, "end"),
    (ConnectionError, "reset"),
    (TimeoutError, "silence"),
    (http.client.BadStatusLine, "no status line"),
    (http.client.IncompleteRead, "cut body"),
    (httpx.DecodingError, "no gzip"),
)


@pytest.fixture(scope="module")
def upstream():
    return Upstream()


def sms(reference):
    return json.dumps({"destination": "+6591234567", "text": "Hi", "clientMessageId": reference})


def connect(url):
    return http.client.HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)


def ask(connection, reference):
    """Send one SMS over a connection and say what came of it."""
    try:
        connection.request("POST", PATH, sms(reference), HEADERS)
        reply = connection.getresponse()
        body = reply.read()
        # Decodes, if there is something to decode.
        httpx.Response(reply.status, headers=reply.getheaders(), content=body)
    except tuple(kind for kind, _ in WHAT) as error:
        return next(what for kind, what in WHAT if isinstance(error, kind))
    return reply.status


def is_closed(connection):
    """Whether the other end has closed the connection that was used last."""
    if connection.sock is None:  # http.client has noticed
        return True
    connection.sock.settimeout(MOMENT)
    try:
        return connection.sock.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def test_each_fate_has_its_test_and_the_weights_add_up():
    assert PLAYS.keys() == FATES.keys()
    assert 1000 == sum(fate.weight for fate in FATES.values())
    assert [fate.forwards for fate in FATES.values()] == [done for _, _, done in PLAYS.values()]


@pytest.mark.parametrize("name", PLAYS)
def test_the_proxy_plays(upstream, name):
    proxy = Proxy(upstream, itertools.chain([name], itertools.repeat("good")))
    started = time.monotonic()
    with serving(proxy) as url:
        connection = connect(url)
        seen = ask(connection, name)
        sock = connection.sock
        spent = time.monotonic() - started
        closed = is_closed(connection)
        if seen == 200 and not closed:
            sock.settimeout(PATIENCE)
            assert 200 == ask(connection, f"{name} again")
            assert sock is connection.sock
        connection.close()

    end = "closed" if closed else "open"
    assert PLAYS[name] == (seen, end, name in upstream.accepted)
    assert proxy.played[name] >= 1
    assert name != "slow" or spent >= SLOW


def test_a_connection_that_was_kept_alive_is_reset_as_the_request_arrives(upstream):
    fates = itertools.chain(["good", "refused"], itertools.repeat("good"))
    with serving(Proxy(upstream, fates)) as url:
        connection = connect(url)
        assert 200 == ask(connection, "kept 1")
        assert "reset" == ask(connection, "kept 2")
        connection.close()  # http.client does not always notice; it makes a new one by itself
        assert 200 == ask(connection, "kept 3")
        connection.close()

    assert "kept 2" not in upstream.accepted


def test_in_an_outage_nobody_connects_and_afterwards_everybody_does(upstream):
    proxy = Proxy(upstream, itertools.repeat("good"), outages=Outages(every=3, seconds=0.3))
    with serving(proxy) as url:
        idle, busy, again = connect(url), connect(url), connect(url)
        idle.connect()
        assert [200, 200, 200] == [ask(busy, f"outage {n}") for n in range(3)]
        assert is_closed(idle)
        with pytest.raises(ConnectionRefusedError):
            again.connect()
        end = time.monotonic() + 10
        while ask(again, "outage 3") != 200:
            assert time.monotonic() < end
            again.close()
            time.sleep(0.02)
        for connection in (idle, busy, again):
            connection.close()

    assert 1 == proxy.outages_played


def test_the_same_seed_draws_the_same_fates():
    first, second, other = (list(itertools.islice(drawn(seed), 3000)) for seed in (1, 1, 2))

    assert first == second
    assert first != other
    assert FATES.keys() == set(first)


def test_a_client_that_retries_blindly_is_caught_doubling(upstream):
    references = [f"blind {number}" for number in range(150)]
    ledger = Ledger()
    ledger.plan(references)
    before = set(upstream.accepted)

    def post(client, reference):
        for _ in range(5):
            try:
                client.post(PATH, content=sms(reference), headers=HEADERS).raise_for_status()
            except httpx.HTTPError:
                continue
            return ACCEPTED
        return UNKNOWN

    with (
        serving(Proxy(upstream, drawn(1))) as url,
        httpx.Client(base_url=url, timeout=0.2, trust_env=False) as client,
    ):
        ledger.record([(reference, post(client, reference), None) for reference in references])

    verdict = ledger.judge({r: ids for r, ids in upstream.accepted.items() if r not in before})
    assert verdict.doubled
    assert not verdict.is_clean


# --- the script -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def script(scripts):
    """The script as a module."""
    loader = importlib.machinery.SourceFileLoader("soak_script", str(scripts / "soak"))
    spec = importlib.util.spec_from_loader("soak_script", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def soak(script, monkeypatch, capsys):
    """Run the script in this process; returns its exit status and what it printed."""
    monkeypatch.setenv("EIGHTBYEIGHT_VENV", "none")
    for name in ("NO_PROXY", "no_proxy"):  # the script sets them
        monkeypatch.setenv(name, "")

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["soak", *arguments])
        status = script.main()
        return status, *capsys.readouterr()

    return run


def test_nothing_is_doubled_and_nothing_lost(soak):
    status, out, err = soak("--sends", "400", "--json")
    figures = json.loads(out)

    assert 0 == status, err
    assert figures["clean"]
    assert (400, 400) == (figures["sent"], sum(figures["states"].values()))
    for trouble in ("doubled", "lost", "false_accepted", "false_not_sent", "unproven_by_receipts"):
        assert 0 == figures[trouble]
    # It would be easy to find nothing if nothing had happened. Not each message reaches the proxy: on a
    # busy machine some give up before it has read them.
    assert figures["requests"] >= 300
    assert sum(figures["fates"].get(name, 0) for name in FATES.keys() - GOOD) >= 30
    assert figures["outages"]
    assert figures["unknown"]["executed"] > figures["unknown_after_reconcile"]["executed"]
    assert figures["unknown"]["not_executed"]
    assert {"accepted", "unknown"} <= set(figures["states"]) <= {"accepted", "rejected", "unknown"}
    assert "slice 4 of 4, sync sms: " in err


def test_a_journal_of_ones_own_with_the_asynchronous_client_alone(soak, tmp_path):
    place = tmp_path / "sends.db"
    status, out, err = soak("--sends", "40", "--async", "--journal", str(place), "--seed", "3")

    assert 0 == status, err
    assert "sync messages: " not in err.replace("async ", "")
    assert "\nfalse not sent " in out
    with Journal(place) as journal:
        assert 40 == sum(journal.counts().values())


def test_a_client_that_would_rather_double_than_lose_is_caught(soak, monkeypatch):
    for client in (Client, AsyncClient):
        eager = functools.partial(client, delivery="at_least_once")
        monkeypatch.setattr(sending, client.__name__, eager)
    status, out, _ = soak("--sends", "100", "--json")

    assert 1 == status
    assert json.loads(out)["doubled"]


@pytest.mark.parametrize(("trouble", "unproven"), [({"doubled": ["m-17"]}, []), ({}, ["m-17"])])
def test_what_must_not_be_fails_the_run(soak, monkeypatch, trouble, unproven):
    verdict = Verdict(planned=3, **trouble)
    report = Report(verdict, Verdict(), unproven, {"good": 3}, 0, {}, {"send": 1.0})
    monkeypatch.setattr(soaking, "soak", lambda settings, tell: report)
    status, out, err = soak()

    assert 1 == status
    assert "m-17" in out
    assert "soak: messages were doubled" in err
