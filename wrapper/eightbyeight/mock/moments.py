"""Times that requests carry."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_LEAP_SECOND = re.compile(r":60(?=[.Zz+-]|$)")
# Further away no clock of a test goes, and sums with it stay within what a datetime holds.
_FAR = datetime(9000, 1, 1, tzinfo=UTC)
_LONG_AGO = datetime(1000, 1, 1, tzinfo=UTC)


def moment(text: str | None) -> datetime | None:
    """Read an RFC 3339 time as the schemas allow it; what no datetime can hold is none at all."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(_LEAP_SECOND.sub(":59", text.upper(), count=1))
        if found.tzinfo is None:
            found = found.replace(tzinfo=UTC)
        return max(_LONG_AGO, min(found, _FAR)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
