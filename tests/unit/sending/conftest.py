"""A stand-in for a client, and both ways to run."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from eightbyeight.core.reply import Reply
from eightbyeight.requests.rows import sms_requests
from eightbyeight.results import AcceptedSms
from eightbyeight.sending.singles import Singles
from eightbyeight.sending.tasks import run_tasks
from eightbyeight.sending.threads import run_threads

TO = "+6591234567"


def accepted(row):
    """The answer to the SMS in a row."""
    return AcceptedSms(Reply(200, {}, b'{"umid": "u-%d", "status": {"code": "QUEUED"}}' % row))


class Desk:
    """Carries out calls as a client does, and remembers them by their rows.

    ``answer`` gives the result of a row, or an exception to raise; ``seconds`` is how long each takes, or gives it.
    """

    def __init__(self, answer=accepted, seconds=0.0):
        self.answer = answer
        self.seconds = seconds
        self.begun = []
        self.ended = []
        self.most_under_way = 0
        self.threads = set()
        self._lock = threading.Lock()

    @staticmethod
    def row_of(call):
        return int(call.client_message_id.removeprefix("row-"))

    def _begin(self, call):
        row = self.row_of(call)
        with self._lock:
            self.begun.append(row)
            self.threads.add(threading.current_thread())
            self.most_under_way = max(self.most_under_way, len(self.begun) - len(self.ended))
        return row, self.seconds(row) if callable(self.seconds) else self.seconds

    def _end(self, row):
        with self._lock:
            self.ended.append(row)
        answer = self.answer(row)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def perform(self, call):
        row, seconds = self._begin(call)
        if seconds:
            time.sleep(seconds)
        return self._end(row)

    async def perform_async(self, call):
        row, seconds = self._begin(call)
        await asyncio.sleep(seconds)
        return self._end(row)


def plan(**defaults):
    """A plan whose references tell the rows."""
    requests = sms_requests("acme_hq", **{"text": "Hi"} | defaults)
    return Singles(requests, lambda row: f"row-{row}")


@pytest.fixture(params=["threads", "tasks"])
def run(request):
    """Run rows through a desk: ``run(desk, rows, concurrency=..., ...)``."""

    def in_threads(desk, rows, concurrency=10, **options):
        options.setdefault("plan", plan())
        return run_threads(desk.perform, rows, concurrency=concurrency, **options)

    def in_tasks(desk, rows, concurrency=10, **options):
        options.setdefault("plan", plan())
        return asyncio.run(run_tasks(desk.perform_async, rows, concurrency=concurrency, **options))

    return {"threads": in_threads, "tasks": in_tasks}[request.param]


@pytest.fixture
def desk():
    """A desk that accepts all."""
    return Desk()


@pytest.fixture
def new_desk():
    """What makes a desk."""
    return Desk


@pytest.fixture
def new_plan():
    """What makes a plan."""
    return plan


@pytest.fixture
def ok():
    """What makes an answer."""
    return accepted
