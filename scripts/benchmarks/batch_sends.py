"""A batch of 10,000 surveys sent to a server on this machine and answered, against httpx alone; and its memory."""

from __future__ import annotations

import json
import tracemalloc
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

import httpx

from eightbyeight import AcceptedBatch, Client, Reply
from eightbyeight.core import json_text
from eightbyeight_generated.models import SurveyBatchResponse

from .batches import TEMPLATE, answer_to, ready_messages
from .canned_server import canned_server
from .measure import cheapest
from .row import Row
from .workload import KEY, SUBACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def run(*, quick: bool) -> list[Row]:
    """Measure it with and without orjson, and over the fast backend."""
    messages = ready_messages()
    body = {"clientBatchId": "nps", "messages": messages, "template": TEMPLATE}
    answer = answer_to(messages)
    with (
        canned_server(body=b'{"batchId":"b","acceptedCount":10000,"rejectedCount":0}') as url,
        httpx.Client(trust_env=False) as plain,
        Client(KEY, SUBACCOUNT, base_url=url, rate_limits=False) as client,
        Client(KEY, SUBACCOUNT, base_url=url, rate_limits=False, backend="fast") as fast,
    ):
        target = f"{url}/sms/api/v1/subaccounts/acme_hq/surveys/nps/messages/batch"
        headers = {"Authorization": f"Bearer {KEY}"}

        def send(client: Client) -> None:
            client.surveys.send_batch("nps", messages, template=TEMPLATE)

        def standard(call: Callable[[], object]) -> Callable[[], object]:
            def run() -> object:
                with standard_library():
                    return call()

            return run

        cost = cheapest(
            {
                "standard": standard(lambda: send(client)),
                "orjson": lambda: send(fast),
                "plain": lambda: plain.post(target, json=body, headers=headers).json(),
                "read": standard(lambda: _read(answer)),
                "generated": lambda: SurveyBatchResponse.from_dict(json.loads(answer)),
            },
            rounds=3 if quick else 10,
        )
        peak = _peak(lambda: send(client))
    size = len(json.dumps(body, ensure_ascii=False, separators=(",", ":")))
    against = "httpx.Client.post(json=) of ready dicts"
    return [
        Row("batch_sends", what, cost[ours] / 1000, "ms", beside, cost[theirs] / 1000, limit)
        for what, ours, beside, theirs, limit in (
            ("sent, the standard library's JSON", "standard", against, "plain", 0.50),
            ("sent, fast, with orjson", "orjson", against, "plain", 0.25),
            ("10,000 results read", "read", "the generated models", "generated", 0.45),
        )
    ] + [Row("batch_sends", "peak memory", peak / 1e6, "MB", "its bytes", size / 1e6, 3.0)]


@contextmanager
def standard_library() -> Iterator[None]:
    """Do without orjson, as where it is not installed."""
    with patch.object(json_text, "_imported", lambda: None):
        yield


def _read(answer: bytes) -> object:
    batch = AcceptedBatch(Reply(200, {}, answer))
    return [(message.umid, message.status.code) for message in batch.messages]


def _peak(call: Callable[[], object]) -> int:
    """Return the most bytes that Python had allocated at a time, above what there was before."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        call()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
