"""How much a difference matters to whoever calls the API."""

from __future__ import annotations

import re
from typing import Any

BREAKING, ADDITIVE, EDITORIAL = "breaking", "additive", "editorial"

_LOWEST = {"minLength", "minimum", "minItems", "exclusiveMinimum"}
_HIGHEST = {"maxLength", "maximum", "maxItems", "exclusiveMaximum"}
_WORDING = {"words", "example", "examples", "listed", "deprecated", "id"}


def severity(path: str, kind: str, fact: str, old: Any, new: Any) -> str:
    """Grade a difference.

    Args:
        path: The entry.
        kind: added, removed, renamed, moved or changed.
        fact: The fact, for what changed.
        old: The value before, None if there was none.
        new: The value after.

    Returns:
        ``breaking``: a call that was right is wrong now, or an answer lacks what was promised.
        ``additive``: there is more than before. ``editorial``: nothing that a program notices.
    """
    if kind != "changed":
        if kind != "added":
            return BREAKING
        must = _is_sent(path) and isinstance(new, dict) and new.get("required") is True
        return BREAKING if must else ADDITIVE
    if fact in _WORDING:
        return EDITORIAL
    grade = _GRADES.get(fact)
    if grade is not None:
        return grade(path, old, new)
    if fact in _LOWEST | _HIGHEST:
        return _bound(path, fact in _LOWEST, old, new)
    return BREAKING


def _is_sent(path: str) -> bool:
    return not path.startswith(("response.", "response[]", "responses."))


def _required(path: str, _old: Any, new: Any) -> str:
    return BREAKING if _is_sent(path) == bool(new) else ADDITIVE


def _values(path: str, old: Any, new: Any) -> str:
    """Grade a list of values: fewer break senders, more do not break readers who expect that."""
    before, after = list(old or []), list(new or [])
    if sorted(before) == sorted(after):
        return EDITORIAL
    if not before:
        return BREAKING if _is_sent(path) else EDITORIAL
    if not after:
        return ADDITIVE
    return ADDITIVE if set(before) <= set(after) else BREAKING


def _bound(path: str, lowest: bool, old: Any, new: Any) -> str:
    if not _is_sent(path) or new is None:
        return ADDITIVE
    if old is None:
        return BREAKING
    return BREAKING if (new > old) == lowest else ADDITIVE


def _pattern(path: str, _old: Any, new: Any) -> str:
    return BREAKING if _is_sent(path) and new is not None else ADDITIVE


def _limits(_path: str, old: Any, new: Any) -> str:
    """Grade limits in the prose: breaking if one is lower than before, or new."""
    before = dict(map(_by_unit, old or []))
    after = dict(map(_by_unit, new or []))
    lower = [unit for unit, number in after.items() if number < before.get(unit, float("inf"))]
    return BREAKING if lower else ADDITIVE


def _by_unit(limit: str) -> tuple[str, float]:
    number, _, unit = limit.partition(" ")
    return unit, float(number) if re.fullmatch(r"[\d.]+", number) else 0.0


def _hosts(_path: str, old: Any, new: Any) -> str:
    return ADDITIVE if set(old or []) <= set(new or []) else BREAKING


_GRADES = {
    "required": _required,
    "enum": _values,
    "pattern": _pattern,
    "limits": _limits,
    "hosts": _hosts,
    "content": _hosts,
}
