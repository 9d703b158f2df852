"""A batch of 10,000 surveys in the mock: validated, stored and answered."""

from __future__ import annotations

import json

from eightbyeight.mock import create_app

from .batches import TEMPLATE, ready_messages
from .measure import cheapest
from .row import NotMeasured, Row

#: Milliseconds for a batch: to validate, store and answer it.
BUDGET = 150.0

_TARGET = "/sms/api/v1/subaccounts/acme_hq/surveys/nps/messages/batch"
_HEADERS = [(b"authorization", b"Bearer any"), (b"content-type", b"application/json")]


def run(*, quick: bool) -> list[Row | NotMeasured]:
    """Measure it with and without the list of messages in the answer."""
    app = create_app(max_messages=10_000)
    bare = {"messages": ready_messages(), "template": TEMPLATE}
    bodies = {
        "10,000 surveys": json.dumps(bare).encode(),
        "10,000 surveys, listed": json.dumps({**bare, "includeMessagesInResponse": True}).encode(),
    }

    def handle(body: bytes) -> None:
        response = app.handle("POST", _TARGET, _HEADERS, body)
        if response.status != 200:
            raise AssertionError(f"the mock answered {response.status}")
        app.reset()

    cost = cheapest(
        {
            **{what: lambda body=body: handle(body) for what, body in bodies.items()},  # type: ignore[misc]
            "loads": lambda: json.loads(bodies["10,000 surveys"]),
        },
        rounds=3 if quick else 10,
    )
    rows: list[Row | NotMeasured] = []
    for what in bodies:
        spent = cost[what] / 1000
        rows += [
            Row("mock", what, spent, "ms", "the budget", BUDGET, target=1.0),
            Row("mock", what, spent, "ms", "json.loads", cost["loads"] / 1000),
        ]
    return rows
