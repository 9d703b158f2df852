"""The memory of the mock's process as messages come in, up to its cap and beyond."""

from __future__ import annotations

import time
from itertools import pairwise

import httpx

from . import mock_requests
from .load import loaded
from .row import NotMeasured, Row
from .server_process import KNOWS_USAGE, Server, server

#: Well above the cap: memory after more messages, against that before them.
TARGET = 1.1

_KIND = "messages.send(Text, fallback)"
_CAP = 10_000

#: Messages come further for so long; what they have been through takes room, too.
_LIFE_SECONDS = 6.0

_MB = 1e6


def run(*, quick: bool) -> list[Row | NotMeasured]:
    """Fill a mock with its own cap, and one that remembers 10,000."""
    if not KNOWS_USAGE:
        return [NotMeasured("mock", "memory", "needs Linux's /proc")]
    counts = (10_000, 20_000, 30_000) if quick else (10_000, 50_000, 100_000)
    first, *others = counts
    grown = _sizes(counts, cap=None)
    rows: list[Row | NotMeasured] = []
    for count in others:
        value, baseline = grown[count] / _MB, grown[first] / _MB
        rows.append(Row("mock", f"memory, {count:,} stored", value, "MB", f"{first:,}", baseline))
    each = (grown[others[-1]] - grown[first]) / (others[-1] - first)
    in_wire = len(mock_requests.sends(80)[_KIND])
    rows.append(Row("mock", "memory, a message", each, "B", "its request", in_wire))
    kept = _sizes(counts, cap=_CAP)
    for before, count in pairwise(counts):
        what = f"memory, {_CAP:,} kept of {count:,}"
        # At first there is also room to be taken for messages that are forgotten and still due.
        target = TARGET if before > _CAP else None
        value, baseline = kept[count] / _MB, kept[before] / _MB
        rows.append(Row("mock", what, value, "MB", f"of {before:,}", baseline, target))
    return rows


def _sizes(counts: tuple[int, ...], cap: int | None) -> dict[int, int]:
    """Send until each count is reached, and return the bytes that the process has then."""
    sizes, sent = {}, 1  # the first message shows that the server is up
    with server(mock_requests.ours, mock_requests.first) as mock:
        if cap is not None:
            _set_cap(mock, cap)
        request = mock_requests.sends(mock.port)[_KIND]
        for count in counts:
            loaded(mock.port, request, requests=count - sent)
            sent = count
            time.sleep(_LIFE_SECONDS)
            sizes[count] = mock.resident_bytes()
    return sizes


def _set_cap(mock: Server, cap: int) -> None:
    url = f"http://127.0.0.1:{mock.port}/__mock__/settings"
    httpx.patch(url, json={"max_messages": cap}, trust_env=False).raise_for_status()
