"""What lenient mode forgives: the habits of the API's own published samples.

Working from the faults of the strict validation, it mends what it knows and looks again, so it
needs no second description of the schemas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eightbyeight.mock.wording import dotted

if TYPE_CHECKING:
    from eightbyeight.mock.validation import Checker, Fault

FORGAVE_HEADER = b"x-mock-forgave"
TRAILING_SLASH = "trailing slash"

# Mending a discriminator uncovers the faults of its variant, which may hold another one.
_ROUNDS = 8
_SHOWN = 20


def mend(body: Any, checker: Checker) -> list[str]:
    """Mend a refused body in place as far as forgiveness reaches.

    Returns:
        What was forgiven, as `field: habit`. The body may still be invalid.
    """
    forgiven: list[str] = []
    for _ in range(_ROUNDS):
        habits = [
            f"{dotted(fault.path)}: {habit}"
            for fault in checker.faults(body)
            if (habit := _mend_one(body, fault)) is not None
        ]
        if not habits:
            break
        forgiven += habits
    return forgiven


def header_value(forgiven: list[str]) -> bytes:
    """Write what was forgiven as a header value, cut when it is long."""
    shown = forgiven[:_SHOWN]
    if len(forgiven) > _SHOWN:
        shown.append(f"and {len(forgiven) - _SHOWN} more")
    text = "; ".join(shown).encode("ascii", "backslashreplace")
    return bytes(byte if 32 <= byte < 127 else ord("?") for byte in text)


def _mend_one(body: Any, fault: Fault) -> str | None:
    if not fault.path:
        return None
    holder: Any = body
    try:
        for part in fault.path[:-1]:
            holder = holder[part]
        value = holder[fault.path[-1]]
    except (KeyError, IndexError, TypeError):
        return None
    name = fault.path[-1]
    if value is None and isinstance(holder, dict):
        del holder[name]
        return "null taken as absent"
    if fault.keyword in ("enum", "const") and isinstance(value, str):
        allowed = fault.limit if fault.keyword == "enum" else [fault.limit]
        for option in allowed or []:
            if isinstance(option, str) and option.casefold() == value.casefold():
                holder[name] = option
                return "letter case"
    if fault.keyword == "type" and isinstance(value, str):
        number = _number(value, fault.limit)
        if number is not None:
            holder[name] = number
            return "number written as a string"
    return None


def _number(text: str, wanted: Any) -> int | float | None:
    types = [wanted] if isinstance(wanted, str) else list(wanted or [])
    if len(text) > 40 or not text.strip():
        return None
    try:
        if "integer" in types or "number" in types:
            return int(text)
    except ValueError:
        pass
    try:
        number = float(text) if "number" in types else None
    except ValueError:
        return None
    # float() also reads "nan" and "inf", which are no JSON numbers.
    return number if number is not None and abs(number) < float("inf") else None
