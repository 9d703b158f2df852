"""The generated models keep every valid body as it is: decoded, encoded and decoded again."""

from __future__ import annotations

import json

import pytest
from contract import bodies
from contract.sizes import cases
from hypothesis import given
from hypothesis import strategies as st

from eightbyeight_generated import models

# A union has no class of its own; each of its variants has.
OBJECTS = sorted(name for name, schema in bodies.SCHEMAS.items() if schema.get("type") == "object")
WHOLE = [
    *bodies.variants("Message").values(),
    *(
        operation.request
        for operation in bodies.OPERATIONS.values()
        if operation.request not in (None, "Message")
    ),
    *sorted({operation.response for operation in bodies.OPERATIONS.values()}),
]


def round_trip(name: str, body: object) -> None:
    """Decode, encode and decode a body, with JSON in between as on the wire."""
    model = getattr(models, name)

    first = model.from_dict(body)
    encoded = json.loads(json.dumps(first.to_dict()))

    assert bodies.same(encoded, body)
    assert bodies.is_valid(name)(encoded)
    assert model.from_dict(encoded) == first


@pytest.mark.parametrize("name", WHOLE)
@cases(25)
@given(data=st.data())
def test_a_whole_body_survives(name, data):
    round_trip(name, data.draw(bodies.valid(name)))


@pytest.mark.parametrize("name", [name for name in OBJECTS if name not in WHOLE])
@cases(6)
@given(data=st.data())
def test_every_part_survives(name, data):
    round_trip(name, data.draw(bodies.valid(name)))


@pytest.mark.parametrize(
    "operation", bodies.OPERATIONS.values(), ids=lambda operation: operation.id
)
def test_the_documents_own_examples_survive(operation):
    for body in operation.examples:
        kinds = bodies.variants(operation.request)
        round_trip(kinds[body["type"]] if kinds else operation.request, body)
    for body in operation.answers:
        round_trip(operation.response, body)


def test_all_message_types_and_all_interactive_kinds_are_among_them():
    assert len(bodies.variants("Message")) == 10
    assert len(bodies.variants("Interactive")) == 10
    assert {*bodies.variants("Interactive").values()} <= {*OBJECTS}
