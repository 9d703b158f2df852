"""Faults in words: the field and the rule, never the value."""

from __future__ import annotations

from collections.abc import Sized
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eightbyeight.mock.validation import Fault, Path

_NAME_LENGTH = 60


_COMBINATION = "is a combination of fields that is not allowed"

# By JSON Schema keyword.
_RULES = {
    "required": "is required",
    "requiredOneOf": "needs one of: {limit}",
    "additionalProperties": "is not a known field",
    "unevaluatedProperties": "is not a known field",
    "maxLength": "must have at most {limit} characters, it has {size}",
    "minLength": "must have at least {limit} characters, it has {size}",
    "maxItems": "must have at most {limit} items, it has {size}",
    "minItems": "must have at least {limit} items, it has {size}",
    "uniqueItems": "must not hold an item twice",
    "maxProperties": "must have at most {limit} fields, it has {size}",
    "minProperties": "must have at least {limit} fields, it has {size}",
    "minimum": "must be at least {limit}",
    "maximum": "must be at most {limit}",
    "exclusiveMinimum": "must be more than {limit}",
    "exclusiveMaximum": "must be less than {limit}",
    "multipleOf": "must be a multiple of {limit}",
    "enum": "must be one of: {limit}",
    "const": "must be {limit}",
    "pattern": "must match {limit}",
    "format": "must be a valid {limit}",
    "type": "must be of type: {limit}",
    "not": _COMBINATION,
    "oneOf": _COMBINATION,
    "anyOf": _COMBINATION,
    "dependentRequired": _COMBINATION,
}


def dotted(path: Path) -> str:
    """Write a path as `channels[0].fallbackAfter`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            # A name may come from the request: keep a hostile one from flooding the message.
            name = part if len(part) <= _NAME_LENGTH else part[:_NAME_LENGTH] + "..."
            text += f".{name}" if text else name
    return text


def describe(fault: Fault) -> str:
    """Say what rule a field breaks."""
    field = f"`{dotted(fault.path)}`" if fault.path else "The body"
    return f"{field} {_rule(fault)}."


def _rule(fault: Fault) -> str:
    rule = _RULES.get(fault.keyword, "is not valid")
    return rule.format(limit=_listed(fault.limit), size=_size(fault.value))


def _size(value: Any) -> int:
    return len(value) if isinstance(value, Sized) else 0


def _listed(limit: Any) -> str:
    return ", ".join(map(_literal, limit)) if isinstance(limit, list) else _literal(limit)


def _literal(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)
