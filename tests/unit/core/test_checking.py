"""The public face of the check: limits, laziness, pickling, and nothing of what people write."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eightbyeight.core import checking
from eightbyeight.core.checking import Problem, check_body, check_parameter
from eightbyeight.core.schema_compiler import compile_schema

TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}


def test_good_body_has_no_problems():
    assert check_body("sendMessage", TEXT) == ()
    assert check_body("sendMessage", MappingProxyType(TEXT)) == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"content": {"text": "x" * 36000}},
            ["content.text: is 36000 characters long; the limit is 35000"],
        ),
        (
            {"content": {"text": "x", "falbackText": "y"}},
            ["content.falbackText: is not a known field here; did you mean 'fallbackText'?"],
        ),
        ({"user": {}}, ["user: needs one of msisdn, channelUserId, lineUserId"]),
    ],
)
def test_bad_body_names_field_limit_and_length(change, expected):
    assert [str(problem) for problem in check_body("sendMessage", TEXT | change)] == expected


def test_place_in_a_batch():
    messages = [{"destination": f"+65912345{n:02}"} for n in range(20)]
    messages[17] = {"destination": "+0"}
    problems = check_body("sendSurveyBatch", {"messages": messages})

    assert problems
    assert {problem.path for problem in problems} == {"messages[17].destination"}


def test_body_of_another_type_is_told():
    assert [str(problem) for problem in check_body("sendSms", ["text"])] == [
        "request body: must be an object, not a list"
    ]


def test_limit_stops_the_search():
    body = {"messages": [{}] * 10_000}

    assert len(check_body("sendSurveyBatch", body)) == 20
    assert len(check_body("sendSurveyBatch", body, limit=3)) == 3
    with pytest.raises(ValueError, match="limit"):
        check_body("sendSurveyBatch", body, limit=0)


def test_parameter():
    assert check_parameter("sendMessage", "subAccountId", "acme_hq") == ()
    (problem,) = check_parameter("sendMessage", "subAccountId", "x")[:1]
    assert problem.path == "subAccountId"
    assert check_parameter("getMessageDetails", "umid", 5) == (
        Problem("umid", "type", "must be a string, not a number"),
    )


def test_unknown_operation_and_parameter():
    for call in (
        lambda: check_body("noSuchOperation", {}),
        lambda: check_body("getMessageDetails", {}),
        lambda: check_parameter("noSuchOperation", "umid", ""),
        lambda: check_parameter("getMessageDetails", "noSuchParameter", ""),
    ):
        with pytest.raises(LookupError):
            call()


def test_problem_is_a_frozen_value():
    problem = Problem("content.text", "maxLength", "is too long")

    assert pickle.loads(pickle.dumps(problem)) == problem
    assert hash(problem) == hash(Problem("content.text", "maxLength", "is too long"))
    assert str(problem) == "content.text: is too long"
    assert not hasattr(problem, "__dict__")
    with pytest.raises(AttributeError):
        problem.path = ""


def test_import_loads_neither_rules_nor_compiler():
    code = (
        "import sys, eightbyeight.core.checking as c\n"
        "late = {'eightbyeight_generated.constraints', 'eightbyeight.core.schema_compiler'}\n"
        "assert not late & sys.modules.keys()\n"
        "c.check_body('sendSms', {})\n"
        "assert late <= sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})


def test_first_use_from_many_threads(monkeypatch):
    monkeypatch.setattr(checking, "_bodies", {})
    monkeypatch.setattr(checking, "_shared", None)
    start = threading.Barrier(8)
    results = []

    def first_use():
        start.wait()
        results.append((check_body("sendMessage", TEXT), bool(check_body("sendMessage", {}))))

    threads = [threading.Thread(target=first_use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == [((), True)] * 8


# Letters that no schema, path or message uses.
SECRETS = st.text("АБВГДЕЖЗИКЛМНОПРСТ日本語中国", min_size=2, max_size=30)
BODIES = st.sampled_from(["sendMessage", "sendLineNotification", "sendSms", "sendSurveyBatch"])
NAMES = st.sampled_from(
    [
        "user",
        "type",
        "content",
        "text",
        "msisdn",
        "destination",
        "messages",
        "url",
        "title",
        "country",
        "scheduled",
        "channels",
        "sms",
        "encoding",
        "templateVariables",
        "actions",
    ]
)


def with_secret(secret):
    leaf = st.one_of(st.just(secret), st.integers(), st.none(), st.just("text"))
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=5)
        ),
        max_leaves=8,
    )


@settings(max_examples=50, derandomize=True, database=None, deadline=None)
@given(st.data())
def test_problems_never_hold_a_text_of_the_body(data):
    secret = data.draw(SECRETS)
    body = data.draw(st.dictionaries(NAMES, with_secret(secret), max_size=6))
    body["type"] = data.draw(st.sampled_from(["text", "image", "template", "interactive", secret]))

    for problem in check_body(data.draw(BODIES), body):
        assert not set(secret) & set(f"{problem!r}{problem}")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer"},
        {"enum": ["a"]},
        {"const": "a"},
        {"maxLength": 1},
        {"minLength": 99},
        {"pattern": "^a$"},
        {"format": "uri"},
        {"format": "date-time"},
        {"format": "uuid"},
        {"not": {"type": "string"}},
        {"oneOf": [{"type": "integer"}, {"maxLength": 1}]},
        {"anyOf": [{"const": "x"}, {"const": "y"}]},
        {"if": {"type": "string"}, "then": {"minLength": 99}},
        False,
    ],
)
def test_no_keyword_shows_a_text(schema):
    secret = "БВГДЕ"
    for value, rules in (
        (secret, schema),
        ([secret, secret], {"uniqueItems": True, "items": schema}),
    ):
        found = compile_schema(rules, {}).problems(value)
        assert found
        assert not any(set(secret) & set(str(problem)) for problem in found)
