"""What may become of a request on its way to the API and back, as a table."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eightbyeight.mock.response import Response

SLOW = 0.1  # seconds; well below the client's timeout


class End(Enum):
    """What becomes of the connection."""

    KEEP = "it stays open for the next request"
    FIN = "it is closed in the orderly way"
    RST = "it is reset"
    HOLD = "it stays open and silent until the client leaves"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one request.

    Attributes:
        weight: How many of a thousand requests meet it.
        forwards: Whether the API gets the request, and so executes it.
        end: What becomes of the connection.
        answer: Makes what the client is sent from the API's answer (None where the API was not asked).
        reads: How many bytes of the request are read at most; None for all.
        delay: Seconds until the client gets its answer.
    """

    weight: int
    forwards: bool
    end: End
    answer: Callable[[Response | None], bytes] | None = None
    reads: int | None = None
    delay: float = 0.0


def reply(
    status: int, body: bytes, *, kind: str = "application/json", length: int = -1, extra: str = ""
) -> bytes:
    """Write a reply; ``length`` replaces the true Content-Length."""
    head = f"HTTP/1.1 {status} As Drawn\r\nContent-Type: {kind}\r\n"
    head += f"Content-Length: {len(body) if length < 0 else length}\r\n{extra}\r\n"
    return head.encode() + body


def _good(answer: Response | None) -> bytes:
    if answer is None:
        raise TypeError("there is no good answer to a request that the API never got")
    fields = [b"%b: %b\r\n" % header for header in answer.headers]
    return b"HTTP/1.1 %d OK\r\n%b\r\n%b" % (answer.status, b"".join(fields), answer.body)


def _partial_status_line(_: Response | None) -> bytes:
    return b"HTTP/1.1 20"


def _cut_body(answer: Response | None) -> bytes:
    return _good(answer)[:-20]


def _garbage(_: Response | None) -> bytes:
    return b"\x00\x16\x03\x01 not a word of HTTP\r\n\r\n"


def _bad_gzip(answer: Response | None) -> bytes:
    damaged = gzip.compress(answer.body if answer else b"")[::-1]
    return reply(200, damaged, extra="Content-Encoding: gzip\r\n")


def _html(status: int) -> Callable[[Response | None], bytes]:
    page = reply(status, b"<html>the gateway is not well</html>", kind="text/html")
    return lambda _: page


def _error(status: int, code: int, extra: str = "") -> Callable[[Response | None], bytes]:
    body = {
        "code": code,
        "message": "as drawn",
        "errorId": "9f2b8a6c-0d1e-4f3a-9b5c-7d8e9f0a1b2c",
        "timestamp": "2026-01-02T03:04:05.67Z",
    }
    whole = reply(status, json.dumps(body).encode(), extra=extra)
    return lambda _: whole


# About one request in seven meets a fault, and two in a hundred meet silence.
#: By name. The weights add up to a thousand.
FATES = {
    # What a good day brings.
    "good": Fate(824, True, End.KEEP, _good),
    "slow": Fate(15, True, End.KEEP, _good, delay=SLOW),
    "closed_after": Fate(20, True, End.FIN, _good),
    # The API never gets the request. A connection that was kept alive cannot be refused any more: there,
    # it is reset as the request arrives.
    "refused": Fate(8, False, End.RST, reads=0),
    "reset_inside": Fate(8, False, End.RST, reads=60),
    "lost_fin": Fate(8, False, End.FIN),
    "lost_rst": Fate(8, False, End.RST),
    "lost_silence": Fate(8, False, End.HOLD),
    "lost_500": Fate(4, False, End.KEEP, _html(500)),
    "lost_503": Fate(4, False, End.KEEP, _html(503)),
    "too_many": Fate(15, False, End.KEEP, _error(429, 1017, "Retry-After: 0\r\n")),
    "bad_request": Fate(6, False, End.KEEP, _error(400, 1001)),
    # The API executes it, and the client does not learn that.
    "done_fin": Fate(8, True, End.FIN),
    "done_rst": Fate(8, True, End.RST),
    "done_silence": Fate(12, True, End.HOLD),
    "done_partial_status_line": Fate(6, True, End.FIN, _partial_status_line),
    "done_cut_body": Fate(6, True, End.FIN, _cut_body),
    "done_garbage": Fate(5, True, End.FIN, _garbage),
    "done_bad_gzip": Fate(5, True, End.KEEP, _bad_gzip),
    "done_500": Fate(5, True, End.KEEP, _html(500)),
    "done_502": Fate(5, True, End.KEEP, _html(502)),
    "done_503": Fate(5, True, End.KEEP, _html(503)),
    "done_504": Fate(4, True, End.KEEP, _html(504)),
    "done_408": Fate(3, True, End.KEEP, _html(408)),
}
#: Those that are no fault.
GOOD = {"good", "slow", "closed_after"}


def drawn(seed: int) -> Iterator[str]:
    """Draw the names of fates for ever, the same for the same seed."""
    names, weights = list(FATES), [fate.weight for fate in FATES.values()]
    source = random.Random(seed)  # noqa: S311  # to be repeated, not to be secret
    while True:
        yield from source.choices(names, weights, k=1000)
