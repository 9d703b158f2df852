"""Masks for what may not appear in a log, a repr or an error."""

from __future__ import annotations

import re

_NUMBER = r"\+?\d(?:[\s()./\-]{0,3}\d){6,}"


def mask_number(number: str) -> str:
    """Return ``number`` with all but its last four digits replaced: ``+6591234567`` gives ``+******4567``."""
    visible = 4 if sum(c.isdigit() for c in number) > 6 else 0
    digits_left = sum(c.isdigit() for c in number) - visible
    masked = []
    for character in number:
        if character.isdigit() and digits_left > 0:
            masked.append("*")
            digits_left -= 1
        else:
            masked.append(character)
    return "".join(masked)


def mask_numbers(text: str) -> str:
    """Return ``text`` with everything masked that looks like a phone number of seven digits or more."""
    return re.sub(_NUMBER, lambda match: mask_number(match.group()), text)
