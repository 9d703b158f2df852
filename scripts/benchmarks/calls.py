"""How many functions one send calls: a figure without noise, the same in each run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import httpcore
import httpx

from eightbyeight import Client

from .backends import post_json
from .row import Row
from .workload import ACCEPTED, ACCEPTED_SMS, KEY, SENDS, SUBACCOUNT, raw_request, send_sms

if TYPE_CHECKING:
    from collections.abc import Callable

#: The most calls that an SMS may take, in Python and in C together: 1,600 with a real socket, which adds a hundred.
MOST = 1_500


def run(*, quick: bool) -> list[Row]:  # noqa: ARG001 - it is quick already
    """Count the calls of functions in Python and in C, down to where a socket would be."""
    rows = []
    with (
        Client(KEY, SUBACCOUNT, base_url="http://127.0.0.1", backend="httpx") as client,
        httpx.Client(trust_env=False) as plain,
    ):
        answers = _canned(ACCEPTED_SMS), _canned(ACCEPTED)
        pools = [http._transport._pool for http in (client._transport._client, plain)]
        for name, send in SENDS.items():
            for pool in pools:
                pool.close()
                # Ours cuts down the waits of the one inside.
                backend = httpcore.MockBackend([answers[send is not send_sms]] * 20)
                if pool is pools[0]:
                    pool._network_backend._inner = backend
                else:
                    pool._network_backend = backend
            ours = count(lambda: send(client))  # noqa: B023
            theirs = count(post_json(plain.post, raw_request(send, "http://127.0.0.1")))
            most = MOST / sum(theirs) if send is send_sms else None
            against = "httpx.Client.post(json=)"
            rows += [
                Row("calls", f"{name}, Python", ours[0], "calls", against, theirs[0]),
                Row(
                    "calls", f"{name}, Python and C", sum(ours), "calls", against, sum(theirs), most
                ),
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
