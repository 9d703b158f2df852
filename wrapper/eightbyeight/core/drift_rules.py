"""What the composed API description says of replies, in a form that is quick to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Schema = Mapping[str, Any]

_COMBINED = ("oneOf", "anyOf", "allOf")
_SCALARS: Mapping[str, type] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "null": type(None),
}
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Rule:
    """What is known of one JSON value.

    Attributes:
        types: The JSON types that it may have; empty if any will do.
        type_name: How its type is told, such as ``string`` or ``object[]``.
        plain: The Python types of values of which nothing more is known: no vocabulary, no fields.
        words: The known values of a vocabulary, if it is one.
        folded: Likewise, without regard to letter case, which varies.
        fields: The fields of an object.
        required: Those that must be there.
        is_open: Whether an object may have other fields, with names that nobody has listed.
        items: What is known of the items of an array.
    """

    __slots__ = (
        "fields", "folded", "is_open", "items", "plain", "required", "type_name", "types", "words",
    )  # fmt: skip

    types: frozenset[str]
    plain: frozenset[type]
    type_name: str
    words: tuple[str, ...]
    folded: frozenset[str]
    fields: Mapping[str, Rule]
    required: frozenset[str]
    is_open: bool
    items: Rule | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A documented reply: its place in paths, its media type, and the rule of its body if it has one."""

    path: str
    media: str
    body: Rule | None


@dataclass(frozen=True, slots=True)
class Answers:
    """All documented replies of an operation, by status or range of statuses such as ``5XX``."""

    operation: str
    product: str
    page: str
    by_status: Mapping[str, Answer]

    def of(self, status: int) -> Answer | None:
        """Return the reply that is documented for a status."""
        known = self.by_status
        return known.get(str(status)) or known.get(f"{status // 100}XX") or known.get("default")


def answers_in(document: Mapping[str, Any]) -> dict[str, Answers]:
    """Read the replies of every operation of the composed document, by operationId."""
    rules = _Rules(document)
    found = {}
    for template, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = item[method]
                name = operation["operationId"]
                url = operation.get("externalDocs", {}).get("url", name)
                found[name] = Answers(
                    name,
                    product=template.split("/")[1],
                    page=url.rstrip("/").rpartition("/")[2],
                    by_status=_by_status(operation["responses"], rules),
                )
    return found


def _by_status(responses: Mapping[str, Any], rules: _Rules) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    success = next((status for status in responses if status.startswith("2")), None)
    for status, raw in responses.items():
        content = rules.resolved(raw).get("content", {})
        media = next((name for name in content if name.endswith("json")), "")
        body = rules.of([content[media].get("schema", {})]) if media else None
        path = "response" if status == success else f"responses.{status}"
        found[status] = Answer(path, media, body)
    return found


class _Rules:
    """Makes rules of schemas; the variants of a union become one rule, which allows what any of them does."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._done: dict[tuple[int, ...], Rule] = {}

    def of(self, schemas: Sequence[Schema]) -> Rule:
        """Return the rule of a value that fits one of these schemas."""
        variants = [one for schema in schemas for one in self._variants(schema)]
        key = tuple(map(id, variants))
        if key in self._done:
            return self._done[key]
        rule = self._done[key] = Rule()  # known before it is finished: a schema may hold itself
        types = [_types(variant) for variant in variants]
        rule.types = frozenset().union(*types) if all(types) else frozenset()
        objects = [one for one in variants if "properties" in one]
        fields: dict[str, list[Schema]] = {}
        for variant in objects:
            for name, schema in variant["properties"].items():
                fields.setdefault(name, []).append(schema)
        rule.fields = {name: self.of(found) for name, found in fields.items()}
        needed = [set(variant.get("required", ())) for variant in objects]
        rule.required = frozenset(set.intersection(*needed)) if needed else frozenset()
        rule.is_open = not fields or any(one.get("additionalProperties") for one in variants)
        items = [one["items"] for one in variants if "items" in one]
        rule.items = self.of(items) if items else None
        texts = [one for one in variants if "string" in _types(one)]
        words = [_words(one) for one in texts]
        rule.words = tuple(dict.fromkeys(word for own in words for word in own))
        rule.folded = frozenset(map(str.casefold, rule.words)) if all(words) else frozenset()
        rule.plain = frozenset(
            _SCALARS[name]
            for name in rule.types & _SCALARS.keys()
            if name != "string" or not rule.folded
        )
        rule.type_name = _type_name(rule)
        return rule

    def resolved(self, node: Any) -> Any:
        """Follow references until there is none."""
        while "$ref" in node:
            at: Any = self._document
            for part in node["$ref"].removeprefix("#/").split("/"):
                at = at[part]
            node = at
        return node

    def _variants(self, schema: Schema) -> Iterator[Schema]:
        schema = self.resolved(schema)
        combined = [one for key in _COMBINED for one in schema.get(key, ())]
        if not combined or "properties" in schema:
            yield schema
        for one in combined:
            yield from self._variants(one)


def _types(schema: Schema) -> tuple[str, ...]:
    types = schema.get("type")
    if types is None:
        return ("object",) if "properties" in schema else ()
    return (types,) if isinstance(types, str) else tuple(types)


def _words(schema: Schema) -> tuple[str, ...]:
    known = schema.get("x-extensible-enum") or schema.get("enum") or ()
    return tuple(word for word in known if isinstance(word, str))


def _type_name(rule: Rule) -> str:
    names = sorted(rule.types - {"null"})
    if names == ["array"]:
        return f"{rule.items.type_name if rule.items else 'any'}[]"
    return "|".join(names) or "any"
