"""Which messages of a batch were taken, by answers of all kinds. Nothing is claimed without proof."""

from __future__ import annotations

import json

import pytest

from eightbyeight import MessageRejected, SendState
from eightbyeight.core.reply import Reply
from eightbyeight.requests.surveys import SurveyBatches
from eightbyeight.results import AcceptedBatch
from eightbyeight.sending.chunks import Chunks
from eightbyeight.sending.outcomes import outcomes_of

TO = "+6591234567"
A, R, U = SendState.ACCEPTED, SendState.REJECTED, SendState.UNKNOWN


def unit_of(*references):
    plan = Chunks(SurveyBatches("acme_hq", "nps", template="{{url}}"))
    for reference in references:
        plan.add({"destination": TO, "clientMessageId": reference})
    return plan.rest()


UNIT = unit_of("a", "b", "c")


def entry(reference, code="QUEUED", umid=None, **others):
    return {
        "umid": umid or f"u-{reference}",
        "status": {"code": code, "description": "Invalid MSISDN +6591234567"},
        "clientMessageId": reference,
    } | others


def told(answer, unit=UNIT):
    content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return outcomes_of(unit, AcceptedBatch(Reply(200, {}, content)))


def counts(accepted, rejected, messages=None):
    answer = {"batchId": "b-1", "acceptedCount": accepted, "rejectedCount": rejected}
    return answer | ({} if messages is None else {"messages": messages})


ALL = [entry("a"), entry("b"), entry("c")]
ONE_REFUSED = [entry("a"), entry("b", "REJECTED"), entry("c")]
NAMELESS = [
    entry(None, "QUEUED", "x"),
    entry(None, "REJECTED", "y"),
    entry(None, "QUEUED", "z"),
]


@pytest.mark.parametrize(
    ("answer", "states"),
    [
        # By their references, in whichever order.
        (counts(3, 0, ALL), [A, A, A]),
        (counts(2, 1, ONE_REFUSED), [A, R, A]),
        (counts(2, 1, ONE_REFUSED[::-1]), [A, R, A]),
        (counts(2, 1, [*ONE_REFUSED, entry("stranger")]), [A, R, A]),
        # What an entry says counts more than a count.
        (counts(None, None, ONE_REFUSED), [A, R, A]),
        (counts(3, 0, ONE_REFUSED), [A, R, A]),
        (counts("2", True, ONE_REFUSED), [A, R, A]),
        (counts(2, 1, [entry("a"), entry("b", "rejected"), entry("c", "PONDERED")]), [A, R, A]),
        # By their places, when none has a reference.
        (counts(2, 1, NAMELESS), [A, R, A]),
        (counts(None, None, NAMELESS), [A, R, A]),
        # By the counts alone.
        (counts(3, 0), [A, A, A]),
        (counts(3, 0, []), [A, A, A]),
        (counts(None, 0), [A, A, A]),
        (counts(3, None), [A, A, A]),
        (counts(0, 3), [R, R, R]),
        (counts(None, 3), [R, R, R]),
        (counts(3, 0, NAMELESS[:1]), [A, A, A]),
        # Where the list leaves some out, by what the counts leave.
        (counts(3, 0, ALL[:1]), [A, A, A]),
        (counts(2, 1, ONE_REFUSED[:2]), [A, R, A]),
        (counts(1, 2, ONE_REFUSED[:1]), [A, R, R]),
        (counts(2, 1, ONE_REFUSED[1:]), [A, R, A]),
        # Nothing can be told.
        (counts(2, 1), [U, U, U]),
        (counts(2, 1, []), [U, U, U]),
        (counts(None, 1), [U, U, U]),
        (counts(2, None), [U, U, U]),
        (counts(None, None), [U, U, U]),
        (counts(5, 0), [U, U, U]),
        (counts(1, 0), [U, U, U]),
        (counts(4, -1), [U, U, U]),
        (counts(None, 0, ALL[:1]), [A, U, U]),
        (counts(2, 1, ALL[:1]), [A, U, U]),
        (counts(2, 1, NAMELESS[:2]), [U, U, U]),
        (counts(2, 1, [*NAMELESS, NAMELESS[0]]), [U, U, U]),
        ({"batchId": "b-1"}, [U, U, U]),
        # Two entries of one message: neither is proof.
        (counts(2, 1, [*ONE_REFUSED, entry("b")]), [A, R, A]),
        (counts(1, 2, [*ONE_REFUSED, entry("b")]), [A, U, A]),
        # An entry that says nothing, or is none.
        (counts(2, 1, [entry("a", None), *ONE_REFUSED[1:]]), [A, R, A]),
        (counts(None, None, [entry("a", None), *ALL[1:]]), [U, A, A]),
        (counts(3, 0, [5, None, "x"]), [A, A, A]),
        (counts(2, 1, [5, *NAMELESS[1:]]), [U, U, U]),
        (counts(2, 1, [entry("a", status=None), *ONE_REFUSED[1:]]), [A, R, A]),
        (counts(2, 1, {"0": entry("a")}), [U, U, U]),
    ],
)
def test_states(answer, states):
    outcomes = told(answer)

    assert [outcome.state for outcome in outcomes] == states
    assert [outcome.row for outcome in outcomes] == [1, 2, 3]
    assert [outcome.client_message_id for outcome in outcomes] == ["a", "b", "c"]
    assert {outcome.batch_id for outcome in outcomes} == {"b-1"}
    for outcome in outcomes:
        assert (outcome.reason is None) is (outcome.state is A)
        assert "6591234567" not in repr(outcome)


def test_refused_messages_have_the_exception_of_a_single_send():
    taken, refused, _ = told(counts(2, 1, ONE_REFUSED))

    assert (taken.umid, taken.reason, taken.error) == ("u-a", None, None)
    error = refused.error
    assert isinstance(error, MessageRejected)
    assert (error.umid, error.client_message_id, error.status) == ("u-b", "b", 200)
    assert refused.umid == "u-b"
    assert refused.reason == str(error) == "sendSurveyBatch: HTTP 200: Invalid MSISDN +******4567"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            counts(2, 1),
            "the batch was taken and 1 of 3 messages refused, but the answer does not say which",
        ),
        (
            {"batchId": "b-1"},
            "the batch was taken, but the answer does not say what became of each message",
        ),
        (
            counts(1, 0),
            "the batch was taken, but the answer does not say what became of each message",
        ),
    ],
)
def test_why_it_is_not_known(answer, reason):
    assert {outcome.reason for outcome in told(answer)} == {reason}


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b"null", b"{}", b'{"batchId": "b-'])
def test_an_answer_that_cannot_be_read(answer):
    for outcome in told(answer):
        assert (outcome.state, outcome.reason) == (A, "the answer cannot be read")
        assert (outcome.umid, outcome.batch_id, outcome.error) == (None, None, None)


def test_an_answer_without_the_ids():
    for outcome in told({"acceptedCount": 3, "rejectedCount": 0}):
        assert (outcome.state, outcome.batch_id, outcome.umid) == (A, None, None)


def test_two_messages_with_one_reference_are_not_told_apart():
    """A reference of one's own may be what another message is called by default."""
    plan = Chunks(SurveyBatches("acme_hq", "nps", template="{{url}}"), lambda number: "b")
    plan.add({"destination": TO, "clientMessageId": "b-2"})
    plan.add(TO)
    unit = plan.rest()
    assert unit.references == ("b-2", "b-2")

    assert [
        o.state for o in told(counts(1, 1, [entry("b-2"), entry("b-2", "REJECTED")]), unit)
    ] == [
        U,
        U,
    ]
    assert [o.state for o in told(counts(1, 1, [entry("b-2", "REJECTED")]), unit)] == [U, U]
    assert [o.state for o in told(counts(2, 0, [entry("b-2"), entry("b-2")]), unit)] == [A, A]


def test_bad_rows_are_between_the_others():
    plan = Chunks(SurveyBatches("acme_hq", "nps", template="{{url}}"), lambda number: "b")
    for row in ("bad", TO, "bad", TO, "bad"):
        plan.add(row)
    outcomes = told(counts(2, 0), plan.rest())

    assert [(outcome.row, outcome.state) for outcome in outcomes] == [
        (1, "invalid"),
        (2, "accepted"),
        (3, "invalid"),
        (4, "accepted"),
        (5, "invalid"),
    ]
