"""Looking at the variant that was meant finds the faults that looking at all variants finds."""

from __future__ import annotations

import copy
import random

import pytest

from eightbyeight.mock.document import load
from eightbyeight.mock.validation import Checker

DOCUMENT = load()
MESSAGE = {"$ref": "#/components/schemas/Message"}
USER = {"msisdn": "+6591234567"}
BUTTON = {
    "type": "button",
    "subType": "Url",
    "index": 0,
    "parameters": [{"type": "text", "text": "a"}],
}
GOOD = [
    {"user": USER, "type": "text", "content": {"text": "Hello"}, "channels": [{"channel": "SMS"}]},
    {"user": USER, "type": "image", "content": {"url": "https://cdn.example.com/a.jpg"}},
    {"user": USER, "type": "location", "content": {"location": {"latitude": 1, "longitude": 2}}},
    {
        "user": USER,
        "type": "template",
        "content": {"template": {"name": "n", "language": "en", "components": [BUTTON]}},
    },
    {
        "user": USER,
        "type": "interactive",
        "content": {
            "interactive": {
                "type": "button",
                "header": {"type": "text", "text": "Tea"},
                "body": {"text": "Well?"},
                "action": {"buttons": [{"type": "reply", "reply": {"id": "1", "title": "Yes"}}]},
            }
        },
    },
]
VALUES = [None, "", 5, [], {}, True, "text", "Text", "x" * 36_000, {"type": "button"}]


class LooksAtAll(Checker):
    def _faults_as_meant(self, instance, most):
        return []


QUICK, THOROUGH = Checker(DOCUMENT, MESSAGE), LooksAtAll(DOCUMENT, MESSAGE)


def places(node, path=()):
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        yield (*path, key)
        if isinstance(value, (dict, list)):
            yield from places(value, (*path, key))


def spoilt(body, dice):
    body = copy.deepcopy(body)
    for _ in range(dice.randint(1, 3)):
        *parents, last = dice.choice(list(places(body)))
        holder = body
        for part in parents:
            holder = holder[part]
        how = dice.randrange(3)
        if how == 0 and len(body) > 1:
            del holder[last]
        elif how == 1 and isinstance(holder, dict):
            holder["colour"] = "red"
        else:
            holder[last] = copy.deepcopy(dice.choice(VALUES))
    return body


@pytest.mark.parametrize("seed", range(5))
def test_the_same_faults_in_the_same_order(seed):
    dice = random.Random(seed)
    refused = 0
    for _ in range(150):
        body = spoilt(dice.choice(GOOD), dice)
        assert QUICK.first_fault(body) == THOROUGH.first_fault(body)
        assert QUICK.faults(body) == THOROUGH.faults(body)
        refused += not QUICK.accepts(body)

    assert refused > 120
    assert all(QUICK.accepts(body) for body in GOOD)


@pytest.mark.parametrize("body", [None, 5, "x", [], [{}], True])
def test_no_object_at_all(body):

    assert QUICK.first_fault(body) == THOROUGH.first_fault(body) is not None
