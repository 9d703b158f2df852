"""Comparing what two versions of the description ask of values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .change import ADDED, CHANGED, REMOVED, Change
from .description import DOCUMENT, KNOWN_VALUES, LIMITS, Description, Rules

LIMIT, RULE, VALUE, ROUTE = "limit", "rule", "known value", "route"

_UPPER = {"maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties"}
_LOWER = {"minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties"}
_WORDS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minItems": "at least {} entries",
    "maxItems": "at most {} entries",
    "minProperties": "at least {} entries",
    "maxProperties": "at most {} entries",
    "uniqueItems": "no entry twice ({})",
    "pattern": "matches {}",
    "format": "in the format {}",
}


def compare(old: Description, new: Description) -> Iterator[Change]:
    """Tell which limits, conditions, known values and routes have changed.

    Args:
        old: The previous description.
        new: The present one.

    Yields:
        Changes of what both have. What is asked of values that are received breaks nobody: answers are read
        as they come.
    """
    for name in sorted(old.rules.keys() & new.rules.keys()):
        shown = f"models.{name}" if "(" not in name else name
        is_sent = "(" in name or _model(name) in new.sent or _model(name) not in new.received
        for change in _rules(shown, old.rules[name], new.rules[name]):
            yield change if is_sent else _harmless(change)
    for name in sorted(old.routes.keys() & new.routes.keys()):
        if old.routes[name] != new.routes[name]:
            text = f"is {new.routes[name]} now, was {old.routes[name]}"
            yield Change(name, CHANGED, ROUTE, text, breaking=False, place=DOCUMENT.as_posix())


def _rules(name: str, old: Rules, new: Rules) -> Iterator[Change]:
    place = DOCUMENT.as_posix()
    for rule in LIMITS:
        before, after = old.get(rule), new.get(rule)
        if before != after:
            text = _told(rule, before, after)
            breaking = _is_narrower(rule, before, after)
            yield Change(name, CHANGED, LIMIT, text, breaking, place)
    known, listed = old.get(KNOWN_VALUES, []), new.get(KNOWN_VALUES, [])
    for value in listed:
        if value not in known:
            yield Change(name, ADDED, VALUE, f"new known value {value!r}", False, place)
    for value in known:
        if value not in listed:
            # It may still come, and may still be sent: the list is open.
            yield Change(name, REMOVED, VALUE, f"known value {value!r} removed", False, place)
    for rule in sorted((old.keys() | new.keys()) - {*LIMITS, KNOWN_VALUES}):
        if old.get(rule) != new.get(rule) and not _is_prose(rule):
            verb = "new" if rule not in old else "no more" if rule not in new else "another"
            text = f"{verb} condition {rule!r}"
            yield Change(name, CHANGED, RULE, text, rule in new, place)


def _is_prose(rule: str) -> bool:
    return rule in {"type", "description", "examples", "enum", "items"} or rule.startswith("x-")


def _told(rule: str, before: Any, after: Any) -> str:
    words = _WORDS[rule]
    if after is None:
        return f"need not be {words.format(before)} any more"
    if before is None:
        return f"{words.format(after)} now, had no such limit"
    return f"{words.format(after)} now, was {before}"


def _is_narrower(rule: str, before: Any, after: Any) -> bool:
    if after is None or after is False:
        return False
    if before is None:
        return True
    if rule in _UPPER:
        return bool(after < before)
    if rule in _LOWER:
        return bool(after > before)
    return True


def _model(name: str) -> str:
    return name.partition(".")[0]


def _harmless(change: Change) -> Change:
    return Change(change.name, change.action, change.what, change.text, False, change.place)
