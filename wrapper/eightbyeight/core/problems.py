"""What is wrong with a request body, in words that are safe to log.

A problem names the field, the rule and the limit. Of the value itself it tells no more than its
length, its JSON type or, for a number, the number: message texts, names and phone numbers end up in
log files otherwise. Names of fields may appear, because a typing mistake cannot be found without.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_NAME_LIMIT = 60
_NAME_SHOWN = 10
_CHOICES_SHOWN = 25
_PLAIN_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*").fullmatch

_EXPECTED = {
    "string": "a string",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}
_FORMATS = {
    "date-time": "a date and time with a UTC offset, such as 2030-01-31T09:30:00Z",
    "uri": "an absolute URL, such as https://example.com/logo.png",
    "uuid": "a UUID, such as 1b4e28ba-2fa1-41d2-883f-0016d3cca427",
}
_BOUNDS = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
}


class Problem(NamedTuple):
    """One thing that keeps a request body from being sent.

    Attributes:
        path: The field, such as ``content.suggestions[2].reply.text``; empty for the body itself.
        rule: The rule that is broken: a JSON Schema keyword, or ``unknown field``.
        message: What is wrong, as a phrase that continues the path. Never holds a string's text.
    """

    path: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path or 'request body'}: {self.message}"


def child(path: str, name: object) -> str:
    """The path of a field of the object at `path`; long or unusual names are cut and quoted."""
    text = str(name)
    text = text if len(text) <= _NAME_LIMIT else text[: _NAME_LIMIT - 3] + "..."
    if not _PLAIN_NAME(text):
        return f"{path}[{json.dumps(text)}]"
    return f"{path}.{text}" if path else text


def kind_of(value: object) -> str:
    """The JSON type of a value with its article, or its Python type when JSON has none for it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    for types, words in (
        (str, "a string"),
        (dict, "an object"),
        ((list, tuple), "a list"),
        (int, "a number"),
    ):
        if isinstance(value, types):
            return words
    if isinstance(value, float):
        # Infinity and NaN are floats in Python and nothing at all in JSON.
        return "a number" if _is_number(value) else "infinity or not-a-number"
    return f"a Python {type(value).__name__}"


def _is_number(value: Any) -> bool:
    """Whether a value is a JSON number; booleans, infinity and NaN are none."""
    if isinstance(value, float):
        return value - value == 0
    return isinstance(value, int) and not isinstance(value, bool)


def _is_integer(value: Any) -> bool:
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


TYPE_TESTS: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "integer": _is_integer,
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "array": lambda value: isinstance(value, (list, tuple)),
    "object": lambda value: isinstance(value, dict),
}


def wrong_type(path: str, types: Sequence[str], value: object) -> Problem:
    """The value is of none of the JSON types in `types`."""
    if isinstance(value, float) and types == ("integer",) and _is_number(value):
        return Problem(path, "type", f"must be a whole number; it is {value!r}")
    expected = _either([_EXPECTED[name] for name in types])
    return Problem(path, "type", f"must be {expected}, not {kind_of(value)}")


def missing(path: str, name: str) -> Problem:
    """The object at `path` lacks the required field `name`."""
    return Problem(child(path, name), "required", "is required but missing")


def unknown_field(path: str, name: object, known: Iterable[str]) -> Problem:
    """The closed object at `path` has a field `name` that the API does not know."""
    import difflib

    text, names = str(name)[:_NAME_LIMIT], list(known)
    folded = {other.casefold(): other for other in names}
    near = difflib.get_close_matches(text.casefold(), folded, n=1, cutoff=0.6)
    if near:
        hint = f"; did you mean '{folded[near[0]]}'?"
    elif names and len(names) <= _NAME_SHOWN:
        hint = f"; known here: {', '.join(names)}"
    else:
        hint = ""
    return Problem(child(path, name), "unknown field", f"is not a known field here{hint}")


def not_a_choice(path: str, rule: str, choices: Sequence[Any], value: object) -> Problem:
    """The value is not among `choices`, which come from the API description."""
    shown = ", ".join(_literal(choice) for choice in choices[:_CHOICES_SHOWN])
    if len(choices) > _CHOICES_SHOWN:
        shown += f" or {len(choices) - _CHOICES_SHOWN} others"
    hint = ""
    if isinstance(value, str):
        folded = value.casefold()
        if any(isinstance(c, str) and c.casefold() == folded for c in choices):
            hint = "; upper and lower case matter"
    start = "must be" if len(choices) == 1 else "must be one of"
    return Problem(path, rule, f"{start} {shown}{hint}")


def bad_size(path: str, rule: str, size: int, limit: int) -> Problem:
    """A string, list or object is too short or too long; `rule` says which."""
    low = rule.startswith("min")
    unit = {"Length": "character", "Items": "item", "Properties": "field"}[rule[3:]]
    verb, tail = ("is", " long") if unit == "character" else ("has", "")
    counted = f"{size} {unit}" if size == 1 else f"{size} {unit}s"
    end = f"at least {limit} needed" if low else f"the limit is {limit}"
    if low and size == 0:
        return Problem(path, rule, f"must not be empty; {end}")
    return Problem(path, rule, f"{verb} {counted}{tail}; {end}")


def bad_pattern(path: str, pattern: str, size: int) -> Problem:
    """A string does not match the pattern of the API description."""
    return Problem(path, "pattern", f"must match the pattern {pattern}; {_length(size)}")


def bad_format(path: str, name: str, size: int) -> Problem:
    """A string is not a date-time, URL or UUID as the API wants it."""
    return Problem(path, "format", f"must be {_FORMATS[name]}; {_length(size)}")


def out_of_range(path: str, rule: str, bounds: Mapping[str, float], value: float) -> Problem:
    """A number breaks `rule`; `bounds` has all limits of the field by keyword."""
    limits = " and ".join(f"{_BOUNDS[name]} {limit}" for name, limit in bounds.items())
    # Python refuses to print integers of thousands of digits.
    it_is = f"; it is {value!r}" if abs(value) < 10**20 else ""
    return Problem(path, rule, f"must be {limits}{it_is}")


def repeated(path: str, first: int, second: int) -> Problem:
    """A list that wants distinct items holds the same one twice."""
    return Problem(path, "uniqueItems", f"items {first} and {second} are the same; no two may be")


def because(problem: Problem, condition: str) -> Problem:
    """The same problem, with the condition under which the rule applies."""
    return problem._replace(message=f"{problem.message} (because {condition})")


def closest(path: str, rule: str, branches: Sequence[Sequence[Problem]]) -> list[Problem]:
    """What to tell of a value that fits none of several allowed forms.

    Args:
        path: Where the value stands.
        rule: ``oneOf`` or ``anyOf``.
        branches: The problems of the value with each form; none of them empty.

    Returns:
        The problems with the form that the value came closest to; or one that names the fields of
        which one is needed, when every form lacks a field; or one that names the types.
    """
    fitting = _without(branches, lambda problem: problem.rule == "type" and problem.path == path)
    if not fitting:
        types = list(dict.fromkeys(problems[0].message for problems in branches))
        if len(types) > 1 and all(re.fullmatch(_TYPE_MESSAGE, message) for message in types):
            wanted = [message.removeprefix("must be ").rpartition(", not ")[0] for message in types]
            found = types[0].rpartition(", not ")[2]
            return [Problem(path, rule, f"must be {_either(wanted)}, not {found}")]
        return min(map(list, branches), key=len)
    # A constant such as a type field tells the forms apart: one with another constant is not meant.
    meant = _without(fitting, lambda problem: problem.rule == "const" and _own(path, problem))
    candidates = meant or fitting
    needs = [
        [_own(path, problem) for problem in problems if problem.rule == "required"]
        for problems in candidates
    ]
    needs = [[name for name in names if name] for names in needs]
    choices = dict.fromkeys(" with ".join(names) for names in needs)
    if all(needs) and len(choices) > 1:
        common = [
            problem
            for problem in candidates[0]
            if all(problem in other for other in candidates) and problem.rule != "required"
        ]
        return [Problem(path, rule, f"needs one of {', '.join(choices)}"), *common]
    complete = [
        problems for problems, names in zip(candidates, needs, strict=True) if not names
    ] or candidates
    return min(map(list, complete), key=len)


_TYPE_MESSAGE = r"must be [a-z, ]+, not .+"


def _without(
    branches: Sequence[Sequence[Problem]], excluded: Callable[[Problem], object]
) -> list[Sequence[Problem]]:
    return [problems for problems in branches if not any(map(excluded, problems))]


def _own(path: str, problem: Problem) -> str:
    """The name of the field when the problem is with a field of the object at `path` itself."""
    if not problem.path.startswith(path):
        return ""
    name = problem.path[len(path) :].removeprefix(".")
    return name if _PLAIN_NAME(name) else ""


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _length(size: int) -> str:
    return "it is empty" if size == 0 else f"it is {size} character{'' if size == 1 else 's'} long"


def _literal(choice: Any) -> str:
    return choice if isinstance(choice, str) and choice else json.dumps(choice)
