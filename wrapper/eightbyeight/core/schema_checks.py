"""Closures that check a value; each comes as a fast test and as a collector of problems."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from . import problems as say
from .problems import TYPE_TESTS, Problem, child
from .schema_values import FORMATS, OUTSIDE, SchemaError, compile_pattern, json_key

STRING_RULES = {"minLength", "maxLength", "pattern", "format"}

IsValid = Callable[[Any], bool]
Collect = Callable[[Any, str], Iterator[Problem]]

# Enough to tell which branch of a union came closest, however long a list in it is.
BRANCH_LIMIT = 50


class Check:
    """A compiled schema.

    Attributes:
        is_valid: Whether a value satisfies the schema.
        collect: Yields the problems of a value that stands at a path; nothing for a good one.
    """

    __slots__ = ("collect", "is_valid")

    def __init__(self, is_valid: IsValid, collect: Collect) -> None:
        self.is_valid = is_valid
        self.collect = collect

    def problems(self, value: Any, limit: int = 20, path: str = "") -> list[Problem]:
        """The distinct problems of a value, at most `limit`; an empty list for a good one."""
        found: dict[Problem, None] = {}
        if not self.is_valid(value):
            for problem in self.collect(value, path):
                found[problem] = None
                if len(found) >= limit:
                    break
        return list(found)


ANYTHING = Check(lambda _: True, lambda _, __: iter(()))


def untagged_check(schema: Mapping[str, Any], rule: str, branches: Sequence[Check]) -> Check:
    """Check a union without a discriminator: anyOf, or oneOf."""
    tests = [branch.is_valid for branch in branches]

    def any_valid(value: Any) -> bool:
        for test in tests:  # noqa: SIM110 - this is what every good value costs
            if test(value):
                return True
        return False

    def one_valid(value: Any) -> bool:
        fitting = 0
        for test in tests:
            if test(value):
                fitting += 1
                if fitting == 2:
                    return False
        return fitting == 1

    def collect(value: Any, path: str) -> Iterator[Problem]:
        fits = [index for index, test in enumerate(tests) if test(value)]
        if not fits:
            found = [branch.problems(value, BRANCH_LIMIT, path) for branch in branches]
            yield from say.closest(path, rule, found)
        elif rule == "oneOf" and len(fits) > 1:
            needs = [" with ".join(required_names(schema[rule][index])) for index in fits]
            words = "fits more than one of the forms that are allowed here"
            if all(needs):
                words = f"may have only one of {', '.join(needs)}"
            yield Problem(path, rule, words)

    return Check(one_valid if rule == "oneOf" else any_valid, collect)


def closed_object_test(
    rest_ok: IsValid, own: bool, required: Sequence[str], tests: Mapping[str, IsValid], sizes: range
) -> IsValid:
    """Make the fast test of an object whose fields are all known."""
    get = dict(tests).get

    def is_valid(value: Any) -> bool:
        if not isinstance(value, dict):
            return not own
        for name in required:
            if name not in value:
                return False
        for name, item in value.items():
            if not get(name, rest_ok)(item):
                return False
        return len(value) in sizes

    return is_valid


def open_object_test(
    own: bool, required: Sequence[str], tests: Mapping[str, IsValid], sizes: range
) -> IsValid:
    """Make the fast test of an object that may have further fields."""
    pairs = list(tests.items())

    def is_valid(value: Any) -> bool:
        if not isinstance(value, dict):
            return not own
        for name in required:
            if name not in value:
                return False
        for name, test in pairs:
            if name in value and not test(value[name]):
                return False
        return len(value) in sizes

    return is_valid


def field_problems(
    value: Mapping[str, Any], path: str, fields: Mapping[str, Check], rest: Check | None
) -> Iterator[Problem]:
    """Yield the problems of an object's fields."""
    for name, item in value.items():
        check = fields.get(name, rest)
        if check is None:
            yield say.unknown_field(path, name, fields)
        elif not check.is_valid(item):
            yield from check.collect(item, child(path, name))


def string_check(schema: Mapping[str, Any], own: bool) -> Check | None:
    """Check a string's length, pattern and format; None when the schema has no such rule."""
    if not own and not schema.keys() & STRING_RULES:
        return None
    low, high = int(schema.get("minLength", 0)), int(schema.get("maxLength", sys.maxsize))
    pattern, name = schema.get("pattern"), schema.get("format")
    if name is not None and name not in FORMATS:
        raise SchemaError(f"format not understood: {name}")
    matches = compile_pattern(pattern) if pattern is not None else None
    well_formed = FORMATS[name] if name is not None else None

    def is_valid(value: Any) -> bool:
        if not isinstance(value, str):
            return not own
        if not low <= len(value) <= high:
            return False
        if matches is not None and not matches(value):
            return False
        return well_formed is None or bool(well_formed(value))

    def collect(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            return
        yield from size_problems(path, "Length", size := len(value), low, high)
        # A value of any length would be searched: one that is too long has been refused already.
        if matches is not None and size <= high and not matches(value):
            yield say.bad_pattern(path, str(pattern), size)
        if well_formed is not None and not well_formed(value):
            yield say.bad_format(path, str(name), size)

    return Check(is_valid, collect)


def number_check(schema: Mapping[str, Any], own: bool) -> Check | None:
    """Check a number's bounds; None when the schema has no such rule."""
    bounds = {name: schema[name] for name in OUTSIDE if name in schema}
    integral = schema.get("type") in ("integer", ["integer"])
    if not own and not bounds:
        return None
    test = TYPE_TESTS["integer" if integral and own else "number"]
    tests = [(name, OUTSIDE[name], limit) for name, limit in bounds.items()]

    def is_valid(value: Any) -> bool:
        if not test(value):
            return not own
        return not any(outside(value, limit) for _, outside, limit in tests)

    def collect(value: Any, path: str) -> Iterator[Problem]:
        if test(value):
            for name, outside, limit in tests:
                if outside(value, limit):
                    yield say.out_of_range(path, name, bounds, value)

    return Check(is_valid, collect)


def choice_check(rule: str, choices: Sequence[Any]) -> Check:
    """Check for one of a few values."""
    keys = frozenset(map(json_key, choices))

    def is_valid(value: Any) -> bool:
        return (value if isinstance(value, str) else json_key(value)) in keys

    def collect(value: Any, path: str) -> Iterator[Problem]:
        if not is_valid(value):
            yield say.not_a_choice(path, rule, choices, value)

    return Check(is_valid, collect)


def typed_check(types: tuple[str, ...], parts: Sequence[Check], tested: bool) -> Check:
    """Check the type, then what else the schema says of that type."""
    """All parts together; of a value of the wrong type nothing but that is told."""
    type_tests = [TYPE_TESTS[name] for name in types]
    tests = [part.is_valid for part in parts]

    def right_type(value: Any) -> bool:
        return not types or any(test(value) for test in type_tests)

    if types and not tested:
        tests.insert(0, type_tests[0] if len(types) == 1 else right_type)
    if not types and len(parts) == 1:
        return parts[0]

    def both(value: Any) -> bool:
        return tests[0](value) and tests[1](value)

    def every(value: Any) -> bool:
        for test in tests:  # noqa: SIM110 - likewise
            if not test(value):
                return False
        return True

    def collect(value: Any, path: str) -> Iterator[Problem]:
        if not right_type(value):
            yield say.wrong_type(path, types, value)
            return
        for part in parts:
            yield from part.collect(value, path)

    if not tests:
        return ANYTHING
    return Check(tests[0] if len(tests) == 1 else both if len(tests) == 2 else every, collect)


def flag_check(rule: str, is_valid: IsValid, words: str = "is not allowed here") -> Check:
    """Check something that only holds or does not."""
    """A check that has one thing to say about any value."""

    def collect(value: Any, path: str) -> Iterator[Problem]:
        if not is_valid(value):
            yield Problem(path, rule, words)

    return Check(is_valid, collect)


def size_problems(path: str, what: str, size: int, low: int, high: int) -> Iterator[Problem]:
    """Yield the problem of something that is too small or too large."""
    if size < low:
        yield say.bad_size(path, f"min{what}", size, low)
    elif size > high:
        yield say.bad_size(path, f"max{what}", size, high)


def types_of(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the types that a schema allows, as a tuple."""
    types = schema.get("type", ())
    types = (types,) if isinstance(types, str) else tuple(types)
    if unknown := set(types) - TYPE_TESTS.keys():
        raise SchemaError(f"types not understood: {', '.join(sorted(unknown))}")
    return types


def required_names(schema: Any) -> list[str]:
    """Return the fields that a schema requires."""
    """The required fields when a schema asks for nothing else, for the wording."""
    only = isinstance(schema, Mapping) and schema.keys() <= {"required", "type"}
    return list(schema.get("required", ())) if only else []


def refusal_words(schema: Any) -> str:
    """Say what a `not` refuses."""
    if names := required_names(schema):
        return f"may not have {' together with '.join(names)}"
    return "has a form that is not allowed here"


def condition_words(schema: Any, holds: bool) -> str:
    """Say on which condition a rule holds."""
    """Why the branch of an if applies, when that can be said in a few words."""
    if isinstance(schema, Mapping) and schema.keys() == {"not"}:
        return condition_words(schema["not"], not holds)
    names = required_names(schema)
    if len(names) != 1:
        return ""
    return f"{names[0]} is given" if holds else f"{names[0]} is not given"
