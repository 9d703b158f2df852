"""What only an event loop has: asynchronous rows and callbacks, and others that want their turn."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from eightbyeight import InvalidInput, SendStopped, Unauthorized
from eightbyeight.sending.tasks import run_tasks
from eightbyeight.sending.threads import run_threads

TO = "+6591234567"


async def rows(count, seconds=0.0):
    for _ in range(count):
        if seconds:
            await asyncio.sleep(seconds)
        yield TO


async def test_asynchronous_rows(desk, new_plan):
    report = await run_tasks(desk.perform_async, rows(50), new_plan(), concurrency=5)

    assert report.accepted == 50
    assert desk.most_under_way <= 5


async def test_asynchronous_callbacks_are_awaited(desk, new_plan):
    told = []

    async def take(outcome):
        await asyncio.sleep(0)
        told.append(outcome.row)

    async def show(progress):
        await asyncio.sleep(0)
        told.append(f"{progress.done} of {progress.total}")

    await run_tasks(
        desk.perform_async,
        [TO, TO],
        new_plan(),
        concurrency=1,
        on_outcome=take,
        on_progress=show,
    )

    assert told == [1, "1 of 2", 2, "2 of 2"]


async def test_who_waits_for_a_late_row_is_told_of_the_others_meanwhile(desk, new_plan):
    told = asyncio.Queue()
    more = asyncio.Event()

    async def late():
        yield TO
        await more.wait()
        yield TO

    task = asyncio.create_task(
        run_tasks(desk.perform_async, late(), new_plan(), concurrency=3, on_outcome=told.put_nowait)
    )

    assert (await asyncio.wait_for(told.get(), 5)).row == 1
    more.set()
    assert (await asyncio.wait_for(told.get(), 5)).row == 2
    assert (await task).accepted == 2


@pytest.mark.parametrize("is_async", [False, True])
async def test_others_get_their_turn_while_rows_are_read(desk, new_plan, is_async):
    turns = 0

    async def count():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def bad_rows():
        for _ in range(2_000):
            yield "bad"

    task = asyncio.create_task(count())
    source = bad_rows() if is_async else ["bad"] * 2_000
    report = await run_tasks(desk.perform_async, source, new_plan(), concurrency=2)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task

    assert report.invalid == 2_000
    assert turns >= 5


@pytest.mark.parametrize("turns", range(6))
async def test_a_row_that_comes_just_when_the_run_is_stopped(new_plan, turns):
    read = 0
    more = asyncio.Event()

    async def late():
        nonlocal read
        for _ in range(9):
            read += 1
            yield TO
            await more.wait()

    async def perform(call):
        more.set()
        for _ in range(turns):
            await asyncio.sleep(0)
        raise Unauthorized(status=401)

    with pytest.raises(SendStopped) as caught:
        await run_tasks(perform, late(), new_plan(), concurrency=1)

    states = [outcome.state for outcome in caught.value.report]
    assert states == ["rejected"] + ["not_sent"] * (read - 1)


class Both:
    """Rows that can be read in both ways."""

    def __iter__(self):
        yield from [TO, TO]

    async def __aiter__(self):
        yield TO


async def test_rows_that_can_be_read_in_both_ways(desk, new_desk, new_plan):
    report = await run_tasks(desk.perform_async, Both(), new_plan(), concurrency=2)
    assert report.total == 1

    assert run_threads(new_desk().perform, Both(), new_plan(), concurrency=2).total == 2


def test_threads_refuse_what_they_would_have_to_await(desk, new_plan):
    async def take(outcome):
        raise AssertionError

    class Taker:
        async def __call__(self, outcome):
            raise AssertionError

    for options, name in (
        ({"on_outcome": take}, "on_outcome"),
        ({"on_progress": take}, "on_progress"),
        ({"on_progress": Taker()}, "on_progress"),
    ):
        with pytest.raises(InvalidInput) as caught:
            run_threads(desk.perform, [TO], new_plan(), concurrency=1, **options)
        assert str(caught.value).startswith(f"{name}: is an async function")
    with pytest.raises(InvalidInput) as caught:
        run_threads(desk.perform, rows(1), new_plan(), concurrency=1)
    assert str(caught.value).startswith("rows: is an asynchronous iterable")
    assert desk.begun == []
