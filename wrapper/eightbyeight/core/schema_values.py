"""Single JSON values: equality, formats and patterns as JSON Schema has them."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any


class SchemaError(ValueError):
    """A schema says something that this compiler does not understand and so could not check."""


OUTSIDE: Mapping[str, Callable[[float, float], bool]] = {
    "minimum": operator.lt,
    "exclusiveMinimum": operator.le,
    "maximum": operator.gt,
    "exclusiveMaximum": operator.ge,
}


def json_key(value: Any) -> object:
    """A hashable stand-in: two values have equal ones exactly if JSON holds them for equal.

    Numbers compare by value (1 is 1.0) but booleans are no numbers, and fields have no order.
    """
    if isinstance(value, bool):
        return (bool, value)
    if isinstance(value, dict):
        return (dict, frozenset((name, json_key(item)) for name, item in value.items()))
    if isinstance(value, (list, tuple)):
        return (list, tuple(map(json_key, value)))
    # What JSON cannot hold is equal to nothing but itself.
    return value if value is None or isinstance(value, (str, int, float)) else (object, id(value))


def find_repeated(items: Sequence[Any]) -> tuple[int, int] | None:
    """The positions of the first two equal items."""
    seen: dict[object, int] = {}
    for index, item in enumerate(items):
        first = seen.setdefault(json_key(item), index)
        if first != index:
            return first, index
    return None


# Compiled when they are first used: most requests need few of them, or none.
_grammar = functools.cache(re.compile)
_DATE_TIME = (
    r"([0-9]{4})-(0[1-9]|1[0-2])-([0-2][0-9]|3[01])"
    r"[Tt](?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}(?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_MARKS = r"A-Za-z0-9\-._~!$&'()*+,;=:"
_ESCAPED = "%[0-9A-Fa-f]{2}"
_URI = (
    r"[A-Za-z][A-Za-z0-9+.-]*:"
    rf"(?://(?:(?:[{_MARKS}]|{_ESCAPED})*@)?"
    rf"(?:\[(?:(?P<v6>[0-9A-Fa-f:.]+)|[vV][0-9A-Fa-f]+\.[{_MARKS}]+)\]"
    rf"|(?:[{_MARKS.replace(':', '')}]|{_ESCAPED})*)(?::[0-9]*)?(?=[/?#]|\Z)|(?!//))"
    rf"(?:[{_MARKS}@/]|{_ESCAPED})*"
    rf"(?:\?(?:[{_MARKS}@/?]|{_ESCAPED})*)?(?:\#(?:[{_MARKS}@/?]|{_ESCAPED})*)?"
)


def _is_date_time(text: str) -> bool:
    """RFC 3339 with an offset, save leap seconds: few servers take them."""
    match = _grammar(_DATE_TIME).fullmatch(text)
    if match is None:
        return False
    year, month, day = map(int, match.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    last = 28 + leap if month == 2 else 30 + (month + month // 8) % 2
    return 1 <= day <= last


def _is_uri(text: str) -> bool:
    """RFC 3986, absolute; the grammar is one expression save for IPv6 addresses."""
    match = _grammar(_URI).fullmatch(text)
    if match is None or match["v6"] is None:
        return match is not None
    import ipaddress

    try:
        ipaddress.IPv6Address(match["v6"])
    except ValueError:
        return False
    return True


FORMATS: Mapping[str, Callable[[str], object]] = {
    "date-time": _is_date_time,
    "uri": _is_uri,
    "uuid": lambda text: _grammar(_UUID).fullmatch(text),
}

# What means the same to ECMA-262 and Python's re, or is translated; all else is refused.
_ESCAPES = (
    r"\\(?P<space>[sS])|\\(?P<mark>[^A-Za-z0-9])"
    r"|(?P<same>\\[dDwWnrtfv]|\\x[0-9A-Fa-f]{2}|\\u(?![dD][89A-Fa-f])[0-9A-Fa-f]{4}"
)
_TOKEN = (
    rf"{_ESCAPES}|\(\?[:=!]|\((?!\?)|[)|.^]"
    r"|(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\??(?![*+?{]))"
    r"|\[(?P<negated>\^?+)(?P<members>(?:[^\\\]]|\\.)+)\]|(?P<end>\$)"
    r"|(?P<literal>[^\\\[\](){}*+?.^$|])"
)
_MEMBER = rf"{_ESCAPES}|-(?!-))|(?P<literal>[^\\\]-])"
# ECMA's white space, which is neither Python's ASCII nor its Unicode notion, and everything else.
_SPACE = r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_NO_SPACE = (
    r"\x00-\x08\x0e-\x1f!-\x9f\xa1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e"
    r"\u2060-\u2fff\u3001-\ufefe\uff00-\U0010ffff"
)


def compile_pattern(pattern: str) -> Callable[[str], object]:
    """The search function of an ECMA-262 pattern; raises SchemaError for what is not translated."""
    try:
        # ASCII, because ECMA's digits and word characters are.
        return re.compile(_translated(pattern, _TOKEN), re.ASCII).search
    except re.error as error:
        raise SchemaError(f"pattern not understood: {pattern}: {error}") from None


def _translated(pattern: str, token: str) -> str:
    done, position, read = [], 0, _grammar(token).match
    while position < len(pattern):
        if (match := read(pattern, position)) is None:
            raise SchemaError(f"pattern not understood at {position}: {pattern}")
        found, position = match.groupdict(), match.end()
        if found["space"]:
            members = _SPACE if found["space"] == "s" else _NO_SPACE
            done.append(f"[{members}]" if token is _TOKEN else members)
        elif found.get("members"):
            done.append(f"[{found['negated']}{_translated(found['members'], _MEMBER)}]")
        elif found.get("end"):
            done.append(r"\Z")  # Python's $ also matches before a newline at the end.
        else:
            done.append(found["same"] or re.escape(found["mark"] or found["literal"]))
    return "".join(done)
