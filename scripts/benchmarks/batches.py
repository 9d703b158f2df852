"""A batch of 10,000 surveys: checked, encoded and its answer read row by row, against json alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eightbyeight import AcceptedBatch, Reply, SurveyRecipient
from eightbyeight.requests.surveys import SurveyBatches, batch_references
from eightbyeight.sending.chunks import Chunks
from eightbyeight.sending.outcomes import outcomes_of

from .measure import cheapest
from .row import Row
from .workload import SUBACCOUNT

if TYPE_CHECKING:
    from eightbyeight.sending.unit import Unit

SIZE = 10_000
TEMPLATE = {"templateBody": "Hi {{name}}, how was order {{order}}? {{url:name:order}}"}
PEOPLE = [(f"+65{90_000_000 + row}", f"Customer {row}", 10_000 + row) for row in range(SIZE)]


def run(*, quick: bool) -> list[Row]:
    """Measure the way out and the way back."""
    messages = ready_messages()
    body = {"clientBatchId": "nps", "messages": messages, "template": TEMPLATE}
    answer = answer_to(messages)
    unit = _encode(messages)
    cost = cheapest(
        {
            "recipients": lambda: _encode([_recipient(*person) for person in PEOPLE]),
            "dicts": lambda: _encode(messages),
            "dumps": lambda: json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
            "read": lambda: AcceptedBatch(Reply(200, {}, answer)),
            "read all": lambda: _read_all(AcceptedBatch(Reply(200, {}, answer))),
            "outcomes": lambda: outcomes_of(unit, AcceptedBatch(Reply(200, {}, answer))),
            "loads": lambda: json.loads(answer),
            "loads all": lambda: [
                (entry["umid"], entry["status"]["code"]) for entry in json.loads(answer)["messages"]
            ],
        },
        rounds=3 if quick else 10,
    )
    compared = {
        "encode, from SurveyRecipients made for it": ("recipients", "json.dumps", "dumps"),
        "encode, from dicts": ("dicts", "json.dumps", "dumps"),
        "read the answer": ("read", "json.loads", "loads"),
        "read each umid and code": ("read all", "json.loads and keys", "loads all"),
        "tell the outcome of each row": ("outcomes", "json.loads and keys", "loads all"),
    }
    return [
        Row("batches", what, cost[ours] / 1000, "ms", against, cost[theirs] / 1000)
        for what, (ours, against, theirs) in compared.items()
    ]


def ready_messages() -> list[dict[str, Any]]:
    """Return the batch's messages as they go over the wire."""
    return [
        {
            "destination": number,
            "templateVariables": {"name": name, "order": order},
            "clientMessageId": f"nps-{row}",
        }
        for row, (number, name, order) in enumerate(PEOPLE)
    ]


def answer_to(messages: list[dict[str, Any]]) -> bytes:
    """Return the API's answer with one entry a message."""
    status = {"code": "QUEUED", "description": "SMS is accepted and queued for processing"}
    entries = [
        {
            "umid": f"bda3d56d-1424-e711-813c-{row:012x}",
            "destination": message["destination"][1:],
            "status": status,
            "encoding": "GSM7",
            "clientMessageId": message["clientMessageId"],
        }
        for row, message in enumerate(messages)
    ]
    counts = {"acceptedCount": len(messages), "rejectedCount": 0}
    return json.dumps(
        {"batchId": "b", "clientBatchId": "nps", **counts, "messages": entries}
    ).encode()


def _recipient(number: str, name: str, order: int) -> SurveyRecipient:
    return SurveyRecipient(number, variables={"name": name, "order": order})


def _encode(recipients: Any) -> Unit:
    """Make the one request that send_batch makes of so many recipients."""
    batches = SurveyBatches(SUBACCOUNT, "nps", template=TEMPLATE, client_batch_id="nps")
    chunks = Chunks(batches, batch_references("nps"))
    (unit,) = filter(None, map(chunks.add, recipients))
    return unit


def _read_all(batch: AcceptedBatch) -> object:
    return [(message.umid, message.status.code) for message in batch.messages]
