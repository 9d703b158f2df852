"""Ctrl-C and cancellation: what is under way, what is told, and that it is raised again."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
import threading
import time

import httpx
import pytest

from eightbyeight import AsyncClient, SendState, Unauthorized
from eightbyeight.core.failure import cut_off_note
from eightbyeight.requests.rows import sms_requests
from eightbyeight.sending.singles import Singles
from eightbyeight.sending.tasks import run_tasks
from eightbyeight.sending.threads import run_threads

TO = "+6591234567"


def press_ctrl_c():
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)


def notes_of(caught):
    return caught.value.__notes__


@pytest.mark.parametrize("concurrency", [2, 5])
def test_ctrl_c_lets_the_requests_under_way_finish(new_desk, ok, new_plan, concurrency):
    def answer(row):
        if row == 3:
            press_ctrl_c()
            time.sleep(0.05)
        return ok(row)

    desk = new_desk(answer, seconds=0.01)
    told = []
    with pytest.raises(KeyboardInterrupt) as caught:
        run_threads(
            desk.perform, [TO] * 100, new_plan(), concurrency=concurrency, on_outcome=told.append
        )

    assert sorted(desk.begun) == sorted(desk.ended)
    assert len(desk.begun) < 20
    sent = {outcome.row for outcome in told if outcome.state is SendState.ACCEPTED}
    assert sent == set(desk.begun)
    unsent = [outcome for outcome in told if outcome.row not in sent]
    assert {outcome.state for outcome in unsent} <= {SendState.NOT_SENT}
    (note,) = notes_of(caught)
    assert f"{len(told)} rows: {len(sent)} accepted" in note
    assert not [thread for thread in threading.enumerate() if thread.name == "eightbyeight-send"]


def test_ctrl_c_in_the_callers_thread(new_desk, ok, new_plan):
    """The request is cut off itself. What is known of it, its note tells."""

    def cut_off(state):
        def perform(call):
            if call.client_message_id != "row-2":
                return ok(1)
            error = KeyboardInterrupt()
            error.add_note(cut_off_note(call, state))
            raise error

        told = []
        with pytest.raises(KeyboardInterrupt) as caught:
            run_threads(perform, [TO] * 3, new_plan(), concurrency=1, on_outcome=told.append)
        assert "are known: 2 rows: " in notes_of(caught)[-1]
        return told[1].state

    for state in (
        SendState.NOT_SENT,
        SendState.UNKNOWN,
        SendState.REJECTED,
        SendState.ACCEPTED,
    ):
        assert cut_off(state) is state


@pytest.mark.parametrize("where", ["rows", "on_outcome", "on_progress"])
def test_it_is_the_same_exception(desk, run, where):
    """Also SystemExit and others that are no Exception."""
    cut = SystemExit(3)

    def leave(_):
        raise cut

    def rows():
        yield TO
        if where == "rows":
            leave(None)
        yield TO

    options = {where: leave} if where != "rows" else {}
    with pytest.raises(SystemExit) as caught:
        run(desk, rows(), concurrency=1, **options)

    assert caught.value is cut
    assert "rows: " in notes_of(caught)[-1]


def test_an_interrupted_on_outcome_gets_its_row_again(desk, run):
    """It may have written half of it; a row that is told twice does no harm, one that is not told does."""
    told = []

    def write(outcome):
        told.append(outcome.row)
        if told == [1, 2]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(desk, iter([TO] * 50), concurrency=1, on_outcome=write)

    assert told[:3] == [1, 2, 2]
    assert told[3:] == list(range(3, 3 + len(told[3:])))


def test_no_answer_is_lost_wherever_ctrl_c_comes(new_desk, new_plan):
    """Many times, at another moment each: who was sent a message is told as accepted, once the run is over."""
    dice = random.Random(8)
    doubtful = 0
    for _ in range(60):
        desk, told, has_begun = new_desk(), {}, threading.Event()
        seconds = dice.random() / 50

        def take(outcome, told=told):
            told[outcome.row] = outcome.state

        def rows(has_begun=has_begun):
            while True:
                has_begun.set()
                yield TO

        def press_later(has_begun=has_begun, seconds=seconds):
            has_begun.wait()
            time.sleep(seconds)
            press_ctrl_c()

        presser = threading.Thread(target=press_later)
        presser.start()
        with pytest.raises(KeyboardInterrupt):
            run_threads(desk.perform, rows(), new_plan(), concurrency=4, on_outcome=take)
        presser.join()
        assert list(told) == list(range(1, len(told) + 1))
        assert set(desk.begun) <= told.keys()
        states = [told[row] for row in desk.begun]
        assert set(states) <= {SendState.ACCEPTED, SendState.UNKNOWN}
        doubtful += states.count(SendState.UNKNOWN)
    assert doubtful <= 3  # those whose very beginning was cut off


PROGRAM = """
import os, signal, time
from eightbyeight.requests.rows import sms_requests
from eightbyeight.sending.singles import Singles
from eightbyeight.sending.threads import run_threads

def perform(call):
    os.write(1, b"begun\\n")
    time.sleep(60)

def press(*_):
    print("pressed", flush=True)
    raise KeyboardInterrupt

signal.signal(signal.SIGINT, press)
try:
    run_threads(
        perform, ["+6591234567"] * 9, Singles(sms_requests("acme_hq", text="Hi")), concurrency=3,
        on_outcome=lambda outcome: print(outcome.row, outcome.state, flush=True),
    )
except KeyboardInterrupt as error:
    print(*error.__notes__, flush=True)
"""


def test_the_second_ctrl_c_ends_the_program_at_once():
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        for _ in range(3):
            assert program.stdout.readline() == "begun\n"
        program.send_signal(signal.SIGINT)
        assert program.stdout.readline() == "pressed\n"
        with pytest.raises(subprocess.TimeoutExpired):
            program.wait(0.3)  # it waits for the requests
        started = time.monotonic()
        program.send_signal(signal.SIGINT)
        output, errors = program.communicate(timeout=30)

        assert time.monotonic() - started < 20
        assert (program.returncode, errors) == (0, "")
    *lines, note = output.splitlines()
    assert lines[:4] == ["pressed", "1 unknown", "2 unknown", "3 unknown"]
    assert lines[4:] in ([], ["4 not_sent"])  # it had been read, or not yet
    assert note.endswith("3 unknown")


# --- cancellation ---------------------------------------------------------------------------------


async def until(something):
    """Let the loop go round until it has happened."""
    for _ in range(1_000):
        if something():
            return
        await asyncio.sleep(0)
    raise AssertionError


async def test_cancellation_cancels_the_requests_and_waits_for_them(new_desk, new_plan):
    desk = new_desk(seconds=30)
    told, others = [], asyncio.all_tasks()
    task = asyncio.create_task(
        run_tasks(desk.perform_async, [TO] * 100, new_plan(), concurrency=5, on_outcome=told.append)
    )
    await until(lambda: len(desk.begun) == 5)
    task.cancel("enough")
    with pytest.raises(asyncio.CancelledError) as caught:
        await task

    assert caught.value.args == ("enough",)
    assert "6 rows: 1 not sent, 5 unknown" in notes_of(caught)[-1]
    # This stand-in leaves no note of what is known, so nothing is.
    assert [outcome.state for outcome in told] == ["unknown"] * 5 + ["not_sent"]
    assert asyncio.all_tasks() == others


async def test_a_cancelled_client_tells_what_was_sent():
    """The client knows how far a request came: its body had not left when this was cut off."""
    begun = 0

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request):
            nonlocal begun
            await request.extensions["trace"]("connection.connect_tcp.started", {})
            begun += 1
            await asyncio.sleep(30)

    told = []
    async with AsyncClient("any", "acme_hq", transport=Slow(), rate_limits=False) as client:
        task = asyncio.create_task(
            client.sms.send_many([TO] * 9, text="Hi", concurrency=3, on_outcome=told.append)
        )
        await until(lambda: begun == 3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task

    assert [(outcome.row, outcome.state) for outcome in told] == [
        (1, "not_sent"),
        (2, "not_sent"),
        (3, "not_sent"),
        (4, "not_sent"),
    ]
    assert told[2].reason == "the run was cut off by CancelledError"
    assert told[3].reason == "not sent: the run was stopped: CancelledError"
    assert "4 rows: 4 not sent" in notes_of(caught)[-1]


async def test_a_request_that_had_not_begun_when_it_was_cancelled(new_desk, new_plan):
    desk, told = new_desk(), []

    def rows():
        yield TO
        raise asyncio.CancelledError  # before the loop comes round to the task of the first row

    with pytest.raises(asyncio.CancelledError):
        await run_tasks(
            desk.perform_async, rows(), new_plan(), concurrency=2, on_outcome=told.append
        )

    assert desk.begun == []
    assert [(outcome.row, outcome.state) for outcome in told] == [(1, SendState.NOT_SENT)]
    assert told[0].reason == "not sent: cancelled before it began"


async def test_cancellation_while_rows_are_waited_for(desk, new_plan):
    closed = []

    async def rows():
        try:
            yield TO
            await asyncio.sleep(30)
        finally:
            closed.append(True)

    told = []
    task = asyncio.create_task(
        run_tasks(desk.perform_async, rows(), new_plan(), concurrency=2, on_outcome=told.append)
    )
    await until(lambda: told)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert [outcome.state for outcome in told] == ["accepted"]
    assert closed == [True]


async def test_cancellation_after_the_run_was_stopped(new_desk, new_plan, ok):
    """It waits for what is under way; whoever cannot wait cancels it, and hears of that."""
    desk = new_desk(
        lambda row: Unauthorized(status=401) if row == 1 else ok(row),
        seconds=lambda row: 0 if row == 1 else 30,
    )
    told, others = [], asyncio.all_tasks()
    task = asyncio.create_task(
        run_tasks(desk.perform_async, [TO] * 9, new_plan(), concurrency=3, on_outcome=told.append)
    )
    await until(lambda: told)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert told[0].state is SendState.REJECTED
    assert {outcome.state for outcome in told[1:]} <= {SendState.UNKNOWN, SendState.NOT_SENT}
    assert asyncio.all_tasks() == others


async def test_a_time_limit_works_as_usual(new_desk, new_plan):
    desk = new_desk(seconds=30)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await run_tasks(desk.perform_async, [TO] * 9, new_plan(), concurrency=3)

    assert len(desk.begun) == 3


def test_plans_are_for_one_run():
    """What a plan has numbered, it goes on to number."""
    plan = Singles(sms_requests("acme_hq", text="Hi"))
    units = [plan.add(TO), plan.add("bad"), plan.add(TO)]

    assert [unit.rows or unit.invalid[0].row for unit in units] == [((1, 1),), 2, ((3, 3),)]
