"""What the rendered pages print beside a field: its type, "Possible values", defaults, examples."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .facts import Entry

TYPES = ("string", "integer", "number", "boolean", "object", "array", "any", "null")
_NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_TYPE = re.compile(
    rf"(?:(?P<title>.*\S) \()?(?P<type>{'|'.join(TYPES)})(?:<(?P<format>[^<>]*)>)?(?(title)\))"
    r"(?P<array>(?:\[\])*)"
)
#: The theme prints the format of a parameter in place of its type.
_FORMAT_TYPES = {"int32": "integer", "int64": "integer", "float": "number", "double": "number"}
_BOUND = re.compile(rf"(?P<sign>>=|<=|>|<) (?P<number>{_NUMBER})(?P<length> characters)?")
_REGULAR = "Value must match regular expression "
_TAIL = re.compile(rf"(?:, \[[^\[\]]*\])?(?:, [<>]= {_NUMBER})+$")
_ENUM_TAIL = re.compile(r", \[[^\[\]]*\]$")
_NAMES = {
    (">=", True): "minLength", ("<=", True): "maxLength",
    (">=", False): "minimum", ("<=", False): "maximum",
    (">", False): "exclusiveMinimum", ("<", False): "exclusiveMaximum",
}  # fmt: skip


def type_of(label: str, *, parameter: bool = False) -> Entry:
    """Read the label beside a name: ``string<date-time>``, ``object[]``, ``Content type (string)``."""
    label = " ".join(label.split())
    if not label:
        return {}
    match = _TYPE.fullmatch(label)
    if match is None:
        if parameter:
            return {"type": _FORMAT_TYPES.get(label, "string"), "format": label}
        return {"type": label}
    found = {"type": match["type"] + match["array"]}
    if match["format"]:
        found["format"] = match["format"]
    return found


def possible_values(text: str, kind: str) -> Entry:
    """Read the line after "Possible values:".

    Args:
        text: The line, without its beginning.
        kind: The field's type: of an array, bounds without a unit count its items.

    Returns:
        The facts in it.
    """
    found: Entry = {}
    text = text.strip()
    while text := text.removeprefix(" and ").lstrip(", "):
        if text.startswith("["):
            end = text.find(f"], {_REGULAR}")
            end = end if end >= 0 else text.rfind("]")
            if end < 0:
                break
            found["enum"], text = _values(text[1:end]), text[end + 1 :]
        elif text.startswith(_REGULAR):
            tail = _TAIL.search(text) if kind.endswith("[]") else _ENUM_TAIL.search(text)
            end = tail.start() if tail else len(text)
            found["pattern"], text = text[len(_REGULAR) : end], text[end:]
        elif text.startswith("non-empty"):
            found["minLength"], text = 1, text.removeprefix("non-empty")
        elif bound := _BOUND.match(text):
            name = _NAMES.get((bound["sign"], bool(bound["length"])))
            if name in {"minimum", "maximum"} and kind.endswith("[]"):
                name = {"minimum": "minItems", "maximum": "maxItems"}[name]
            if name:
                found[name] = number_of(bound["number"])
            text = text[bound.end() :]
        else:
            break
    return found


def _values(text: str) -> list[str]:
    return [value.strip().strip("`") for value in text.split(", ")] if text else []


def number_of(text: str) -> int | float:
    """Read a number as JSON would."""
    number = float(text)
    return int(number) if number.is_integer() else number


def json_blocks(text: str) -> tuple[list[Any], str]:
    """Cut JSON documents that begin a line out of a text.

    Returns:
        The documents, and the text without them.
    """
    decoder, found, rest, at = json.JSONDecoder(), [], [], 0
    for match in re.finditer(r"^[ \t]*(?=[{\[]\s*$|\{\}|\[\])", text, re.MULTILINE):
        if match.end() < at:
            continue
        try:
            value, end = decoder.raw_decode(text, match.end())
        except (ValueError, RecursionError):
            continue
        found.append(value)
        rest.append(text[at : match.start()])
        at = end
    return found, "\n\x00\n".join([*rest, text[at:]])


def sample_of(value: Any) -> str:
    """Write a sample body as its paths and values, without the sentences in it."""
    parts: list[str] = []
    _flatten(value, "", parts)
    return " ".join(parts)


def _flatten(value: Any, path: str, parts: list[str]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _flatten(inner, f"{path}.{key}" if path else str(key), parts)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _flatten(inner, f"{path}[{index}]", parts)
    elif isinstance(value, str) and len(value.split()) > 1:
        parts.append(f"{path}=...")
    else:
        parts.append(f"{path}={json.dumps(value, ensure_ascii=False)}")
