"""What lenient mode forgives: the habits of the API's own published samples.

Working from the faults of the strict validation, it mends what it knows and looks again, so it
needs no second description of the schemas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eightbyeight.mock.wording import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eightbyeight.mock.validation import Checker, Fault

FORGAVE_HEADER = b"x-mock-forgave"
TRAILING_SLASH = "trailing slash"
_NO_SCHEME = "authorization: key without Bearer"

# Mending a discriminator uncovers the faults of its variant, which may hold another one.
_ROUNDS = 8
_SHOWN = 20

_SCHEMES = frozenset({b"basic", b"bearer", b"digest"})


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


def mend_headers(headers: dict[bytes, bytes], forgiven: list[str]) -> None:
    """Mend request headers in place, and note in `forgiven` what was wrong with them."""
    given = headers.get(b"authorization", b"").strip()
    if given and b" " not in given and given.lower() not in _SCHEMES:
        forgiven.append(_NO_SCHEME)
        headers[b"authorization"] = b"Bearer " + given


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
    if fault.keyword == "additionalProperties" and _rename(holder, str(name), fault.limit):
        return "letter case of the name"
    if value is None and isinstance(holder, dict):
        del holder[name]
        return "null taken as absent"
    return _rewrite(holder, name, value, fault) if isinstance(value, str) else None


def _rewrite(holder: Any, name: str | int, value: str, fault: Fault) -> str | None:
    if fault.keyword in ("enum", "const"):
        allowed = fault.limit if fault.keyword == "enum" else [fault.limit]
        for option in allowed or []:
            if isinstance(option, str) and option.casefold() == value.casefold():
                holder[name] = option
                return "letter case"
    if fault.keyword == "type":
        number = _number(value, fault.limit)
        if number is not None:
            holder[name] = number
            return "number written as a string"
    return None


def _rename(holder: dict[str, Any], name: str, known: Iterable[str] | None) -> bool:
    for own in known or ():
        if own.casefold() == name.casefold() and own not in holder:
            holder[own] = holder.pop(name)
            return True
    return False


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
