"""Compare a reply with what the API description says of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from .drift import Drift, DriftKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .drift_rules import Answers, Rule

# What was found: kind, path and what was seen, with what the description says.
_Found: TypeAlias = "dict[tuple[DriftKind, str, str], str | tuple[str, ...]]"

MOST_ITEMS = 100
"""So many items of an array are looked at, spread over it."""
UNREADABLE = object()
"""Stands for a body that is not JSON."""

_MOST_NEW_FIELDS = 8  # of one object; with more, their names are taken for data
_LONGEST_WORD = 32
# Letters in one or more parts; at the end may stand a digit or two, as in GSM7 and UTF16.
_is_word = re.compile(r"[A-Za-z]+(?:[_-][A-Za-z]+)*[0-9]{0,2}").fullmatch
_is_media = re.compile(r"[a-z]{1,20}/[a-z.+-]{1,40}").fullmatch
_TYPES = {
    str: "string",
    int: "integer",
    bool: "boolean",
    float: "number",
    dict: "object",
    list: "array",
    type(None): "null",
}


def drifts_of(
    answers: Answers, status: int, headers: Mapping[str, str], body: Any, turn: int
) -> list[Drift]:
    """Compare.

    Args:
        answers: What is documented for the operation.
        status: The reply's status.
        headers: Its headers, with names in lower case.
        body: Its body, decoded, or ``UNREADABLE``.
        turn: A count of replies: with each, other items of a long array are looked at.

    Returns:
        The differences, each once.
    """
    found: _Found = {}
    answer = answers.of(status)
    if answer is None:
        found[DriftKind.UNDOCUMENTED_STATUS, f"responses.{status}", _media(headers)] = ""
    elif answer.body is not None and body is UNREADABLE:
        found[DriftKind.NOT_JSON, answer.path, _media(headers)] = answer.media
    elif answer.body is not None:
        _compare(answer.body, body, answer.path, found, turn)
    return [
        Drift(
            answers.operation,
            kind,
            path,
            described=described,
            seen=seen,
            product=answers.product,
            page=answers.page,
        )
        for (kind, path, seen), described in found.items()
    ]


def _compare(rule: Rule, value: Any, path: str, found: _Found, turn: int) -> None:
    kind = _TYPES.get(type(value), "any")
    if rule.types and kind not in rule.types and not _is_number(value, rule):
        found[DriftKind.WRONG_TYPE, path, _type_of(value)] = rule.type_name
    elif kind == "string":
        if rule.folded and value.casefold() not in rule.folded:
            found[DriftKind.UNKNOWN_VALUE, path, value if looks_like_word(value) else ""] = (
                rule.words
            )
    elif kind == "array":
        if rule.items is not None:
            step = -(-len(value) // MOST_ITEMS) or 1
            below = f"{path}[]"
            for item in value[turn % step :: step]:
                _compare(rule.items, item, below, found, turn)
    elif kind == "object" and rule.fields:
        _compare_fields(rule, value, path, found, turn)


def _compare_fields(
    rule: Rule, value: Mapping[str, Any], path: str, found: _Found, turn: int
) -> None:
    if not value.keys() >= rule.required:
        for name in sorted(rule.required - value.keys()):
            found[DriftKind.MISSING_FIELD, f"{path}.{name}", ""] = "required"
    fields, new = rule.fields, []
    for name, item in value.items():
        inner = fields.get(name)
        if inner is None:
            new.append(name)
        elif type(item) not in inner.plain:  # most are, and cost no more than this
            _compare(inner, item, f"{path}.{name}", found, turn)
    if not new or rule.is_open:
        return
    # One name that is no word, or very many names: it is a map, and its keys may be anybody's data.
    if len(new) > _MOST_NEW_FIELDS or not all(map(looks_like_word, new)):
        found[DriftKind.UNKNOWN_FIELD, f"{path}.*", "any"] = ""
        return
    for name in new:
        found[DriftKind.UNKNOWN_FIELD, f"{path}.{name}", _type_of(value[name])] = ""


def looks_like_word(text: str) -> bool:
    """Tell whether a text can be a word of a vocabulary, and hence no number, ID, token or sentence."""
    return len(text) <= _LONGEST_WORD and _is_word(text) is not None


def _is_number(value: Any, rule: Rule) -> bool:
    """Tell whether a number is one of those that are allowed: 1.0 is an integer, and 1 a number."""
    if type(value) is int:
        return "number" in rule.types
    return type(value) is float and value.is_integer() and "integer" in rule.types


def _type_of(value: Any) -> str:
    if isinstance(value, list):
        return f"{_TYPES.get(type(value[0]), 'any') if value else 'any'}[]"
    return _TYPES.get(type(value), "any")


def _media(headers: Mapping[str, str]) -> str:
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    return media if _is_media(media) else ""
