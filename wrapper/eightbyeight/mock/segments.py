"""How many parts an SMS takes.

A text that is too long for one part loses room in each to the header that joins them. Neither a pair
of septets (escape and extension character) nor a pair of UTF-16 units is ever cut in two.
"""

from __future__ import annotations

from typing import NamedTuple

from eightbyeight.mock.encoding import EXTENSION

MOST_PARTS = 10


class Segments(NamedTuple):
    """What becomes of a text.

    Attributes:
        encoding: `GSM7` or `UCS2`.
        parts: How many, at most ten; an empty text takes one.
        truncated: Whether something is cut off behind the tenth part.
    """

    encoding: str
    parts: int
    truncated: bool


class _Room(NamedTuple):
    alone: int
    joined: int


_ROOM = {"GSM7": _Room(160, 153), "UCS2": _Room(70, 67)}


def segments(text: str, encoding: str) -> Segments:
    """Count the parts of a text in the encoding that is used for it."""
    room = _ROOM[encoding]
    widths = _septets(text) if encoding == "GSM7" else _units(text)
    if sum(widths) <= room.alone:
        return Segments(encoding, 1, truncated=False)
    parts, used = 1, 0
    for width in widths:
        if used + width > room.joined:
            if parts == MOST_PARTS:
                return Segments(encoding, parts, truncated=True)
            parts, used = parts + 1, 0
        used += width
    return Segments(encoding, parts, truncated=False)


def _septets(text: str) -> list[int]:
    # A character that GSM7 lacks is sent as one that it has.
    return [2 if character in EXTENSION else 1 for character in text]


def _units(text: str) -> list[int]:
    return [2 if ord(character) > 0xFFFF else 1 for character in text]
