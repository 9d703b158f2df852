"""How many functions one send calls: a figure without noise, the same in each run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from unittest.mock import patch

import httpcore
import httpx

from eightbyeight import Client

from .backends import post_json
from .row import Row
from .workload import ACCEPTED, ACCEPTED_SMS, KEY, SENDS, SUBACCOUNT, raw_request, send_sms

if TYPE_CHECKING:
    from collections.abc import Callable

#: The most calls that an SMS may take, in Python and in C together; a real socket adds a few dozen.
MOST = 950


def run(*, quick: bool) -> list[Row]:  # noqa: ARG001 - it is quick already
    """Count the calls of functions in Python and in C, down to where a socket would be."""
    rows = []
    for name, send in SENDS.items():
        answer = _canned(ACCEPTED_SMS if send is send_sms else ACCEPTED)
        network = lambda answer=answer: httpcore.MockBackend([answer] * 20)  # noqa: E731
        with (
            patch.object(httpcore, "SyncBackend", network),
            Client(KEY, SUBACCOUNT, base_url="http://127.0.0.1", backend="httpx") as client,
            httpx.Client(trust_env=False) as plain,
        ):
            plain._transport._pool._network_backend = network()
            ours = count(lambda: send(client))  # noqa: B023
            theirs = count(post_json(plain.post, raw_request(send, "http://127.0.0.1")))
        most = MOST / sum(theirs) if send is send_sms else None
        against = "httpx.Client.post(json=)"
        rows += [
            Row("calls", f"{name}, Python", ours[0], "calls", against, theirs[0]),
            Row("calls", f"{name}, Python and C", sum(ours), "calls", against, sum(theirs), most),
        ]
    return rows


def _canned(body: bytes) -> bytes:
    """Return an answer as it comes from a connection, in one piece."""
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
    return f"{head}{len(body)}\r\n\r\n".encode() + body


def count(function: Callable[[], object]) -> tuple[int, int]:
    """Return how many functions written in Python and in C a call runs."""
    for _ in range(3):  # what is loaded or compiled at first use does not count
        function()
    seen = {"call": 0, "c_call": 0}

    def note(_frame: object, event: str, _argument: object) -> None:
        if event in seen:
            seen[event] += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(before)
    # The function itself was handed in, and switching the profile off is a call in C.
    return seen["call"] - 1, seen["c_call"] - 1
