"""Recipients of a survey, put into as few requests as the API takes."""

from __future__ import annotations

import json

import pytest

from eightbyeight import InvalidInput, SendState, SurveyRecipient
from eightbyeight.requests.surveys import SurveyBatches, batch_references
from eightbyeight.sending import chunks
from eightbyeight.sending.chunks import Chunks

TO = "+6591234567"


def batches(**options):
    return SurveyBatches("acme_hq", "nps", **{"template": "{{url}}"} | options)


def units_of(rows, plan=None):
    plan = plan or Chunks(batches(), lambda number: f"b{number}")
    found = [plan.add(row) for row in rows]
    found.append(plan.rest())
    assert plan.rest() is None
    return [unit for unit in found if unit is not None]


def body_of(unit):
    return json.loads(unit.call.content)


def references_of(unit):
    return [message["clientMessageId"] for message in body_of(unit)["messages"]]


@pytest.fixture
def most(monkeypatch):
    """Chunks of three messages."""
    monkeypatch.setattr(chunks, "MOST_MESSAGES", 3)
    return 3


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (3, [3]), (4, [3, 1]), (9, [3, 3, 3])]
)
def test_sizes(most, count, sizes):
    assert [len(unit.references) for unit in units_of([TO] * count)] == sizes


def test_a_full_chunk_does_not_wait_for_the_next_row(most):
    plan = Chunks(batches())

    assert [plan.add(TO) is not None for _ in range(6)] == [False, False, True] * 2
    assert plan.rest() is None


def test_rows_and_references(most):
    rows = [TO, "bad", TO, SurveyRecipient(TO, client_message_id="mine"), TO, None, "bad"]
    first, second = units_of(rows)

    assert (first.rows, second.rows) == (((1, 1), (3, 4)), ((5, 5),))
    assert [outcome.row for outcome in first.invalid] == [2]
    assert [outcome.row for outcome in second.invalid] == [6, 7]
    assert {outcome.state for outcome in first.invalid + second.invalid} == {SendState.INVALID}
    assert first.references == ("b1-1", "b1-3", "mine")
    assert second.references == ("b2-5",)
    for unit, name in ((first, "b1"), (second, "b2")):
        assert unit.call.client_message_id == body_of(unit)["clientBatchId"] == name
        assert references_of(unit) == list(unit.references)
        assert [row for row, _ in unit.numbered()] == [
            row for start, end in unit.rows for row in range(start, end + 1)
        ]


def test_nothing_but_bad_rows_goes_on_in_steps(most):
    units = units_of(["bad"] * 7)

    assert [len(unit.invalid) for unit in units] == [3, 3, 1]
    assert [unit.call for unit in units] == [None] * 3
    # They have used up no number.
    plan = Chunks(batches(), lambda number: f"b{number}")
    (unit,) = (unit for unit in units_of(["bad"] * 4 + [TO], plan) if unit.call is not None)
    assert unit.references == ("b1-5",)


def test_long_messages_make_smaller_chunks(monkeypatch):
    monkeypatch.setattr(chunks, "MOST_BYTES", 1_000)
    rows = [SurveyRecipient(TO, body="{{url}}" + "x" * size) for size in (300, 300, 300, 2_000, 5)]
    units = units_of(rows)

    assert [unit.rows for unit in units] == [((1, 2),), ((3, 3),), ((4, 4),), ((5, 5),)]
    # Messages are named after the batch that they have ended up in.
    assert [references_of(unit) for unit in units] == [
        ["b1-1", "b1-2"],
        ["b2-3"],
        ["b3-4"],
        ["b4-5"],
    ]
    assert [len(unit.call.content) < 1_100 for unit in units] == [True, True, False, True]


def test_what_is_left_when_a_row_raises(most):
    class Odd:
        def to_dict(self):
            raise KeyError("oops")

    plan = Chunks(batches(), lambda number: f"b{number}")
    plan.add(TO)
    with pytest.raises(KeyError):
        plan.add(Odd())
    unit = plan.rest()

    assert unit.rows == ((1, 1),)
    assert [(outcome.row, outcome.state) for outcome in unit.invalid] == [(2, SendState.NOT_SENT)]


@pytest.mark.parametrize("reference", [None, ""])
def test_an_empty_reference_is_none(reference):
    (unit,) = units_of([{"destination": TO, "clientMessageId": reference}])

    assert unit.references == ("b1-1",)


def test_duplicate_references_over_chunks(most):
    rows = [SurveyRecipient(TO, client_message_id=str(number % 4)) for number in range(6)]
    units = units_of(rows)

    assert [unit.references for unit in units] == [("0", "1", "2"), ("3",)]
    assert {outcome.row: outcome.reason for outcome in units[1].invalid} == {
        5: "client_message_id was already used by row 1",
        6: "client_message_id was already used by row 2",
    }


def test_the_whole_body_and_its_order():
    shared = {"template": "Hi {{url}}", "include_messages": False, "extra": {"new": 1}}
    plan = Chunks(batches(**shared), lambda number: f"b{number}")
    (unit,) = units_of([{"destination": TO, "templateVariables": {"a": 1}}], plan)

    assert unit.call.content == (
        b'{"clientBatchId":"b1","messages":[{"destination":"+6591234567","templateVariables":{"a":1},'
        b'"clientMessageId":"b1-1"}],"template":{"templateBody":"Hi {{url}}"},'
        b'"includeMessagesInResponse":false,"new":1}'
    )
    assert (unit.call.operation, unit.call.product) == ("sendSurveyBatch", "sms")
    assert unit.call.path == "/api/v1/subaccounts/acme_hq/surveys/nps/messages/batch"
    bare = Chunks(batches(template=None), lambda number: "b")
    (unit,) = units_of([SurveyRecipient(TO, body="{{url}}")], bare)
    assert unit.call.content.endswith(b'"clientMessageId":"b-1"}]}')


@pytest.mark.parametrize("name", ["messages", "clientBatchId"])
def test_extra_replaces_neither_messages_nor_the_reference(name):
    with pytest.raises(InvalidInput) as caught:
        batches(extra={name: []})

    assert [problem.path for problem in caught.value.problems] == [name]


def test_texts_that_json_cannot_hold_are_bad_rows():
    plan = Chunks(batches(), lambda number: f"b{number}")
    rows = [{"destination": TO, "templateVariables": {"a": value}} for value in ("\ud83d", 1)]
    (unit,) = units_of(rows, plan)

    assert unit.rows == ((2, 2),)
    assert "surrogate pair" in unit.invalid[0].reason


@pytest.mark.parametrize(
    ("given", "numbers", "expected"),
    [
        ("nps", (1, 2, 1234), ["nps", "nps-2", "nps-1234"]),
        ("x" * 18, (1, 2), ["x" * 18, "x" * 18 + "-2"]),
        ("x" * 20, (1,), ["x" * 20]),
    ],
)
def test_references_of_batches(given, numbers, expected):
    assert list(map(batch_references(given), numbers)) == expected


def test_long_references_stay_apart():
    given = ["nps-2026-q4-week-001", "nps-2026-q4-week-002", "nps-2026-q4-week-00"]
    found = [batch_references(name)(number) for name in given for number in (1, 2, 3, 99_999)]

    assert len(set(found)) == len(found)
    assert max(map(len, found)) == 20
    assert found == [
        batch_references(name)(number) for name in given for number in (1, 2, 3, 99_999)
    ]


def test_references_that_are_made_up():
    references = batch_references(None)

    assert len({references(1), references(1), references(2)}) == 3
    assert len(references(10_000)) == 20
