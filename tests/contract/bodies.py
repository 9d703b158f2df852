"""Valid JSON bodies, drawn from the composed document, and damaged ones made of them."""

from __future__ import annotations

import copy
import functools
import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

import jsonschema_rs
from hypothesis import strategies as st

from eightbyeight.mock.document import shipped_path

DOCUMENT: dict[str, Any] = json.loads(shipped_path().read_bytes())
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]

_LONGEST_DRAWN = 60
_FULL_LENGTH = 2_100


class Operation(NamedTuple):
    """An operation of the document, with the names of its bodies' schemas."""

    id: str
    request: str | None
    response: str
    examples: list[dict[str, Any]]
    """Of the request body."""
    answers: list[dict[str, Any]]
    """Examples of the body of a success."""


def _operations() -> dict[str, Operation]:
    found: dict[str, Operation] = {}
    for item in DOCUMENT["paths"].values():
        for method, raw in item.items():
            if method not in ("get", "post"):
                continue
            media = raw.get("requestBody", {}).get("content", {}).get("application/json", {})
            success = raw["responses"]["200"]["content"]["application/json"]
            found[raw["operationId"]] = Operation(
                raw["operationId"],
                _name(media["schema"]) if media else None,
                _name(success["schema"]),
                [example["value"] for example in media.get("examples", {}).values()],
                [example["value"] for example in success["examples"].values()],
            )
    return found


def _name(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


OPERATIONS = _operations()
SENDS = tuple(name for name, operation in OPERATIONS.items() if operation.request)
# Path parameters besides the sub-account.
PATHS: dict[str, dict[str, str]] = {
    "sendSurveyBatch": {"surveyId": "nps-q4"},
    "getMessageDetails": {"umid": "82188ee0-109f-e811-8150-020897df5459"},
}


def variants(schema: str) -> dict[str, str]:
    """The schemas of a discriminated union by discriminator value."""
    mapping = SCHEMAS[schema].get("discriminator", {}).get("mapping", {})
    return {value: str(reference).rpartition("/")[2] for value, reference in mapping.items()}


@functools.cache
def is_valid(schema: str) -> Any:
    """A function that says whether a value is valid under a schema of the document."""
    return _validator({"$ref": f"#/components/schemas/{schema}"}).is_valid


def _validator(schema: dict[str, Any]) -> Any:
    root = {"allOf": [schema], "components": DOCUMENT["components"]}
    return jsonschema_rs.Draft202012Validator(root, validate_formats=True)


@functools.cache
def valid(schema: str) -> st.SearchStrategy[Any]:
    """Values that are valid under a schema of the document."""
    return _part(schema).filter(is_valid(schema))


def _drawn(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        return _part(_name(schema))
    if "oneOf" in schema:
        return st.one_of([_drawn(branch) for branch in schema["oneOf"]])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds = schema.get("type", "any")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return st.one_of([_OF_KIND[kind](schema) for kind in kinds])


@st.composite
def _part(draw: st.DrawFn, schema: str) -> Any:
    # Composed, so that it is shown by the schema's name and not as the whole tree of strategies.
    return draw(_of_schema(schema))


@functools.cache
def _of_schema(schema: str) -> st.SearchStrategy[Any]:
    return _drawn(SCHEMAS[schema])


def _text(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    if schema.get("format") == "date-time":
        return moments
    if schema.get("format") == "uri":
        return addresses
    if "pattern" in schema:
        # In Python `$` also matches before a line feed at the end, in JSON Schema it does not.
        return st.from_regex(re.sub(r"\$$", r"\\Z", schema["pattern"]), fullmatch=True)
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    drawn: st.SearchStrategy[str] = st.text(
        min_size=least, max_size=min(most or _LONGEST_DRAWN, _LONGEST_DRAWN)
    )
    if "x-extensible-enum" in schema:
        drawn |= st.sampled_from(schema["x-extensible-enum"])
    if most is not None and most <= _FULL_LENGTH:
        drawn |= st.sampled_from("a\u00e9\U0001f600").map(lambda character: character * most)
    return drawn


def _integer(schema: dict[str, Any]) -> st.SearchStrategy[int]:
    return st.integers(schema.get("minimum", -(2**53)), schema.get("maximum", 2**53))


def _number(schema: dict[str, Any]) -> st.SearchStrategy[float]:
    least, most = schema.get("minimum"), schema.get("maximum")
    return st.floats(least, most, allow_nan=False, allow_infinity=False) | st.integers(
        -(2**53) if least is None else math.ceil(least),
        2**53 if most is None else math.floor(most),
    )


def _array(schema: dict[str, Any]) -> st.SearchStrategy[list[Any]]:
    least, most = schema.get("minItems", 0), schema.get("maxItems", 3)
    unique = {"unique_by": json.dumps} if schema.get("uniqueItems") else {}
    return st.lists(
        _drawn(schema["items"]), min_size=least, max_size=max(least, min(most, 3)), **unique
    )


def _object(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    properties = {name: _drawn(rule) for name, rule in schema.get("properties", {}).items()}
    required = schema.get("required", [])
    drawn: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
        {name: properties[name] for name in required},
        optional={name: rule for name, rule in properties.items() if name not in required},
    )
    if schema.get("additionalProperties") is not False:
        # Names of our own, so that none is a property's with a value it does not allow.
        names = st.text(max_size=8).map(lambda name: f"x{name}")
        extra = st.dictionaries(names, values, min_size=schema.get("minProperties", 0), max_size=3)
        drawn = st.tuples(extra, drawn).map(lambda both: {**both[0], **both[1]})
    if "if" in schema:
        own = {key: value for key, value in schema.items() if key != "description"}
        drawn = drawn.filter(_validator(own).is_valid)
    return drawn


_zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.builds(
    lambda moment, zulu: (
        moment.isoformat() if not zulu else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    ),
    # Away from the ends of the calendar, where an offset leads out of it.
    st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=_zones),
    st.booleans(),
)
addresses = st.builds(
    "https://{}.example.com/{}".format,
    st.from_regex(r"[a-z]{1,10}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9._~-]{0,12}(\?[a-z]=[a-z0-9]{1,4})?", fullmatch=True),
)
_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
)
values: st.SearchStrategy[Any] = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
"""Any JSON value."""

_OF_KIND = {
    "string": _text,
    "integer": _integer,
    "number": _number,
    "boolean": lambda _: st.booleans(),
    "null": lambda _: st.none(),
    "array": _array,
    "object": _object,
    "any": lambda _: values,
}


# What a careless server, or one of a newer version, puts where another value was expected.
REPLACEMENTS: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 2**70, "", "UNHEARD_OF", "2026-13-45T99:99:99Z", "rejected"),
    *([], {}, [None], [[]], {"code": {}}, [{"umid": []}], {"": ""}, "\x00"),
    # Half of a surrogate pair, which JSON can escape and Python decodes.
    "\ud83d",
]
_replacements = st.sampled_from(REPLACEMENTS).map(copy.deepcopy)


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[Any]) -> Any:
    """A body with one to four things wrong: fields dropped, exchanged, wrapped or added."""
    body = copy.deepcopy(draw(whole))
    for _ in range(draw(st.integers(1, 4))):
        holder, key = draw(st.sampled_from([(body, None), *places(body)]))
        if key is None:
            body[draw(st.text(max_size=6))] = draw(values)
        elif isinstance(holder, dict) and draw(st.booleans()):
            del holder[key]
        elif draw(st.booleans()):
            # An array where an object was expected, and the other way round.
            holder[key] = [holder[key]] if draw(st.booleans()) else {"value": holder[key]}
        else:
            holder[key] = draw(_replacements | values)
    return body


def damaged_once(body: dict[str, Any]) -> Iterator[Any]:
    """A body with one field after the other dropped, wrapped, and exchanged for each replacement."""
    for number in range(len(list(places(body)))):
        for damage in range(len(REPLACEMENTS) + 3):
            twin = copy.deepcopy(body)
            holder, key = list(places(twin))[number]
            if damage == 0:
                del holder[key]
            elif damage == 1:
                holder[key] = [holder[key]]
            elif damage == 2:
                holder[key] = {"value": holder[key]}
            else:
                holder[key] = copy.deepcopy(REPLACEMENTS[damage - 3])
            yield twin


def places(body: Any) -> Iterator[tuple[Any, Any]]:
    """Every object or array in a body with each of its keys or indexes."""
    pending = [body]
    while pending:
        holder = pending.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        for key in keys:
            yield holder, key
            if isinstance(holder[key], dict | list):
                pending.append(holder[key])


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values mean the same: moments may be written with another offset."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    if left == right:
        return True
    if isinstance(left, str) and isinstance(right, str):
        try:
            return datetime.fromisoformat(left) == datetime.fromisoformat(right)
        except (ValueError, TypeError):
            return False
    return False
