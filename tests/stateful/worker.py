"""What a worker does, in a process that was forked for it: a real client with a real journal."""

from __future__ import annotations

import json
import mmap
import random
import struct
import time
from inspect import isawaitable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eightbyeight import AsyncClient, Client, Journal
from eightbyeight.core.retry import Timeouts
from eightbyeight.errors import EightByEightError, JournalUnavailable
from eightbyeight.io.http import phases
from eightbyeight.resources._async import recovery as async_recovery
from eightbyeight.resources._sync import recovery as sync_recovery
from eightbyeight.sending import chunks

from .defects import DEFECTS
from .steps import AT_THE_SERVER, Steps

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBER = "+6591234567"
# So that a run of a few rows is planned in several slices, and a survey goes out in several batches.
SLICE = 4
BATCH = 3
# Long enough for a machine that is busy, unless the server is to keep clients waiting.
_PATIENCE, _IMPATIENCE = 5.0, 0.2
DEADLINE = 10.0
_DAWDLE = 0.003


class Clock:
    """The time of the model: everybody sees it, and it passes when the model says so."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 8)

    def __call__(self) -> float:
        return float(struct.unpack("d", self._memory)[0])

    def set(self, now: float) -> None:
        self._memory[:] = struct.pack("d", now)


def work(job: dict[str, Any], process: int) -> None:
    """Do a job. The outcomes are written to a file when, and if, all of it was done."""
    _prepare(job)
    outcomes = _do_async(job, process) if job["is_async"] else _do(job, process)
    Path(job["result"]).write_text(json.dumps(outcomes), "utf-8")


def _prepare(job: dict[str, Any]) -> None:
    random.random = lambda: 0.01  # the waits between attempts
    for module in (sync_recovery, async_recovery):
        module._MOST_UNITS = SLICE
    chunks.MOST_MESSAGES = BATCH
    if job["defect"]:
        DEFECTS[job["defect"]]()
    if job["dawdles"]:
        _dawdle()
    if job["crash"] and job["crash"]["step"] not in AT_THE_SERVER:
        Steps(**job["crash"]).install()


def _dawdle() -> None:
    """Wait between the head of a request and its body, so that a server can break off in between."""
    trace = phases.PhaseTrace.__call__

    def slowly(self: phases.PhaseTrace, event: str, info: Any) -> None:
        trace(self, event, info)
        if event.endswith("send_request_headers.complete"):
            time.sleep(_DAWDLE)

    phases.PhaseTrace.__call__ = slowly


def _options(job: dict[str, Any], process: int) -> dict[str, Any]:
    read = _IMPATIENCE if job["is_impatient"] else _PATIENCE
    return {
        "api_key": f"{job['name']}-{process}",
        "subaccount_id": "acme",
        "base_url": job["url"],
        "timeouts": Timeouts(connect=5, write=5, read=read, pool=5, deadline=DEADLINE),
        "rate_limits": False,
        "delivery": job["delivery"],
    }


def _do(job: dict[str, Any], process: int) -> list[Any]:
    outcomes = []
    with (
        Journal(job["place"], clock=Clock(Path(job["clock"]))) as journal,
        Client(**_options(job, process), journal=journal) as client,
    ):
        for action in job["actions"]:
            try:
                outcomes.append(_told(_ACTIONS[action["do"]](client, **action)))
            except EightByEightError as error:
                outcomes.append(_failed(error))
    return outcomes


def _do_async(job: dict[str, Any], process: int) -> list[Any]:
    import asyncio

    async def main() -> list[Any]:
        outcomes = []
        with Journal(job["place"], clock=Clock(Path(job["clock"]))) as journal:
            async with AsyncClient(**_options(job, process), journal=journal) as client:
                for action in job["actions"]:
                    try:
                        done = _ACTIONS[action["do"]](client, **action)
                        outcomes.append(_told(await done if isawaitable(done) else done))
                    except EightByEightError as error:
                        outcomes.append(_failed(error))
        return outcomes

    return asyncio.run(main())


def _failed(error: EightByEightError) -> dict[str, Any]:
    if isinstance(error, JournalUnavailable):
        raise error  # nothing here gives a reason for that
    kinds = [kind.__name__ for kind in type(error).__mro__]
    return {"error": kinds, "text": str(error)}


def _told(result: Any) -> Any:
    """Return what a caller has been told, in words that a file can hold."""
    if hasattr(result, "is_stopped"):
        rows = [[o.row, str(o.state), o.client_message_id, o.reason] for o in result]
        return {"rows": rows}
    return {"text": repr(result)}


# --- the actions: with an AsyncClient, most return something to be awaited --------------------------------


def _run(client: Any, kind: str, run: str, rows: list[Any], concurrency: int, **_: Any) -> Any:
    if kind == "survey":
        return client.surveys.send_batch(
            "nps",
            [_survey_row(row) for row in rows],
            template="Rate {{what}} {{url}}",
            run=run,
            concurrency=concurrency,
        )
    resource, text = (client.sms, "text") if kind == "sms" else (client.messages, "content")
    made = [
        {"to": _number(row), text: row["text"], "client_message_id": row["reference"]}
        for row in rows
    ]
    return resource.send_many(made, run=run, concurrency=concurrency)


def _survey_row(row: dict[str, Any]) -> dict[str, Any]:
    message = {"destination": _number(row), "templateVariables": {"what": row["text"]}}
    return message | ({"clientMessageId": row["reference"]} if row["reference"] else {})


def _number(row: dict[str, Any]) -> str:
    return "12" if row["is_bad"] else NUMBER


def _resume(client: Any, run: str | None, concurrency: int, **_: Any) -> Any:
    return client.resume(run, concurrency=concurrency)


def _single(client: Any, kind: str, reference: str, text: str, **_: Any) -> Any:
    resource = client.sms if kind == "sms" else client.messages
    return resource.send(NUMBER, text, client_message_id=reference)


def _receipts(client: Any, events: list[Any], **_: Any) -> Any:
    for event in events:
        client.journal.add_receipt(event)


def _reconcile(client: Any, **_: Any) -> Any:
    return client.reconcile()


_ACTIONS: dict[str, Callable[..., Any]] = {
    "run": _run,
    "resume": _resume,
    "single": _single,
    "receipts": _receipts,
    "reconcile": _reconcile,
}
