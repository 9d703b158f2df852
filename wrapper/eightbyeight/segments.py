r"""SMS segments, offline: how many parts a text takes, why, and how it takes fewer.

For example::

    from eightbyeight.segments import segment, to_gsm7

    found = segment("It\u2019s here")
    print(found.encoding, found.count, found.culprits[0].name)
    print(to_gsm7("It\u2019s here").text)
"""

from __future__ import annotations

from .core.segments import (
    MOST_PARTS,
    Culprit,
    Encoding,
    Plain,
    Replacement,
    Segments,
    segment,
    to_gsm7,
)

__all__ = [
    "MOST_PARTS",
    "Culprit",
    "Encoding",
    "Plain",
    "Replacement",
    "Segments",
    "segment",
    "to_gsm7",
]
