"""Turn JSON Schema into nested closures that check a value before it is sent.

Only the keywords of the API description's request bodies are known; any other raises when a schema
is compiled, so that a new one cannot go unchecked. Every check comes twice: `is_valid` answers as
fast as it can and is all that a good body costs, `collect` says what is wrong and runs only then.
Both follow JSON Schema 2020-12 with `format` asserted; each pair must agree with the other.

The branches of a union that a field tells apart are compiled when a value first has their tag: of
the many kinds of message, a program sends few.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from . import problems as say
from .problems import Problem, child
from .schema_checks import (
    ANYTHING,
    BRANCH_LIMIT,
    STRING_RULES,
    Check,
    choice_check,
    closed_object_test,
    condition_words,
    field_problems,
    flag_check,
    number_check,
    open_object_test,
    refusal_words,
    size_problems,
    string_check,
    typed_check,
    types_of,
    untagged_check,
)
from .schema_values import OUTSIDE, SchemaError, find_repeated

_SINGLE = {"$ref", "type", "enum", "const", "discriminator"}
_ARRAY = {"items", "minItems", "maxItems", "uniqueItems"}
_OBJECT = {"required", "properties", "additionalProperties", "minProperties", "maxProperties"}
_COMBINED = {"oneOf", "anyOf", "allOf", "not", "if", "then", "else"}
_KEYWORDS = _SINGLE | STRING_RULES | OUTSIDE.keys() | _ARRAY | _OBJECT | _COMBINED


def compile_schema(schema: Any, table: Mapping[str, Any]) -> Check:
    """Compile one schema.

    Args:
        schema: A JSON Schema, or a boolean.
        table: What ``$ref`` names: schemas by bare component name.

    Returns:
        The check of the schema.

    Raises:
        SchemaError: The schema has an unknown keyword, type, format, pattern or reference, or a
            discriminator that does not tell its branches apart.
    """
    return Compiler(table).compile(schema)


class Compiler:
    """Compiles schemas that share a table of components; each component is compiled once. Threads may share it."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = table
        self._done: dict[str, Check | None] = {}
        # `_done` holds half-finished components while it works.
        self._lock = threading.RLock()

    def compile(self, schema: Any) -> Check:
        """Compile one schema; see `compile_schema`."""
        with self._lock:
            return self._compile(schema)

    def _compile(self, schema: Any) -> Check:
        if schema is True:
            return ANYTHING
        if schema is False:
            return flag_check("not allowed", lambda _: False)
        if not schema.keys() <= _KEYWORDS:
            unknown = sorted(schema.keys() - _KEYWORDS)
            raise SchemaError(f"keywords not understood: {', '.join(unknown)}")
        if schema.keys() == {"$ref"}:
            return self._component(schema["$ref"])
        types = types_of(schema)
        parts: list[Check] = []
        tested = False
        if "$ref" in schema:
            parts.append(self._component(schema["$ref"]))
        for kind, build in (
            ("string", string_check),
            ("number", number_check),
            ("array", self._array),
            ("object", self._object),
        ):
            # With one type the group tests it itself, which saves a call for every value.
            own = types == (kind,) or (kind == "number" and types == ("integer",))
            tested = tested or own
            if part := build(schema, own):
                parts.append(part)
        if "enum" in schema:
            parts.append(choice_check("enum", schema["enum"]))
        if "const" in schema:
            parts.append(choice_check("const", [schema["const"]]))
        parts.extend(self._combined(schema))
        return typed_check(types, parts, tested)

    def _component(self, name: str) -> Check:
        if name not in self._table:
            raise SchemaError(f"reference to unknown component {name}")
        if name in self._done:
            check = self._done[name]
            # A component that is still being compiled refers to itself: look it up when it is used.
            return check or Check(
                lambda value: self._component(name).is_valid(value),
                lambda value, path: self._component(name).collect(value, path),
            )
        self._done[name] = None
        try:
            self._done[name] = check = self._compile(self._table[name])
        except BaseException:
            del self._done[name]
            raise
        return check

    def _later(self, schema: Any) -> Check:
        """Return a check that compiles itself when it is first used, and from then on is what came of it."""

        def compiled() -> Check:
            made = self.compile(schema)
            check.is_valid, check.collect = made.is_valid, made.collect
            return made

        check = Check(
            lambda value: compiled().is_valid(value),
            lambda value, path: compiled().collect(value, path),
        )
        return check

    def _array(self, schema: Mapping[str, Any], own: bool) -> Check | None:
        if not own and not schema.keys() & _ARRAY:
            return None
        low, high = int(schema.get("minItems", 0)), int(schema.get("maxItems", sys.maxsize))
        unique = schema.get("uniqueItems", False)
        items = self._compile(schema.get("items", True))
        item_ok = None if items is ANYTHING else items.is_valid

        def is_valid(value: Any) -> bool:
            if not isinstance(value, (list, tuple)):
                return not own
            if not low <= len(value) <= high:
                return False
            if item_ok is not None and not all(map(item_ok, value)):
                return False
            return not unique or find_repeated(value) is None

        def collect(value: Any, path: str) -> Iterator[Problem]:
            if not isinstance(value, (list, tuple)):
                return
            yield from size_problems(path, "Items", len(value), low, high)
            for index, item in enumerate(value):
                if not items.is_valid(item):
                    yield from items.collect(item, f"{path}[{index}]")
            if unique and (pair := find_repeated(value)):
                yield say.repeated(path, *pair)

        return Check(is_valid, collect)

    def _object(self, schema: Mapping[str, Any], own: bool) -> Check | None:
        if not own and not schema.keys() & _OBJECT:
            return None
        required = tuple(schema.get("required", ()))
        fields = {name: self._compile(s) for name, s in schema.get("properties", {}).items()}
        tests = {name: check.is_valid for name, check in fields.items()}
        low = int(schema.get("minProperties", 0))
        high = int(schema.get("maxProperties", sys.maxsize))
        closed = schema.get("additionalProperties", True) is False
        rest = self._compile(schema.get("additionalProperties", True))

        # Where any other field is fine, the few that have rules are looked up instead of all seen.
        build = open_object_test if rest is ANYTHING else partial(closed_object_test, rest.is_valid)
        is_valid = build(own, required, tests, range(low, high + 1))

        def collect(value: Any, path: str) -> Iterator[Problem]:
            if isinstance(value, dict):
                yield from (say.missing(path, name) for name in required if name not in value)
                yield from field_problems(value, path, fields, None if closed else rest)
                yield from size_problems(path, "Properties", len(value), low, high)

        return Check(is_valid, collect)

    def _combined(self, schema: Mapping[str, Any]) -> Iterator[Check]:
        """The checks of the keywords that hold schemas for the same value."""
        yield from map(self._compile, schema.get("allOf", ()))
        for rule in [rule for rule in ("oneOf", "anyOf") if rule in schema]:
            if "discriminator" in schema:
                yield self._tagged(schema, rule, list(map(self._later, schema[rule])))
            else:
                yield untagged_check(schema, rule, list(map(self._compile, schema[rule])))
        if "discriminator" in schema and not schema.keys() & {"oneOf", "anyOf"}:
            raise SchemaError("a discriminator without oneOf or anyOf")
        if "not" in schema:
            refused = self._compile(schema["not"]).is_valid
            yield flag_check("not", lambda value: not refused(value), refusal_words(schema["not"]))
        if schema.keys() & {"if", "then", "else"}:
            yield self._conditional(schema)

    def _conditional(self, schema: Mapping[str, Any]) -> Check:
        applies = self._compile(schema.get("if", True)).is_valid
        then = self._compile(schema.get("then", True))
        other = self._compile(schema.get("else", True))
        if "if" not in schema:
            return ANYTHING
        reasons = condition_words(schema["if"], True), condition_words(schema["if"], False)

        then_ok, other_ok = then.is_valid, other.is_valid

        def is_valid(value: Any) -> bool:
            return then_ok(value) if applies(value) else other_ok(value)

        def collect(value: Any, path: str) -> Iterator[Problem]:
            branch, reason = (then, reasons[0]) if applies(value) else (other, reasons[1])
            for problem in branch.problems(value, BRANCH_LIMIT, path):
                yield say.because(problem, reason) if reason else problem

        return Check(is_valid, collect)

    def _tagged(self, schema: Mapping[str, Any], rule: str, branches: Sequence[Check]) -> Check:
        """A union whose branches are told apart by one field: only the branch that is meant counts.

        This agrees with plain oneOf and anyOf only when every branch is an object that requires the
        field and takes values that no other branch takes, so exactly that is demanded here.
        """
        name = schema["discriminator"]["propertyName"]
        by_tag: dict[Any, Check] = {}
        tags_of: dict[str, list[Any]] = {}
        for source, check in zip(schema[rule], branches, strict=True):
            tags, is_object, needed = self._tags(source, name)
            if not (tags and is_object and needed):
                raise SchemaError(f"a branch does not require {name} with fixed values")
            if by_tag.keys() & set(tags) or not all(isinstance(tag, str) for tag in tags):
                raise SchemaError(f"branches are not told apart by {name}")
            by_tag.update(dict.fromkeys(tags, check))
            tags_of[source.get("$ref", "")] = tags
        mapping = schema["discriminator"].get("mapping")
        if mapping is not None and (
            mapping.keys() != by_tag.keys()
            or any(tag not in tags_of.get(target, ()) for tag, target in mapping.items())
        ):
            raise SchemaError(f"the mapping of {name} differs from what the branches say")

        def is_valid(value: Any) -> bool:
            tag = value.get(name) if isinstance(value, dict) else None
            check = by_tag.get(tag) if isinstance(tag, str) else None
            return check is not None and check.is_valid(value)

        def collect(value: Any, path: str) -> Iterator[Problem]:
            if not isinstance(value, dict):
                yield say.wrong_type(path, ("object",), value)
            elif name not in value:
                yield say.missing(path, name)
            elif not isinstance(tag := value[name], str):
                yield say.wrong_type(child(path, name), ("string",), tag)
            elif tag not in by_tag:
                yield say.not_a_choice(child(path, name), "enum", list(by_tag), tag)
            else:
                yield from by_tag[tag].collect(value, path)

        return Check(is_valid, collect)

    def _tags(self, schema: Any, name: str) -> tuple[list[Any] | None, bool, bool]:
        """What a branch lets the field be; if it must be an object; if it needs the field."""
        tags = self._fixed(schema.get("properties", {}).get(name, {}))
        is_object, needed = schema.get("type") == "object", name in schema.get("required", ())
        parts = [self._table[schema["$ref"]]] if "$ref" in schema else []
        claims = [self._tags(part, name) for part in [*parts, *schema.get("allOf", ())]]
        for rule in ("oneOf", "anyOf"):
            if rule in schema:
                # A union claims what all of its branches do.
                inner = [self._tags(branch, name) for branch in schema[rule]]
                values = [value for claim in inner for value in claim[0] or ()]
                fixed = all(claim[0] is not None for claim in inner)
                union = list(dict.fromkeys(values)) if fixed else None
                claims.append((union, all(c[1] for c in inner), all(c[2] for c in inner)))
        for claim in claims:
            tags = claim[0] if tags is None else tags
            is_object, needed = is_object or claim[1], needed or claim[2]
        return tags, is_object, needed

    def _fixed(self, field: Mapping[str, Any]) -> list[Any] | None:
        while "$ref" in field and not field.keys() & {"const", "enum"}:
            field = self._table[field["$ref"]]
        return [field["const"]] if "const" in field else field.get("enum")
