"""The compiler and jsonschema-rs, two implementations, say the same of every schema and value."""

from __future__ import annotations

import re
import string

import jsonschema_rs
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from eightbyeight.core.schema_compiler import compile_schema

# Sub-schemas are components too, so that references and recursion take part.
TABLE = {
    "Name": {"type": "string", "minLength": 1, "maxLength": 3},
    "Tree": {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"$ref": "Name"},
            "kids": {"items": {"$ref": "Tree"}, "maxItems": 2},
        },
        "additionalProperties": False,
    },
    "A": {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"const": "a"}, "x": {"type": "integer", "maximum": 3}},
        "additionalProperties": False,
    },
    "B": {
        "allOf": [{"$ref": "HasType"}, {"properties": {"type": {"enum": ["b", "bb"]}}}],
        "properties": {"x": {"type": "string"}},
    },
    "HasType": {"type": "object", "required": ["type"]},
}
SCHEMAS = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "null": {"type": "null"},
    "array": {"type": "array"},
    "object": {"type": "object"},
    "types": {"type": ["integer", "string", "null"], "maxLength": 2, "exclusiveMinimum": 0},
    "number or string": {"type": ["number", "string"]},
    "enum": {"enum": ["a", "A", 1, True, None, [0], {"a": 1}, ""]},
    "const number": {"const": 1},
    "const false": {"const": False},
    "const nested": {"const": {"a": [1, {"b": False}]}},
    "required": {"required": ["a", "b"]},
    "properties": {"properties": {"a": {"type": "string"}, "b": {"minimum": 1}, "x": False}},
    "closed": {"properties": {"a": {}, "b": {}}, "additionalProperties": False},
    "rest": {"properties": {"a": {}}, "additionalProperties": {"type": "integer"}},
    "items": {"items": {"type": "integer"}},
    "minItems": {"minItems": 2},
    "maxItems": {"type": "array", "maxItems": 1},
    "uniqueItems": {"uniqueItems": True},
    "minLength": {"minLength": 2},
    "maxLength": {"maxLength": 2},
    "float length": {"type": "string", "minLength": 1.0, "maxLength": 2.0},
    "minimum": {"minimum": 1},
    "maximum": {"maximum": 1.5},
    "exclusive": {"exclusiveMinimum": 0, "exclusiveMaximum": 3},
    "integer range": {"type": "integer", "minimum": -1, "maximum": 3},
    "properties count": {"minProperties": 1, "maxProperties": 2},
    "phone": {"type": "string", "pattern": r"^\+?[1-9]\d{1,5}$"},
    "word": {"pattern": r"^[\w.-]+$"},
    "not blank": {"pattern": r"\S"},
    "spaces": {"pattern": r"^\s*$"},
    "alternatives": {"pattern": r"^(?:a|b.)$|c\.d"},
    "date-time": {"format": "date-time"},
    "uri": {"type": "string", "format": "uri"},
    "uuid": {"format": "uuid"},
    "allOf": {"allOf": [{"minLength": 1}, {"maxLength": 2}, {"not": {"const": "ab"}}]},
    "anyOf": {"anyOf": [{"type": "string", "maxLength": 1}, {"minimum": 2}, {"required": ["a"]}]},
    "oneOf": {"oneOf": [{"type": "integer"}, {"minimum": 2}, {"required": ["a"]}]},
    "oneOf keys": {"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "type": "object"},
    "not": {"not": {"required": ["a"]}},
    "if": {"if": {"type": "string"}, "then": {"minLength": 1}, "else": {"type": "integer"}},
    "if not": {"if": {"not": {"required": ["a"]}}, "then": {"required": ["b"]}},
    "then alone": {"then": False, "else": False},
    "reference": {"$ref": "Tree"},
    "reference with siblings": {"$ref": "Name", "pattern": "^a"},
    "tagged": {
        "oneOf": [{"$ref": "A"}, {"$ref": "B"}],
        "discriminator": {"propertyName": "type", "mapping": {"a": "A", "b": "B", "bb": "B"}},
    },
    "tagged items": {
        "items": {
            "anyOf": [{"$ref": "A"}, {"$ref": "B"}],
            "discriminator": {"propertyName": "type"},
        }
    },
    "true": True,
    "false": False,
    "empty": {},
}

_NASTY_TEXTS = [
    "",
    "a",
    "b",
    "A",
    "ab",
    "abc",
    "abcd",
    "é",
    "😀",
    "é",
    "1",
    "true",
    "a\n",
    "\n",
    "+123",
    "123\n",
    "0123",
    "٣٣",
    "_",
    "a.b",
    "c.d",
    "bx",
    "b\r",
    "b\n",
    " ",
    "\x85",
    "\xa0",
    "\ufeff",
    "\x1c",
    "\u2028",
    "\u200b",
    "\x00",
    "bb",
    "type",
]
_NUMBERS = st.one_of(
    st.integers(-3, 4),
    st.sampled_from(
        [1.0, -0.0, 0.5, 1.5, 2.0, 3.0, 2**53, 2.0**53, 2**53 + 1, 10**30, 1e300, -1e-9]
    ),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
)
_TEXTS = st.one_of(st.sampled_from(_NASTY_TEXTS), st.text(max_size=5))
_KEYS = st.one_of(st.sampled_from(["a", "b", "x", "type", "name", "kids"]), st.text(max_size=2))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), _NUMBERS, _TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_KEYS, inner, max_size=4)),
    max_leaves=8,
)


def _digits(low, high):
    return st.integers(low, high).map("{:02}".format)


DATE_TIMES = st.tuples(
    st.sampled_from(["2024", "2023", "1900", "2000", "0000", "9999", "24", "02024"]),
    st.just("-"), _digits(0, 13), st.just("-"), _digits(0, 32),
    st.sampled_from("TTTTt _"), _digits(0, 25), st.just(":"), _digits(0, 60), st.just(":"),
    _digits(0, 61), st.sampled_from(["", "", ".1", ".1234567", ".", ",5", ".x"]),
    st.sampled_from(["Z", "z", "+00:00", "-08:00", "+23:59", "+24:00", "+08:60", "+0800", "", "Z\n"]),
).map("".join)  # fmt: skip
URIS = st.one_of(
    st.tuples(
        st.sampled_from(["http", "https", "a", "A+b.-1", "1a", "", "urn"]),
        st.sampled_from([":", ":", ":", ""]),
        st.sampled_from(["//", "//", "", "/", "///"]),
        st.sampled_from(["", "", "u@", "u:p@", "u%40@", "u@v@", "[@"]),
        st.sampled_from(
            [
                "a",
                "a.b",
                "",
                "1.2.3.4",
                "[::1]",
                "[::1",
                "[1:2:3:4:5:6:7:8]",
                "[::1.2.3.4]",
                "é",
                "[::1.2.3.04]",
                "[1::2::3]",
                "[12345::]",
                "[v1.a:b]",
                "[v.a]",
                "[::1%25a]",
                "a%2",
                "%41",
            ]
        ),
        st.sampled_from(["", "", ":", ":80", ":99999", ":x", ":-1"]),
        st.sampled_from(
            ["", "/", "/a", "/a%20b", "/a b", "/é", "/%zz", "//", "/[", "/'()*!$&+,;=:@"]
        ),
        st.sampled_from(["", "?", "?a=b", "?a?b/", "?[", "?%4"]),
        st.sampled_from(["", "#", "#a", "#a#b", "#?/", "#{", "\n"]),
    ).map("".join),
    st.text(string.ascii_letters + ":/?#[]@%.0 \n", max_size=12),
)
UUIDS = st.tuples(
    st.uuids().map(str),
    st.sampled_from([str, str.upper, lambda t: t.replace("-", ""), lambda t: "{" + t + "}"])
    | st.sampled_from([lambda t: t[:-1], lambda t: t + "\n", lambda t: "g" + t[1:]]),
).map(lambda pair: pair[1](pair[0]))


def _reference(schema):
    """The same schema as jsonschema-rs reads it: components by pointer, discriminators unheard."""

    def pointers(node):
        if isinstance(node, list):
            return [pointers(item) for item in node]
        if not isinstance(node, dict):
            return node
        return {
            key: f"#/$defs/{item}" if key == "$ref" else item if key == "const" else pointers(item)
            for key, item in node.items()
        }

    if isinstance(schema, bool):
        return jsonschema_rs.Draft202012Validator(schema)
    document = {"allOf": [pointers(schema)], "$defs": pointers(TABLE)}
    return jsonschema_rs.Draft202012Validator(document, validate_formats=True)


REPEATABLE = settings(derandomize=True, database=None, deadline=None)
PAIRS = {
    name: (compile_schema(schema, TABLE), _reference(schema)) for name, schema in SCHEMAS.items()
}


def agree(name, value):
    check, reference = PAIRS[name]
    verdict = check.is_valid(value)

    assert verdict is reference.is_valid(value)
    assert verdict is (check.problems(value) == [])
    assert all(problem.message and problem.rule for problem in check.problems(value))


@REPEATABLE
@given(st.sampled_from(sorted(SCHEMAS)), st.data())
def test_any_value(name, data):
    agree(name, data.draw(JSON))


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_with_simple_values(name):
    atoms = [None, True, False, 0, 1, 1.0, 2, 3, 4, -1, 0.5, 1.5, 2**53 + 1, 10**30, *_NASTY_TEXTS]
    lists = [
        [],
        *([atom] for atom in atoms),
        [1, True],
        [1, 1.0],
        ["a", "a"],
        [{}, {}],
        [[0], [False]],
    ]
    objects = [{}, *({key: atom} for key in ("a", "b", "c", "type", "x") for atom in atoms)]
    pairs = [{"a": 1, "b": 1}, {"a": 1.0}, {"a": [1, {"b": False}]}, {"a": [1, {"b": 0}]}]
    pairs += [{"a": 1, "b": 2, "c": 3}, {"name": "a", "kids": [{"name": "b"}, {}]}, {"name": "a"}]
    tagged = [{"type": tag, "x": x} for tag in ("a", "b", "bb", "c", 1) for x in ("s", 3, 4)]
    for value in [*atoms, *lists, *objects, *pairs, *tagged, tagged]:
        agree(name, value)


@REPEATABLE
@given(DATE_TIMES)
@example("2016-12-31T23:58:60Z")
def test_date_time(text):
    # Leap seconds: the one thing on which we are stricter on purpose, see below.
    assume(not re.search(r":60(\.\d+)?([Zz]|[+-])", text) or not re.search(r":59:60", text))
    agree("date-time", text)


def test_leap_second_is_refused_although_rfc_3339_has_it():
    check, reference = PAIRS["date-time"]

    assert reference.is_valid("2016-12-31T23:59:60Z")
    assert not check.is_valid("2016-12-31T23:59:60Z")


@REPEATABLE
@given(URIS)
@example("http://a:x")
@example("http://a b")
@example("http:///x")
@example("http://[1::2::3]/")
@example("http://[::1]/")
@example("http://a-b.c/d-e?f-g#h-i")
@example("http:a:-1<>")
def test_uri(text):
    agree("uri", text)


@REPEATABLE
@given(UUIDS)
def test_uuid(text):
    agree("uuid", text)


@REPEATABLE
@given(
    st.sampled_from(["phone", "word", "not blank", "spaces", "alternatives"]),
    st.one_of(
        st.text("+019ab.cd_-\u0663é \t\n\r\x0b\x0c\x1c\x85\xa0\ufeff\u1680\u180e\u2003\u200b\u2028", max_size=6),
        st.characters(exclude_categories=["Cs"]),
    ),
)  # fmt: skip
def test_pattern(name, text):
    agree(name, text)


def test_white_space_of_the_whole_repertoire():
    for point in [*range(0xD800), *range(0xE000, 0x10000, 7), 0xFEFF, 0x1F600]:
        assert PAIRS["spaces"][0].is_valid(chr(point)) is not PAIRS["not blank"][0].is_valid(
            chr(point)
        )
        if point < 0x3100 or point > 0xFE00:
            agree("spaces", chr(point))
