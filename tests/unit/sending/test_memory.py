"""Runs of any size take the same memory."""

from __future__ import annotations

import asyncio
import itertools
import sys

import pytest

from eightbyeight import AcceptedBatch, BadRequest, Reply, SendState
from eightbyeight.core.call import Call
from eightbyeight.requests.surveys import SurveyBatches
from eightbyeight.sending.chunks import Chunks
from eightbyeight.sending.plan import Plan
from eightbyeight.sending.tasks import run_tasks
from eightbyeight.sending.threads import run_threads
from eightbyeight.sending.unit import Unit

TO = "+6591234567"
ROWS = 100_000


class Quick(Plan):
    """Makes units of next to nothing, so that the run's own work is all there is."""

    def _take(self, row):
        call = Call("sendSms", "sms", "POST", "/", AcceptedSms, b"x" * 100, f"row-{row}")
        return Unit(((self._row, self._row),), call, (call.client_message_id,))

    def rest(self):
        return None

    def _after_bad_row(self):
        return None


def AcceptedSms(reply):  # noqa: N802  # stands where the class does
    raise AssertionError


class Taker:
    """Takes outcomes, and looks at the memory now and then: the number of blocks that are in use."""

    def __init__(self, every):
        self.every = every
        self.accepted = 0
        self.blocks = []

    def __call__(self, outcome):
        self.accepted += outcome.state is SendState.ACCEPTED
        if outcome.row % self.every == 0:
            self.blocks.append(sys.getallocatedblocks())

    def assert_steady(self, count):
        """The second half of the rows has taken no more than the first."""
        assert self.accepted == count
        half = len(self.blocks) // 2
        growth = max(self.blocks[half:]) - max(self.blocks[:half])
        # One block a row would be as many as there are rows.
        assert growth < count / 2 / 10


@pytest.mark.parametrize("way", ["caller", "threads", "tasks"])
def test_single_messages(ok, way):
    take, answer = Taker(every=1_000), ok(1)

    async def perform(call):
        return answer

    if way == "tasks":
        asyncio.run(run_tasks(perform, range(ROWS), Quick(), concurrency=10, on_outcome=take))
    else:
        run_threads(
            lambda call: answer,
            range(ROWS),
            Quick(),
            concurrency=1 if way == "caller" else 10,
            on_outcome=take,
        )

    take.assert_steady(ROWS)


def test_batches():
    take = Taker(every=5_000)

    def perform(call):
        return AcceptedBatch(Reply(200, {}, b'{"acceptedCount": %d}' % call.content.count(b"+65")))

    plan = Chunks(SurveyBatches("acme_hq", "nps", template="{{url}}"))
    run_threads(perform, itertools.repeat(TO, ROWS), plan, concurrency=1, on_outcome=take)

    take.assert_steady(ROWS)


def test_what_is_kept_of_failures_is_small(new_desk, new_plan):
    """Not the frames that they have come through, with the requests in them."""

    def fail(row):
        return BadRequest("refused", status=400)

    before = sys.getallocatedblocks()
    report = run_threads(new_desk(fail).perform, [TO] * 2_000, new_plan(), concurrency=1)

    assert report.rejected == 2_000
    assert (sys.getallocatedblocks() - before) / 2_000 < 25
