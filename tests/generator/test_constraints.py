"""The rules for requests that are written as data."""

from __future__ import annotations

from types import ModuleType

import pytest


def test_schemas_hold_rules_only(golden: ModuleType) -> None:
    from golden_generated.constraints import SCHEMAS

    assert SCHEMAS["Note"] == {
        "type": "object",
        "required": ["kind", "text"],
        "additionalProperties": False,
        "properties": {
            "kind": {"const": "note"},
            "text": {"type": "string", "maxLength": 10},
            "state": {"$ref": "State"},
            "states": {"type": "array", "items": {"$ref": "State"}},
            "at": {"type": "string", "format": "date-time"},
            "days": {"type": "array", "items": {"type": "string", "format": "date-time"}},
            "description": {"type": "string"},
            "example": {"type": "integer", "minimum": 1},
        },
    }
    assert SCHEMAS["Thing"]["discriminator"] == {
        "propertyName": "kind",
        "mapping": {"note": "Note", "picture": "Picture", "button": "Button"},
    }


def test_only_what_requests_reach(golden: ModuleType) -> None:
    from golden_generated.constraints import SCHEMAS

    assert sorted(SCHEMAS) == [
        "Button",
        "CallButton",
        "LinkButton",
        "Note",
        "Picture",
        "Sms",
        "State",
        "Thing",
    ]


def test_entry_points(golden: ModuleType) -> None:
    from golden_generated.constraints import PARAMETERS, REQUEST_BODIES

    assert REQUEST_BODIES == {"sendThing": {"$ref": "Thing"}, "sendSms": {"$ref": "Sms"}}
    assert PARAMETERS["getThing"] == {
        "subAccountId": {"type": "string", "minLength": 3},
        "thingId": {"type": "string"},
        "state": {"$ref": "State"},
        "since": {"type": "string", "format": "date-time"},
    }


def test_unknown_keyword_is_refused() -> None:
    from eightbyeight_tools.constraints import rules_of
    from eightbyeight_tools.errors import ToolError

    with pytest.raises(ToolError, match=r"Note\.text: the keyword 'maxLenght' is unknown"):
        rules_of({"properties": {"text": {"maxLenght": 1}}}, "Note")
