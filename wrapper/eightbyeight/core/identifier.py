"""IDs of replies, where they are to be shown."""

from __future__ import annotations

import re

_IDENTIFIER = re.compile(r"(?=.*[A-Za-z])[\w.-]{1,64}", re.ASCII)


def identifier_or_none(value: object) -> str | None:
    """Return ``value`` if it looks like an ID. A phone number, and anything with a blank in it, does not."""
    return value if isinstance(value, str) and _IDENTIFIER.fullmatch(value) else None
