"""The other HTTP libraries: what of the truth table is played over them, and where they can tell less than httpx."""

from __future__ import annotations

from dataclasses import dataclass, replace

from faults.table import TABLE, Row

from eightbyeight import ConnectionLost

#: Each backend with the kinds of clients that it serves.
BACKENDS = {"httpx2": ("sync", "async"), "fast": ("sync", "async"), "aiohttp": ("async",)}

#: One of each sort of fault: what is played in each run. EIGHTBYEIGHT_DEEP plays all.
SOME = {
    "refused",
    "dns",
    "tls_untrusted",
    "tls_no_reply",
    "close_on_accept",
    "reset_inside_body",
    "stall_while_writing",
    "keep_alive_race",
    "fin_without_reply",
    "rst_after_reading",
    "no_reply",
    "partial_status_line",
    "continue_then_nothing",
    "cut_body",
    "bad_gzip",
    "slow_drip_body",
    "status_500",
    "redirect",
    "html_200",
    "length_too_short",
    "status_400",
    "status_429",
}


@dataclass(frozen=True)
class Weaker:
    """A fault of which a backend tells less than httpx does.

    Attributes:
        backend: Its name.
        fault: The fault.
        says: What docs/performance.md says of it.
        outcome: What the call ends with, if with something else.
        quick: The timeout that ends it, if another.
    """

    backend: str
    fault: str
    says: str
    outcome: type | None = None
    quick: str | None = None


#: All of them. docs/performance.md shows this table, and a test compares.
WEAKER = [
    Weaker(
        "aiohttp",
        "length_too_short",
        "a reply with bytes behind its end is refused whole: `OutcomeUnknown`, where httpx takes it",
        outcome=ConnectionLost,
    ),
    Weaker(
        "aiohttp",
        "continue_then_nothing",
        "after `100 Continue` the read timeout is forgotten, and the deadline ends the call",
        quick="deadline",
    ),
]


def rows_of(backend: str, *, deep: bool) -> list[Row]:
    """Return what must come of the faults over a backend."""
    weaker = {entry.fault: entry for entry in WEAKER if entry.backend == backend}
    rows = [row for row in TABLE if deep or row.fault in SOME | weaker.keys()]
    return [_told_by(row, weaker.get(row.fault)) for row in rows]


def _told_by(row: Row, weaker: Weaker | None) -> Row:
    if weaker is None:
        return row
    ended = ("timeout", "protocol") if weaker.outcome else row.ended
    return replace(
        row, outcome=weaker.outcome or row.outcome, quick=weaker.quick or row.quick, ended=ended
    )
