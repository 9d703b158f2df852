"""Each keyword of the schema compiler: what it accepts, what it refuses and in which words."""

from __future__ import annotations

import datetime as dt

import pytest

from eightbyeight.core.schema_compiler import Compiler, compile_schema
from eightbyeight.core.schema_values import SchemaError

# (schema, values that pass, {what a value that fails is told: the value})
CASES = {
    "type string": (
        {"type": "string"},
        ["", "x"],
        [
            (5, "must be a string, not a number"),
            (True, "must be a string, not a boolean"),
            (None, "must be a string, not null"),
            ({}, "must be a string, not an object"),
            ([], "must be a string, not a list"),
            (dt.datetime(2030, 1, 1, tzinfo=dt.UTC), "must be a string, not a Python datetime"),
            (b"x", "must be a string, not a Python bytes"),
        ],
    ),
    "type integer": (
        {"type": "integer"},
        [0, 1, -1, 1.0, 10**400, 1e300],
        [
            (1.5, "must be a whole number; it is 1.5"),
            (True, "must be a whole number, not a boolean"),
            ("1", "must be a whole number, not a string"),
            (float("nan"), "must be a whole number, not infinity or not-a-number"),
        ],
    ),
    "type number": (
        {"type": "number"},
        [0, 1.5],
        [
            (False, "must be a number, not a boolean"),
            (float("inf"), "must be a number, not infinity or not-a-number"),
        ],
    ),
    "type boolean": (
        {"type": "boolean"},
        [True, False],
        [
            (1, "must be true or false, not a number"),
            ("true", "must be true or false, not a string"),
        ],
    ),
    "type array": ({"type": "array"}, [[], ["x"], ("x",)], [({}, "must be a list, not an object")]),
    "type object": ({"type": "object"}, [{}], [([], "must be an object, not a list")]),
    "type null": ({"type": "null"}, [None], [(0, "must be null, not a number")]),
    "several types": (
        {"type": ["string", "integer", "null"], "minLength": 2, "minimum": 3},
        ["xx", 3, None],
        [
            ([], "must be a string, a whole number or null, not a list"),
            (3.5, "must be a string, a whole number or null, not a number"),
            ("x", "is 1 character long; at least 2 needed"),
            (2, "must be at least 3; it is 2"),
        ],
    ),
    "enum": (
        {"enum": ["AUTO", "GSM7", "UCS2"]},
        ["AUTO"],
        [
            ("auto", "must be one of AUTO, GSM7, UCS2; upper and lower case matter"),
            ("other", "must be one of AUTO, GSM7, UCS2"),
            (1, "must be one of AUTO, GSM7, UCS2"),
        ],
    ),
    "enum of anything": (
        {"enum": [1, None, "", [True], {"a": 0}]},
        [1, 1.0, None, "", [True], {"a": 0.0}],
        [
            (True, 'must be one of 1, null, "", [true], {"a": 0}'),
            ([1], 'must be one of 1, null, "", [true], {"a": 0}'),
            ({"a": False}, 'must be one of 1, null, "", [true], {"a": 0}'),
        ],
    ),
    "long enum": (
        {"enum": [f"v{n}" for n in range(30)]},
        ["v29"],
        [("", f"must be one of {', '.join(f'v{n}' for n in range(25))} or 5 others")],
    ),
    "const": ({"const": "text"}, ["text"], [("Text", "must be text; upper and lower case matter")]),
    "const true": ({"const": True}, [True], [(1, "must be true")]),
    "const zero": ({"const": 0}, [0, -0.0], [(False, "must be 0")]),
    "minLength": (
        {"minLength": 2},
        ["xx", "\U0001f600\U0001f600", 5],
        [
            ("", "must not be empty; at least 2 needed"),
            ("\U0001f600", "is 1 character long; at least 2 needed"),
        ],
    ),
    "maxLength": (
        {"type": "string", "maxLength": 35000},
        ["x" * 35000, "\U0001f600" * 35000],
        [("x" * 36000, "is 36000 characters long; the limit is 35000")],
    ),
    "pattern": (
        {"type": "string", "pattern": r"^\+?[0-9]{6,15}$"},
        ["+6591234567"],
        [
            ("123", r"must match the pattern ^\+?[0-9]{6,15}$; it is 3 characters long"),
            ("123456\n", r"must match the pattern ^\+?[0-9]{6,15}$; it is 7 characters long"),
            ("", r"must match the pattern ^\+?[0-9]{6,15}$; it is empty"),
        ],
    ),
    "too long is not matched": (
        {"maxLength": 3, "pattern": "^a*$"},
        ["aaa"],
        [("bbbb", "is 4 characters long; the limit is 3")],
    ),
    "date-time": (
        {"format": "date-time"},
        ["2030-01-31T09:30:00Z", "2030-01-31t09:30:00.1234567z", "2024-02-29T23:59:59-23:59", 5],
        [
            (
                text,
                (
                    "must be a date and time with a UTC offset, such as 2030-01-31T09:30:00Z;"
                    f" it is {len(text)} characters long"
                ),
            )
            for text in (
                "2030-01-31T09:30:00",
                "2030-01-31T09:30:00+0000",
                "2030-01-31 09:30:00Z",
                "2030-02-29T09:30:00Z",
                "2030-04-31T09:30:00Z",
                "2030-01-00T09:30:00Z",
                "2030-01-31T24:00:00Z",
                "2030-01-31T09:30:00.Z",
                "2030-01-31T09:30:00Z\n",
                "2030-01-31T09:30:0\u0663Z",
            )
        ],
    ),
    "uri": (
        {"format": "uri"},
        ["https://example.com/a.png?x=1#y", "http://[::1]:8080/", "mailto:a@example.com", "a:"],
        [
            (
                text,
                (
                    "must be an absolute URL, such as https://example.com/logo.png;"
                    f" it is {len(text)} characters long"
                ),
            )
            for text in (
                "example.com/a.png",
                "/a.png",
                "http://a b",
                "http://a/\xe9",
                "http://[::1",
            )
        ],
    ),
    "uuid": (
        {"format": "uuid"},
        ["b4478860-b76c-e811-814e-022a35cc1c71", "B4478860-B76C-E811-814E-022A35CC1C71"],
        [
            (
                "b4478860b76ce811814e022a35cc1c71",
                (
                    "must be a UUID, such as 1b4e28ba-2fa1-41d2-883f-0016d3cca427;"
                    " it is 32 characters long"
                ),
            )
        ],
    ),
    "minimum and maximum": (
        {"type": "integer", "minimum": 10, "maximum": 86400},
        [10, 86400, 10.0],
        [
            (5, "must be at least 10 and at most 86400; it is 5"),
            (86401, "must be at least 10 and at most 86400; it is 86401"),
            (10**5000, "must be at least 10 and at most 86400"),
        ],
    ),
    "exclusive bounds": (
        {"exclusiveMinimum": 0, "exclusiveMaximum": 1.5},
        [0.1, 1.4, "x", True],
        [
            (0, "must be more than 0 and less than 1.5; it is 0"),
            (1.5, "must be more than 0 and less than 1.5; it is 1.5"),
        ],
    ),
    "minItems": (
        {"type": "array", "minItems": 1},
        [["x"]],
        [([], "must not be empty; at least 1 needed")],
    ),
    "maxItems": (
        {"type": "array", "maxItems": 10000},
        [["x"] * 10000],
        [(["x"] * 10001, "has 10001 items; the limit is 10000")],
    ),
    "uniqueItems": (
        {"uniqueItems": True},
        [[1, True, "1", [1], [True]], [0, False], []],
        [
            ([1, "a", 1.0], "items 0 and 2 are the same; no two may be"),
            ([{"a": 1, "b": 2}, {"b": 2, "a": 1}], "items 0 and 1 are the same; no two may be"),
        ],
    ),
    "minProperties": (
        {"minProperties": 2},
        [{"a": 1, "b": 2}],
        [
            ({}, "must not be empty; at least 2 needed"),
            ({"a": 1}, "has 1 field; at least 2 needed"),
        ],
    ),
    "maxProperties": (
        {"maxProperties": 1},
        [{"a": 1}],
        [({"a": 1, "b": 2}, "has 2 fields; the limit is 1")],
    ),
    "not required": (
        {"not": {"required": ["a", "b"]}},
        [{"a": 1}],
        [({"a": 1, "b": 1}, "may not have a together with b")],
    ),
    "not": ({"not": {"type": "string"}}, [1], [("x", "has a form that is not allowed here")]),
    "false": (False, [], [(1, "is not allowed here")]),
    "allOf": (
        {"allOf": [{"maxLength": 2}, {"pattern": "^a"}]},
        ["ab", 5],
        [("bcd", "is 3 characters long; the limit is 2"), ("b", None)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_keyword(name):
    schema, good, bad = CASES[name]
    check = compile_schema(schema, {})

    for value in good:
        assert check.is_valid(value)
        assert check.problems(value) == []
    for value, message in bad:
        assert not check.is_valid(value)
        found = check.problems(value)
        assert found[0].path == ""
        assert message in {None, found[0].message}


def test_required_and_unknown_fields():
    schema = {
        "type": "object",
        "required": ["type", "text"],
        "properties": {"type": {}, "text": {}, "fallbackText": {"type": "string"}},
        "additionalProperties": False,
    }
    found = compile_schema(schema, {}).problems({"falbacktext": "x", "zzz": 1, "fallbackText": 2})

    assert [str(problem) for problem in found] == [
        "type: is required but missing",
        "text: is required but missing",
        "falbacktext: is not a known field here; did you mean 'fallbackText'?",
        "zzz: is not a known field here; known here: type, text, fallbackText",
        "fallbackText: must be a string, not a number",
    ]
    assert [problem.rule for problem in found] == [
        "required",
        "required",
        "unknown field",
        "unknown field",
        "type",
    ]


def test_additional_properties_schema():
    check = compile_schema({"additionalProperties": {"type": "string", "maxLength": 2}}, {})

    assert check.is_valid({"a": "xx"})
    assert [str(p) for p in check.problems({"a": 1, "b": "xxx"})] == [
        "a: must be a string, not a number",
        "b: is 3 characters long; the limit is 2",
    ]


def test_long_and_unusual_field_names_are_cut_and_quoted():
    check = compile_schema({"additionalProperties": False}, {})
    long, odd = check.problems({"x" * 500: 1, 'a "b".\n': 1})

    assert long.path == f'["{"x" * 57}..."]'
    assert len(str(long)) < 120
    assert odd.path == '["a \\"b\\".\\n"]'


def test_path_of_a_nested_field():
    table = {
        "Tree": {"properties": {"name": {"maxLength": 1}, "kids": {"items": {"$ref": "Tree"}}}}
    }
    check = compile_schema({"$ref": "Tree"}, table)
    value = {"kids": [{}, {"kids": [{"name": "x"}, {"name": "xy"}]}]}

    assert [str(p) for p in check.problems(value)] == [
        "kids[1].kids[1].name: is 2 characters long; the limit is 1"
    ]


def test_reference_with_siblings():
    check = compile_schema({"$ref": "Text", "maxLength": 1}, {"Text": {"type": "string"}})

    assert check.is_valid("a")
    assert not check.is_valid("ab")
    assert not check.is_valid(1)


def test_if_then_else_tells_the_reason():
    phone = {"properties": {"destination": {"pattern": "^[1-9]"}}}
    check = compile_schema({"if": {"not": {"required": ["country"]}}, "then": phone}, {})

    assert check.is_valid({"destination": "0123", "country": "SG"})
    assert check.is_valid({"destination": "123"})
    assert [str(p) for p in check.problems({"destination": "0123"})] == [
        (
            "destination: must match the pattern ^[1-9]; it is 4 characters long"
            " (because country is not given)"
        )
    ]
    either = compile_schema({"if": {"type": "string"}, "then": {"maxLength": 1}, "else": False}, {})
    assert either.problems("xx")[0].message == "is 2 characters long; the limit is 1"
    assert either.problems(5)[0].message == "is not allowed here"


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"^\d$", ["3"], ["\u0663", "3\n"]),
        (r"^\w+$", ["a_1"], ["\xe9"]),
        (r"^\W$", ["\xe9"], ["a"]),
        (r"^\s$", [" ", "\xa0", "\ufeff", "\u2028"], ["\x85", "\x1c", "\u200b"]),
        (r"^[\s\S]*\S[\s\S]*$", ["\n a"], ["", " \xa0\ufeff"]),
        (r"^[^\s]$", ["\x1c"], ["\xa0"]),
        (r"b", ["abc"], ["a"]),
        (r"^a$|^b$", ["a", "b"], ["a\n", "c\nb"]),
        (r"^[A-Za-z0-9\-._&]{3,5}$", ["a-._&"], ["a", "a[b"]),
        (r"^[[&~|]+$", ["[&~|"], ["a"]),
        (r"^a\/b\+$", ["a/b+"], ["ab"]),
        (r"^(?:a|b){2,}?(?=c)c(?!d)", ["abc"], ["abcd", "ac"]),
        (r"^\u00e9\x41.$", ["\xe9A\r"], ["\xe9A\n"]),
    ],
)
def test_pattern_is_read_as_ecma(pattern, good, bad):
    check = compile_schema({"pattern": pattern}, {})

    assert all(map(check.is_valid, good))
    assert not any(map(check.is_valid, bad))


@pytest.mark.parametrize(
    "schema",
    [
        {"propertyNames": {}},
        {"properties": {"a": {"description": "prose"}}},
        {"type": "text"},
        {"format": "email"},
        {"$ref": "Nowhere"},
        {"additionalProperties": {"multipleOf": 2}},
        {"type": "string", "items": {"prefixItems": []}},
        {"then": {"unevaluatedProperties": False}},
        {"discriminator": {"propertyName": "type"}},
        *(
            {"pattern": pattern}
            for pattern in (
                r"(?<=a)b", r"(?i)a", r"a++", r"(a)\1", r"\ba", r"\p{L}", r"[]", r"[^]", r"a{,3}",
                r"[\b]", r"\Aa\Z", r"(", r"[b-a]", r"[a--b]", r"a**", r"\ud83d", r"]", r"\u{41}",
            )
        ),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_when_compiled(schema):
    with pytest.raises(SchemaError):
        compile_schema(schema, {})


def test_component_that_is_not_understood_stays_refused():
    compiler = Compiler({"Bad": {"items": {"$ref": "Worse"}}, "Worse": {"contains": {}}})

    for _ in range(2):
        with pytest.raises(SchemaError, match="contains"):
            compiler.compile({"$ref": "Bad"})
