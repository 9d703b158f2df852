"""Runs that end early: why, what is still waited for, and what is told of each row."""

from __future__ import annotations

import pickle
import time
from datetime import datetime

import pytest

from eightbyeight import (
    BadRequest,
    ConfigurationError,
    ConnectionFailed,
    Forbidden,
    NotFound,
    RateLimited,
    SendState,
    SendStopped,
    ServerErrorOnSend,
    TLSUpgradeRequired,
    Unauthorized,
)

TO = "+6591234567"


def stopped(run, desk, rows, **options):
    with pytest.raises(SendStopped) as caught:
        run(desk, rows, **options)
    assert caught.value.report.is_stopped
    assert not caught.value.report.is_complete
    return caught.value


class Counted:
    """Rows that tell how many of them were read."""

    def __init__(self, count):
        self.count = count
        self.read = 0

    def __iter__(self):
        for _ in range(self.count):
            self.read += 1
            yield TO


@pytest.mark.parametrize("kind", [Unauthorized, Forbidden, NotFound, TLSUpgradeRequired])
def test_what_refuses_the_account_refuses_all(run, new_desk, ok, kind):
    refusal = kind("not you", operation="sendSms", status=401)
    desk = new_desk(lambda row: refusal if row == 5 else ok(row), seconds=0.001)
    rows = Counted(1_000)
    error = stopped(run, desk, rows, concurrency=3)

    assert error.__cause__ is refusal
    assert str(error).startswith("the run was stopped: sendSms: HTTP 401; ")
    report = list(error.report)
    assert [outcome.row for outcome in report] == list(range(1, rows.read + 1))
    assert report[4].state is SendState.REJECTED
    assert report[4].error is refusal
    # Those that were under way are waited for; one that was read and not begun was not sent.
    sent = {outcome.row for outcome in report if outcome.state is not SendState.NOT_SENT}
    assert sent == set(desk.begun) == set(desk.ended)
    assert rows.read < 15
    for outcome in report:
        if outcome.state is SendState.NOT_SENT:
            assert outcome.reason == "not sent: the run was stopped: sendSms: HTTP 401"
            assert outcome.client_message_id == f"row-{outcome.row}"


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_hundred_that_do_not_get_through(run, new_desk, concurrency):
    desk = new_desk(lambda row: ConnectionFailed("no connection"))
    rows = Counted(1_000)
    error = stopped(run, desk, rows, concurrency=concurrency)

    assert isinstance(error.__cause__, ConnectionFailed)
    assert "100 requests one after another could not be sent" in str(error)
    assert 100 <= len(desk.begun) < 100 + concurrency
    assert error.report.not_sent == rows.read <= 101 + concurrency


def test_one_that_gets_through_begins_the_count_again(run, new_desk, ok):
    got_through = {
        99: ok(99),
        198: ServerErrorOnSend("in doubt", status=503),
        297: BadRequest("refused", status=400),
    }
    desk = new_desk(
        lambda row: got_through.get(row) or RateLimited("too fast", status=429, retry_after=60)
    )
    report = run(desk, [TO] * 396, concurrency=1)

    assert (report.not_sent, report.total) == (393, 396)


def test_rows_that_raise(run, new_desk):
    mistake = ValueError("line 4 +6591234567")
    desk = new_desk(seconds=0.005)

    def rows():
        yield from [TO, "bad", TO]
        raise mistake

    error = stopped(run, desk, rows(), concurrency=2)

    assert error.__cause__ is mistake
    assert str(error) == (
        "the run was stopped: reading the rows raised ValueError; 3 rows: 2 accepted, 1 invalid"
    )
    assert [outcome.state for outcome in error.report] == ["accepted", "invalid", "accepted"]


class Odd(datetime):
    """A moment whose offset nobody can tell."""

    def utcoffset(self):
        raise KeyError("oops")


def test_a_row_that_raises_when_it_is_made_a_request(run, desk):
    error = stopped(run, desk, [TO, {"to": TO, "scheduled": Odd(2026, 1, 1)}, TO])

    assert isinstance(error.__cause__, KeyError)
    told = list(error.report)
    assert [outcome.state for outcome in told] == ["accepted", "not_sent"]
    assert told[1].reason == "KeyError while its request was made"


@pytest.mark.parametrize("concurrency", [1, 3])
def test_a_failing_on_outcome(run, new_desk, concurrency):
    full = OSError("the disk is full")
    desk = new_desk(seconds=0.001)
    taken = []

    def write(outcome):
        if outcome.row == 4:
            raise full
        taken.append(outcome.row)

    error = stopped(run, desk, Counted(100), concurrency=concurrency, on_outcome=write)

    assert error.__cause__ is full
    assert "on_outcome raised OSError" in str(error)
    assert taken == [1, 2, 3]
    # What it did not take is not lost.
    kept = list(error.report)
    assert [outcome.row for outcome in kept] == list(range(4, error.report.total + 1))
    accepted = {outcome.row for outcome in kept if outcome.state is SendState.ACCEPTED}
    assert accepted == set(desk.begun) - {1, 2, 3}
    assert len(desk.begun) < 20


def test_a_failing_on_progress(run, desk):
    error = stopped(run, desk, Counted(100), on_progress=lambda progress: 1 / 0, concurrency=2)

    assert isinstance(error.__cause__, ZeroDivisionError)
    assert "on_progress raised ZeroDivisionError" in str(error)
    assert error.report.accepted == len(desk.begun) < 10


def test_both_callbacks_fail(run, desk):
    def fail(_):
        raise OSError

    error = stopped(run, desk, [TO, TO], on_outcome=fail, on_progress=fail, concurrency=1)

    assert [outcome.row for outcome in error.report] == [1, 2][: error.report.total]
    assert error.report.total >= 1


def test_the_callback_is_called_to_the_end_when_something_else_fails(run, new_desk, ok):
    desk = new_desk(lambda row: Unauthorized(status=401) if row == 3 else ok(row))
    taken = []
    error = stopped(run, desk, Counted(50), concurrency=2, on_outcome=taken.append)

    assert [outcome.row for outcome in taken] == list(range(1, error.report.total + 1))
    with pytest.raises(TypeError):
        iter(error.report)


def test_what_is_under_way_is_waited_for(run, new_desk, ok):
    desk = new_desk(
        lambda row: Unauthorized(status=401) if row == 2 else ok(row),
        seconds=lambda row: 0.2 if row == 1 else 0.0,
    )
    started = time.monotonic()
    error = stopped(run, desk, Counted(50), concurrency=2)

    assert time.monotonic() - started >= 0.2
    assert [outcome.state for outcome in error.report][:2] == ["accepted", "rejected"]


@pytest.mark.parametrize(
    ("mistake", "state"),
    [
        (RuntimeError("no idea"), SendState.UNKNOWN),
        (ConfigurationError("no good key"), SendState.NOT_SENT),
    ],
)
def test_what_is_no_answer_of_the_api(run, new_desk, ok, mistake, state):
    desk = new_desk(lambda row: mistake if row == 2 else ok(row))
    error = stopped(run, desk, Counted(50), concurrency=1)

    assert error.__cause__ is mistake
    outcome = list(error.report)[1]
    assert (outcome.state, outcome.error) == (state, mistake)
    assert "no idea" not in f"{outcome.reason} {error}"


def test_it_pickles(run, new_desk):
    desk = new_desk(lambda row: Unauthorized(status=401))
    error = stopped(run, desk, [TO])
    twin = pickle.loads(pickle.dumps(error))

    assert (str(twin), twin.report) == (str(error), error.report)
