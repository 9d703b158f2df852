"""Requests and answers as they may be shown: their shape, without texts, numbers and keys."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from eightbyeight.core.redaction import mask_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eightbyeight.mock.validation import Fault

_DEPTH = 6
_ITEMS = 3
_NAMES = 30
_LONGEST_SHAPE = 600
_LONGEST_LIMIT = 100
_LARGEST_NUMBER = 999_999
_ID = re.compile(r"[A-Za-z0-9._~%-]{1,64}")
_WORD = re.compile(r"[A-Za-z][A-Za-z_-]{0,31}|v[0-9]{1,2}")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+-]{1,40}/[A-Za-z0-9.+-]{1,60}")


class Shapes:
    """Shows values. Names and words of the document are shown, everything else is described.

    Args:
        document: The parsed document.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        schemas = document.get("components", {}).get("schemas", {})
        self._names: set[str] = set()
        self._words: set[str] = set()
        for node in _nodes(schemas):
            self._names.update(node.get("properties", {}))
            for keyword in ("enum", "x-extensible-enum"):
                self._words.update(w for w in node.get(keyword, []) if isinstance(w, str))
            if isinstance(node.get("const"), str):
                self._words.add(node["const"])

    def of(self, value: Any) -> str:
        """Any JSON value."""
        shown = self._shape(value, 0)
        return shown if len(shown) <= _LONGEST_SHAPE else f"{shown[:_LONGEST_SHAPE]} ..."

    def of_content(self, content: bytes | str | None) -> str:
        """A body."""
        if not content:
            return "no body"
        try:
            return self.of(json.loads(content))
        except (ValueError, RecursionError):
            kind = "bytes" if isinstance(content, bytes) else "characters"
            return f"<{len(content)} {kind} that are not JSON>"

    def of_fault(self, fault: Fault) -> str:
        """A broken rule: the field and the rule, not the value."""
        place = "".join(f"/{self._name(part)}" for part in fault.path) or "the body"
        return f"{place} {self._rule(fault)}"

    def _shape(self, value: Any, depth: int) -> str:
        match value:
            case None | bool():
                return json.dumps(value)
            case int() | float():
                return json.dumps(value) if abs(value) <= _LARGEST_NUMBER else "<number>"
            case str():
                return json.dumps(value) if value in self._words else f"<{_characters(value)}>"
            case list():
                return self._array(value, depth)
            case dict():
                return self._object(value, depth)
            case _:
                return "<value>"

    def _array(self, items: list[Any], depth: int) -> str:
        if depth >= _DEPTH:
            return f"[{len(items)} items]"
        shown = [self._shape(item, depth + 1) for item in items[:_ITEMS]]
        more = [f"... {len(items)} items"] if len(items) > _ITEMS else []
        return f"[{', '.join(shown + more)}]"

    def _object(self, fields: dict[str, Any], depth: int) -> str:
        if depth >= _DEPTH:
            return f"{{{len(fields)} fields}}"
        shown = [
            f"{self._name(name)}: {self._shape(item, depth + 1)}"
            for name, item in list(fields.items())[:_NAMES]
        ]
        more = [f"... {len(fields)} fields"] if len(fields) > _NAMES else []
        return f"{{{', '.join(shown + more)}}}"

    def _name(self, name: str | int) -> str:
        if isinstance(name, int) or name in self._names:
            return str(name)
        return f"<unknown field, {_characters(name)}>"

    def _rule(self, fault: Fault) -> str:
        match fault.keyword:
            case "required":
                return "is missing"
            case "additionalProperties" | "unevaluatedProperties":
                return "is not a field here"
            case "type":
                return f"is {_type_of(fault.value)}, not {_limit(fault.limit)}"
            case "requiredOneOf":
                return f"lacks all of {_limit(fault.limit)}"
            case "oneOf" | "anyOf":
                return "fits none of the documented variants"
            case keyword:
                return f"breaks {keyword} {_limit(fault.limit)}".rstrip()


def masked_path(url: str) -> str:
    """The path of a URL, shortened where it is no plain id. Never the query: it may hold a key."""
    parts = urlsplit(url).path.split("/")
    return "/".join(
        mask_numbers(part) if _ID.fullmatch(part) or not part else f"<{_characters(part)}>"
        for part in parts
    )


def foreign_place(url: str) -> str:
    """Host and path of a URL that nothing is known of: of the path only what looks like a plain word."""
    parts = urlsplit(url)
    host = parts.hostname or "?"
    segments = [
        part if not part or _WORD.fullmatch(part) else "..." for part in parts.path.split("/")
    ]
    return f"{mask_numbers(host)}{'/'.join(segments)}"


def media_type(header: str | None) -> str:
    """The media type of a Content-Type header."""
    if not header:
        return "no Content-Type"
    media = header.partition(";")[0].strip().lower()
    return media if _MEDIA_TYPE.fullmatch(media) else "a malformed Content-Type"


def _characters(text: str) -> str:
    return f"{len(text)} character{'' if len(text) == 1 else 's'}"


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    names = {str: "string", int: "number", float: "number", list: "array", dict: "object"}
    return "null" if value is None else names.get(type(value), "something else")


def _limit(limit: Any) -> str:
    """A rule's limit is the document's own, so it may be shown."""
    if limit is None:
        return ""
    shown = limit if isinstance(limit, str) else json.dumps(limit)
    return shown if len(shown) <= _LONGEST_LIMIT else f"{shown[:_LONGEST_LIMIT]} ..."


def _nodes(node: Any) -> Iterator[Mapping[str, Any]]:
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            yield node
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
