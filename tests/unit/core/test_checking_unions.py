"""What is told of a value that fits none, or too many, of several forms."""

from __future__ import annotations

import pytest

from eightbyeight.core.schema_compiler import compile_schema
from eightbyeight.core.schema_values import SchemaError


def form(tag: str, name: str, **rules):
    return {
        "type": "object",
        "required": ["type", name],
        "properties": {"type": {"type": "string", "const": tag}, name: rules},
        "additionalProperties": False,
    }


TABLE = {
    "Text": form("text", "text", type="string", maxLength=5),
    "Image": form("image", "url", type="string", format="uri"),
    "Reply": form("button", "reply", type="string")
    | {"properties": {"type": {"$ref": "ButtonType"}, "subType": {"const": "reply"}, "reply": {}}}
    | {"required": ["type", "subType"]},
    "Call": form("button", "call", type="string")
    | {"properties": {"type": {"const": "button"}, "subType": {"const": "call"}, "call": {}}}
    | {"required": ["type", "subType"]},
    "ButtonType": {"enum": ["button"]},
    "Button": {
        "oneOf": [{"$ref": "Reply"}, {"$ref": "Call"}],
        "discriminator": {"propertyName": "subType", "mapping": {"reply": "Reply", "call": "Call"}},
    },
    "Content": {
        "oneOf": [{"$ref": "Text"}, {"$ref": "Image"}, {"$ref": "Button"}],
        "discriminator": {
            "propertyName": "type",
            "mapping": {"text": "Text", "image": "Image", "button": "Button"},
        },
    },
}


def told(schema, value, limit=20):
    check = compile_schema(schema, TABLE)
    found = check.problems(value, limit)
    assert check.is_valid(value) == (not found)
    return [str(problem) for problem in found]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"type": "text", "text": "hello"}, []),
        ({"type": "button", "subType": "call", "call": 1}, []),
        ({"type": "text", "text": "hello!"}, ["text: is 6 characters long; the limit is 5"]),
        ({}, ["type: is required but missing"]),
        ({"text": "hello"}, ["type: is required but missing"]),
        (
            {"type": "Text"},
            ["type: must be one of text, image, button; upper and lower case matter"],
        ),
        ({"type": "sticker"}, ["type: must be one of text, image, button"]),
        ({"type": 5}, ["type: must be a string, not a number"]),
        ({"type": ["text"]}, ["type: must be a string, not a list"]),
        ("text", ["request body: must be an object, not a string"]),
        ({"type": "button"}, ["subType: is required but missing"]),
        ({"type": "button", "subType": "x"}, ["subType: must be one of reply, call"]),
        (
            {"type": "image", "text": "x"},
            [
                "url: is required but missing",
                "text: is not a known field here; known here: type, url",
            ],
        ),
    ],
)
def test_discriminator_chooses_the_form_that_is_meant(value, expected):
    assert told({"$ref": "Content"}, value) == expected


@pytest.mark.parametrize(
    ("branches", "mapping"),
    [
        ([{"type": "object", "properties": {"type": {"const": "text"}}}], None),
        ([{"type": "object", "required": ["type"]}], None),
        ([{"required": ["type"], "properties": {"type": {"const": "text"}}}], None),
        ([{"$ref": "Text"}, {"$ref": "Text"}], None),
        ([{"$ref": "Text"}], {"text": "Text", "image": "Image"}),
        ([{"$ref": "Text"}, {"$ref": "Image"}], {"text": "Image", "image": "Text"}),
        ([{"$ref": "Text"}, {"$ref": "Image"}], {"text": "Text"}),
    ],
)
def test_discriminator_that_could_disagree_with_its_union_is_refused(branches, mapping):
    discriminator = {"propertyName": "type"} | ({"mapping": mapping} if mapping else {})

    with pytest.raises(SchemaError):
        compile_schema({"oneOf": branches, "discriminator": discriminator}, TABLE)


RECIPIENT = {
    "oneOf": [
        {"required": [name], "properties": {name: {"type": "string"}, "country": {"maxLength": 2}}}
        | ({"additionalProperties": False} if closed else {})
        for name, closed in (("msisdn", True), ("channelUserId", True), ("lineUserId", False))
    ]
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"msisdn": "+65"}, []),
        ({}, ["user: needs one of msisdn, channelUserId, lineUserId"]),
        (
            {"country": "SGP"},
            [
                "user: needs one of msisdn, channelUserId, lineUserId",
                "user.country: is 3 characters long; the limit is 2",
            ],
        ),
        ({"msisdn": 65}, ["user.msisdn: must be a string, not a number"]),
        (
            {"msisdn": "+65", "lineUserId": "U", "channelUserId": 5},
            [],
        ),
    ],
)
def test_union_of_recipients(value, expected):
    assert told({"properties": {"user": RECIPIENT}}, {"user": value}) == expected


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        (
            {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
            [],
            ["request body: must be a string, a whole number or null, not a list"],
        ),
        (
            {"anyOf": [{"type": "string", "maxLength": 1}, {"type": "integer"}]},
            "xx",
            ["request body: is 2 characters long; the limit is 1"],
        ),
        (
            {"anyOf": [{"required": ["messages"]}, {"required": ["destinations", "template"]}]},
            {},
            ["request body: needs one of messages, destinations with template"],
        ),
        (
            {"oneOf": [{"required": ["a"]}, {"required": ["b"]}, {"required": ["c"]}]},
            {"a": 1, "c": 1},
            ["request body: may have only one of a, c"],
        ),
        (
            {"oneOf": [{"type": "integer"}, {"minimum": 3}]},
            5,
            ["request body: fits more than one of the forms that are allowed here"],
        ),
        # Without a discriminator, a constant still tells which form is meant.
        (
            {"oneOf": [{"$ref": "Text"}, {"$ref": "Image"}]},
            {"type": "image", "text": "x"},
            [
                "url: is required but missing",
                "text: is not a known field here; known here: type, url",
            ],
        ),
        (
            {"oneOf": [{"$ref": "Text"}, {"$ref": "Image"}]},
            {"type": "text"},
            ["text: is required but missing"],
        ),
        (
            {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "array"}]},
            {},
            ["a: is required but missing"],
        ),
        # What is missing inside a field is not the field.
        (
            {
                "oneOf": [
                    {"required": ["reply"], "properties": {"reply": {}}},
                    {
                        "required": ["action"],
                        "properties": {
                            "action": {"oneOf": [{"required": ["dial"]}, {"required": ["view"]}]}
                        },
                    },
                ]
            },
            {"action": {}},
            ["action: needs one of dial, view"],
        ),
        (
            {"anyOf": [{"required": ["a"]}, {"required": ["a"], "minProperties": 2}]},
            {},
            ["a: is required but missing"],
        ),
    ],
)
def test_the_closest_form_is_told(schema, value, expected):
    assert told(schema, value) == expected
