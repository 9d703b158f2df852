"""Whatever the answers are, each row has exactly one outcome, the right one, in its place."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eightbyeight import (
    BadRequest,
    ConnectionFailed,
    SendState,
    SendStopped,
    ServerErrorOnSend,
    Unauthorized,
)
from eightbyeight.core.reply import Reply
from eightbyeight.requests.rows import sms_requests
from eightbyeight.requests.surveys import SurveyBatches
from eightbyeight.results import AcceptedBatch, AcceptedSms
from eightbyeight.sending import chunks
from eightbyeight.sending.chunks import Chunks
from eightbyeight.sending.singles import Singles
from eightbyeight.sending.tasks import run_tasks
from eightbyeight.sending.threads import run_threads

TO = "+6591234567"
OK = AcceptedSms(Reply(200, {}, b'{"umid": "u"}'))
# What becomes of a row: how its request ends, and how many turns of the loop that takes.
FATES = {
    "accepted": lambda: OK,
    "rejected": lambda: BadRequest(status=400),
    "not_sent": lambda: ConnectionFailed("no connection"),
    "unknown": lambda: ServerErrorOnSend(status=500),
    "invalid": None,
}
LISTS = st.lists(st.tuples(st.sampled_from([*FATES]), st.integers(0, 5)), max_size=40)


def singles():
    return Singles(sms_requests("acme_hq", text="Hi"), lambda row: f"{row}")


def rows_of(fates):
    return ["bad" if fate == "invalid" else TO for fate, _ in fates]


def runs(fates, concurrency, options):
    """Let rows have their fates, in threads and in tasks."""

    def answer(call):
        fate, turns = fates[int(call.client_message_id) - 1]
        return FATES[fate](), turns

    def perform(call):
        result, _ = answer(call)
        if isinstance(result, Exception):
            raise result
        return result

    async def perform_async(call):
        _, turns = answer(call)
        for _ in range(turns):
            await asyncio.sleep(0)
        return perform(call)

    rows = rows_of(fates)
    yield lambda: run_threads(perform, rows, singles(), concurrency=concurrency, **options())
    yield lambda: asyncio.run(
        run_tasks(perform_async, rows, singles(), concurrency=concurrency, **options())
    )


@given(fates=LISTS, concurrency=st.integers(1, 12))
def test_every_row_has_the_outcome_that_it_had(fates, concurrency):
    expected = [(row, fate) for row, (fate, _) in enumerate(fates, 1)]
    told = []

    def handing():
        told.clear()
        return {"on_outcome": told.append}

    for run in runs(fates, concurrency, dict):
        report = run()
        assert [(outcome.row, outcome.state) for outcome in report] == expected
        for state in FATES:
            assert getattr(report, state) == [fate for fate, _ in fates].count(state)
    for run in runs(fates, concurrency, handing):
        run()
        assert [(outcome.row, outcome.state) for outcome in told] == expected


@given(
    fates=LISTS,
    concurrency=st.integers(1, 12),
    end=st.sampled_from(["refused", "rows", "on_outcome", "on_progress"]),
    place=st.integers(1, 40),
)
def test_every_row_that_was_read_has_one_outcome_when_a_run_is_stopped(
    fates, concurrency, end, place
):
    """And what it says is what happened: an accepted row was accepted, one that was not begun is not sent."""
    asked = set()

    def perform(call):
        row = int(call.client_message_id)
        asked.add(row)
        result = Unauthorized(status=401) if end == "refused" and row == place else OK
        if fates[row - 1][0] != "accepted" and not isinstance(result, Exception):
            result = FATES[fates[row - 1][0]]()
        if isinstance(result, Exception):
            raise result
        return result

    async def perform_async(call):
        for _ in range(fates[int(call.client_message_id) - 1][1]):
            await asyncio.sleep(0)
        return perform(call)

    def rows():
        for number, row in enumerate(rows_of(fates), 1):
            if end == "rows" and number == place:
                raise OSError
            yield row

    def fail_at(value):
        if getattr(value, "row", None) == place or getattr(value, "done", 0) >= place:
            raise OSError
        told.append(value)

    for run in (
        lambda options: run_threads(perform, rows(), singles(), concurrency=concurrency, **options),
        lambda options: asyncio.run(
            run_tasks(perform_async, rows(), singles(), concurrency=concurrency, **options)
        ),
    ):
        asked.clear()
        told = []
        options = {end: fail_at} if end.startswith("on_") else {}
        try:
            report = run(options)
        except SendStopped as stopped:
            report = stopped.report
        is_handed = end == "on_outcome"
        kept = [] if is_handed and not report.is_stopped else list(report)
        outcomes = [*told, *kept] if is_handed else kept
        assert [outcome.row for outcome in outcomes] == list(range(1, report.total + 1))
        assert asked <= {outcome.row for outcome in outcomes}
        for outcome in outcomes:
            fate = fates[outcome.row - 1][0]
            if fate == "invalid":
                assert outcome.state is SendState.INVALID
            elif outcome.row not in asked:
                assert outcome.state is SendState.NOT_SENT
            elif end == "refused" and outcome.row == place:
                assert outcome.state is SendState.REJECTED
            else:
                assert outcome.state == fate


@pytest.fixture(scope="module", autouse=True)
def _small_chunks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "MOST_MESSAGES", 4)
        yield


@given(
    fates=st.lists(st.sampled_from(["accepted", "rejected", "invalid", "mute"]), max_size=40),
    broken=st.sets(st.integers(1, 12)),
    concurrency=st.integers(1, 4),
)
def test_batches(fates, broken, concurrency):
    """Messages that are taken, refused or not mentioned, in batches of which some fail as a whole."""

    def perform(call):
        number = int(call.client_message_id.removeprefix("b"))
        if number in broken:
            raise ServerErrorOnSend(status=500)
        messages = json.loads(call.content)["messages"]
        rows = [int(message["clientMessageId"].rpartition("-")[2]) for message in messages]
        listed = [
            {
                "clientMessageId": message["clientMessageId"],
                "umid": f"u-{row}",
                "status": {"code": "REJECTED" if fates[row - 1] == "rejected" else "QUEUED"},
            }
            for row, message in zip(rows, messages, strict=True)
            if fates[row - 1] != "mute"
        ]
        refused = sum(fates[row - 1] == "rejected" for row in rows)
        # Of those that are not mentioned, one may have been refused or not: the counts do not tell.
        content = {"batchId": "x", "acceptedCount": None, "rejectedCount": refused}
        return AcceptedBatch(Reply(200, {}, json.dumps(content | {"messages": listed}).encode()))

    plan = Chunks(SurveyBatches("acme_hq", "nps", template="{{url}}"), lambda number: f"b{number}")
    rows = ["bad" if fate == "invalid" else TO for fate in fates]
    report = run_threads(perform, rows, plan, concurrency=concurrency)

    assert [outcome.row for outcome in report] == list(range(1, len(fates) + 1))
    for outcome, fate in zip(report, fates, strict=True):
        if fate == "invalid":
            assert outcome.state is SendState.INVALID
            continue
        batch = int(outcome.client_message_id.removeprefix("b").partition("-")[0])
        if batch in broken:
            assert outcome.state is SendState.UNKNOWN
        elif fate == "mute":
            assert outcome.state is not SendState.REJECTED
        else:
            assert outcome.state == fate
            assert outcome.umid == f"u-{outcome.row}"
