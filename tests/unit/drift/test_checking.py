"""Replies against the description: what is known is known, what is long is sampled, and no value is told."""

from __future__ import annotations

import copy
import json
import re

import pytest
from docs_drift.severity import severity
from hypothesis import given
from hypothesis import strategies as st

from eightbyeight.core.drift_check import MOST_ITEMS, UNREADABLE, drifts_of
from eightbyeight.io.description import documented_answers
from eightbyeight.mock.document import load

ANSWERS = documented_answers()
DOCUMENT = load()


def _examples():
    """Every example of a reply in the description: operation, status and body."""
    for item in DOCUMENT.raw["paths"].values():
        for raw in item.values():
            for status, answer in raw["responses"].items():
                for media in DOCUMENT.resolve(answer).get("content", {}).values():
                    for example in media.get("examples", {}).values():
                        yield raw["operationId"], int(status.replace("X", "0")), example["value"]


EXAMPLES = list(_examples())
SUCCESSES = [(operation, body) for operation, status, body in EXAMPLES if status == 200]
ROW = {
    "umid": "1",
    "destination": "65",
    "status": {"code": "QUEUED", "description": "x"},
    "encoding": "GSM7",
}


def found(operation, body, status=200, turn=0, **headers):
    return drifts_of(ANSWERS[operation], status, headers, body, turn)


def test_the_description_is_there_with_all_its_examples():
    assert {operation for operation, _ in SUCCESSES} == set(ANSWERS) == set(DOCUMENT.operations)
    assert len(EXAMPLES) > 30


@pytest.mark.parametrize(("operation", "status", "body"), EXAMPLES)
def test_no_example_drifts(operation, status, body):
    assert found(operation, body, status) == []


def test_statuses_are_known_alone_or_as_a_range():
    error = {"code": 1, "errorId": "x", "timestamp": "x"}

    assert found("sendSms", error, 503) == []
    assert [drift.path for drift in found("sendSms", {}, 503)] == [
        "responses.5XX.code",
        "responses.5XX.errorId",
        "responses.5XX.timestamp",
    ]


@pytest.mark.parametrize(
    ("media", "told"),
    [
        ("text/html; charset=utf-8", "text/html"),
        ("application/problem+json", "application/problem+json"),
        ("text/6591234567", ""),
        ("Mei Ling <mei@example.com>", ""),
    ],
)
def test_a_media_type_is_told_if_it_is_one(media, told):
    (undocumented,) = found("sendSms", {}, 418, **{"content-type": media})
    (unreadable,) = found("sendSms", UNREADABLE, 200, **{"content-type": media})

    assert told == undocumented.seen == unreadable.seen


@pytest.mark.parametrize("value", [1, 1.0, -0.0, 1e20])
def test_a_whole_number_is_an_integer(value):
    assert (
        found("sendSurveyBatch", {"batchId": "b", "acceptedCount": value, "rejectedCount": 0}) == []
    )


@pytest.mark.parametrize("value", [True, 1.5, "1", None])
def test_nothing_else_is(value):
    (drift,) = found(
        "sendSurveyBatch", {"batchId": "b", "acceptedCount": value, "rejectedCount": 0}
    )

    assert ("response.acceptedCount", "integer") == (drift.path, drift.described)


@pytest.mark.parametrize(
    "extra",
    [
        {"+6591234567": 1},
        {"Mei": 1, "6591234567": 1},
        {"order 17": {}},
        {f"name{letter}": 1 for letter in "abcdefghi"},
        {"a" * 33: 1},
    ],
)
def test_names_that_may_be_data_are_not_told(extra):
    (drift,) = found("sendSms", ROW | extra)

    assert "response.*" == drift.path


@pytest.mark.parametrize(
    ("word", "is_told"),
    [
        ("PAUSED", True),
        ("delivered_to_moon", True),
        ("re-routed", True),
        ("UTF16", True),
        ("493021", False),
        ("A493021", False),
        ("Mei Ling", False),
        ("mei@example.com", False),
        ("Zoë", False),
        ("", False),
        ("PAUSED\n", False),
        ("x" * 33, False),
    ],
)
def test_a_new_word_is_told_if_it_looks_like_one(word, is_told):
    (drift,) = found("sendSms", ROW | {"encoding": word})

    assert (word if is_told else "") == drift.seen


def test_of_a_long_list_some_items_are_looked_at_and_others_with_the_next_reply():
    odd = 6_789
    rows = [ROW] * 10_000
    rows[odd] = ROW | {"segments": 1}
    batch = {"batchId": "b", "acceptedCount": 10_000, "rejectedCount": 0, "messages": rows}
    turns = -(-len(rows) // MOST_ITEMS)

    seen = [turn for turn in range(2 * turns) if found("sendSurveyBatch", batch, turn=turn)]

    assert [odd % turns, odd % turns + turns] == seen


def test_what_all_items_have_is_told_once():
    rows = [ROW | {"segments": 1}] * 10_000
    batch = {"batchId": "b", "acceptedCount": 10_000, "rejectedCount": 0, "messages": rows}

    assert ["response.messages[].segments"] == [
        drift.path for drift in found("sendSurveyBatch", batch)
    ]


# --- no value leaves ---------------------------------------------------------------------------------

PERSONAL = st.one_of(
    st.from_regex(r"\+?[1-9][0-9]{7,14}", fullmatch=True),  # a phone number
    st.from_regex(r"[0-9]{4,8}", fullmatch=True),  # a one-time password
    st.from_regex(r"[A-Z][a-z]{2,9} [A-Z][a-z]{2,9}", fullmatch=True),  # a person
    st.from_regex(r"[a-z]{3,8}@[a-z]{3,8}\.com", fullmatch=True),
    st.uuids().map(str),
    st.from_regex(r"Dear [A-Z][a-z]{2,9}, your code is [0-9]{6}\.", fullmatch=True),
    st.sampled_from(["Zoë", "张伟", "Your parcel is here!"]),
)
VALUES = st.one_of(
    PERSONAL,
    st.integers(10_000),
    st.floats(10_000, 1e15),
    st.lists(PERSONAL, max_size=2),
    st.dictionaries(PERSONAL, PERSONAL, max_size=2),
    st.none(),
)


def places_in(value, path=()):
    """Yield where something can be put: every field, every item, and every object."""
    yield path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(item, dict | list):
            yield from places_in(item, (*path, key))
        else:
            yield (*path, key)


def nested(inner):
    names = PERSONAL | st.sampled_from(["data", "status", "messages", "umid", "user"])
    return st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)


@st.composite
def drifted(draw):
    """An example of the description, with personal data in any place and as any key."""
    operation, example = draw(st.sampled_from(SUCCESSES))
    body = copy.deepcopy(example)
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(list(places_in(body))))
        holder = body
        for key in path[:-1]:
            holder = holder[key]
        if path and draw(st.booleans()):
            holder[path[-1]] = draw(VALUES)
        else:
            inner = holder[path[-1]] if path else body
            if isinstance(inner, dict):
                inner[draw(PERSONAL)] = draw(VALUES)
    return operation, body


def texts_in(value):
    """Yield every key and value of a body as text."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def is_data(text):
    """Whether a text is no word: it has many digits, a blank, a mark or letters beyond ASCII."""
    return bool(re.search(r"\d{3}|[\s@+!.,/:*]|[^\x00-\x7f]", text))


@given(drifted(), st.sampled_from([200, 400, 418, 503]))
def test_no_value_of_a_body_is_told(sample, status):
    operation, body = sample
    personal = {text for text in texts_in(body) if is_data(text)}

    drifts = found(operation, body, status)
    for drift in drifts:
        told = f"{drift!r} {drift} {json.dumps(drift.to_dict(), ensure_ascii=False)}"
        assert [text for text in personal if text in told] == []

    # The pages' own grading comes to the same.
    for drift in drifts:
        finding = drift.to_dict()
        changed = (finding[name] for name in ("path", "kind", "fact", "old", "new"))
        assert severity(*changed) == drift.severity


@given(
    st.sampled_from(sorted(ANSWERS)),
    st.recursive(st.none() | st.booleans() | PERSONAL, nested, max_leaves=5),
)
def test_any_body_can_be_looked_at(operation, body):
    for drift in found(operation, body):
        assert re.match(r"response([.\[]|$)", drift.path)
