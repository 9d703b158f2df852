"""How many functions one send calls: a figure without noise, the same in each run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import httpx

from eightbyeight import Client

from .row import Row
from .workload import KEY, SENDS, SUBACCOUNT, raw_request, reply_to

if TYPE_CHECKING:
    from collections.abc import Callable

TARGET = 1.25


def run(*, quick: bool) -> list[Row]:  # noqa: ARG001 - it is quick already
    """Count the calls of functions in Python and in C."""
    rows = []
    transport = httpx.MockTransport(reply_to)
    with (
        Client(KEY, SUBACCOUNT, transport=transport) as client,
        httpx.Client(transport=transport) as plain,
    ):
        for name, send in SENDS.items():
            raw = raw_request(send)
            ours = count(lambda: send(client))  # noqa: B023
            theirs = count(lambda: plain.post(raw.url, content=raw.content, headers=raw.headers))  # noqa: B023
            for kind, place in (("Python", 0), ("C", 1)):
                rows.append(
                    Row(
                        "calls",
                        f"{name}, {kind}",
                        ours[place],
                        "calls",
                        "httpx.Client.post",
                        theirs[place],
                        TARGET if kind == "Python" else None,
                    )
                )
    return rows


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
