"""How many parts an SMS takes."""

from __future__ import annotations

import pytest

from eightbyeight.mock.segments import segments

EURO, SMILE, CYRILLIC = "\u20ac", "\U0001f600", "\u041f"


@pytest.mark.parametrize(
    ("text", "encoding", "parts", "truncated"),
    [
        ("", "GSM7", 1, False),
        ("a" * 160, "GSM7", 1, False),
        ("a" * 161, "GSM7", 2, False),
        ("a" * 306, "GSM7", 2, False),
        ("a" * 307, "GSM7", 3, False),
        ("a" * 1530, "GSM7", 10, False),
        ("a" * 1531, "GSM7", 10, True),
        # Two septets each ...
        (EURO * 80, "GSM7", 1, False),
        (EURO * 81, "GSM7", 2, False),
        # ... which are not cut in two: 76 of them leave one septet of a part unused.
        (EURO * 152, "GSM7", 2, False),
        (EURO * 153, "GSM7", 3, False),
        ("a" * 152 + EURO + "a" * 152, "GSM7", 3, False),
        (CYRILLIC * 70, "UCS2", 1, False),
        (CYRILLIC * 71, "UCS2", 2, False),
        (CYRILLIC * 670, "UCS2", 10, False),
        (CYRILLIC * 671, "UCS2", 10, True),
        (SMILE * 35, "UCS2", 1, False),
        (SMILE * 36, "UCS2", 2, False),
        (SMILE * 66, "UCS2", 2, False),
        (SMILE * 67, "UCS2", 3, False),
    ],
)
def test_parts(text, encoding, parts, truncated):
    assert segments(text, encoding) == (encoding, parts, truncated)
