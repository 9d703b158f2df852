"""How many functions one send calls: a figure without noise, the same in each run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import httpx

from eightbyeight import Client

from .backends import post_json
from .canned_server import canned_server
from .row import Row
from .workload import KEY, SENDS, SUBACCOUNT, raw_request

if TYPE_CHECKING:
    from collections.abc import Callable

#: The most calls that an SMS may take, in Python and in C together.
MOST = 1_600


def run(*, quick: bool) -> list[Row]:  # noqa: ARG001 - it is quick already
    """Count the calls of functions in Python and in C, over loopback."""
    rows = []
    with (
        canned_server() as url,
        Client(KEY, SUBACCOUNT, base_url=url) as client,
        httpx.Client(trust_env=False) as plain,
    ):
        for name, send in SENDS.items():
            ours = count(lambda: send(client))  # noqa: B023
            theirs = count(post_json(plain.post, raw_request(send, url)))
            most = MOST / sum(theirs) if send is next(iter(SENDS.values())) else None
            for kind, own, other, target in (
                ("Python", ours[0], theirs[0], None),
                ("Python and C", sum(ours), sum(theirs), most),
            ):
                against = "httpx.Client.post(json=)"
                rows.append(Row("calls", f"{name}, {kind}", own, "calls", against, other, target))
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
