"""From results and exceptions of single sends to outcomes."""

from __future__ import annotations

import pickle

import pytest

from eightbyeight import (
    BadRequest,
    ConfigurationError,
    ConnectionFailed,
    ConnectionLost,
    MessageRejected,
    RateLimited,
    RowOutcome,
    SendReport,
    SendState,
    ServerErrorOnSend,
)
from eightbyeight.core.failure import cut_off_note
from eightbyeight.core.reply import Reply
from eightbyeight.requests.any_operation import any_operation
from eightbyeight.results import AcceptedMessage, AcceptedSms
from eightbyeight.sending.outcomes import outcomes_of, outcomes_unsent
from eightbyeight.sending.unit import Unit

CALL = any_operation(
    "acme_hq", "sendSms", {"destination": "+6591234567", "text": "Hi", "clientMessageId": "r"}, {}
)
UNIT = Unit(((7, 7),), CALL, ("r",))


@pytest.mark.parametrize("kind", [AcceptedSms, AcceptedMessage])
@pytest.mark.parametrize(
    ("content", "umid", "reason"),
    [
        (b'{"umid": "u", "status": {"code": "QUEUED", "state": "queued"}}', "u", None),
        (b'{"status": {"code": "PONDERED"}}', None, None),
        (b'{"umid": 5}', None, None),
        (b"", None, "the answer cannot be read"),
        (b"<html>", None, "the answer cannot be read"),
    ],
)
def test_accepted(kind, content, umid, reason):
    assert outcomes_of(UNIT, kind(Reply(200, {}, content))) == [
        RowOutcome(7, SendState.ACCEPTED, "r", umid, None, reason)
    ]


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ConnectionFailed("no connection"), SendState.NOT_SENT),
        (RateLimited("too fast", status=429), SendState.NOT_SENT),
        (ConnectionLost("no answer"), SendState.UNKNOWN),
        (ServerErrorOnSend("in doubt", status=500), SendState.UNKNOWN),
        (BadRequest("refused", status=400), SendState.REJECTED),
        (MessageRejected("refused", status=200), SendState.REJECTED),
        (ConfigurationError("no good key"), SendState.NOT_SENT),
        (OSError("secret"), SendState.UNKNOWN),
    ],
)
def test_failures(error, state):
    (outcome,) = outcomes_of(UNIT, error)

    assert (outcome.row, outcome.state, outcome.client_message_id) == (7, state, "r")
    assert outcome.error is error
    assert outcome.reason == (str(error) if not isinstance(error, OSError) else "OSError")


def test_a_refused_message_may_have_an_id():
    error = MessageRejected("No", status=200, umid="u-1")

    assert outcomes_of(UNIT, error)[0].umid == "u-1"


BATCH = any_operation(
    "acme_hq",
    "sendSurveyBatch",
    {"clientBatchId": "b", "messages": [{"destination": "+6591234567"}] * 2},
    {"surveyId": "nps"},
)


@pytest.mark.parametrize(
    ("known", "single", "each_of_a_batch"),
    [
        (SendState.NOT_SENT, SendState.NOT_SENT, SendState.NOT_SENT),
        (SendState.REJECTED, SendState.REJECTED, SendState.REJECTED),
        # The batch was taken; what became of each message, the answer said.
        (SendState.ACCEPTED, SendState.ACCEPTED, SendState.UNKNOWN),
        (SendState.UNKNOWN, SendState.UNKNOWN, SendState.UNKNOWN),
    ],
)
def test_what_was_cut_off(known, single, each_of_a_batch):
    for unit, state in (
        (UNIT, single),
        (Unit(((1, 2),), BATCH, ("b-1", "b-2")), each_of_a_batch),
    ):
        cut = KeyboardInterrupt()
        assert {outcome.state for outcome in outcomes_of(unit, cut)} == {SendState.UNKNOWN}
        cut.add_note(cut_off_note(unit.call, known))
        for outcome in outcomes_of(unit, cut):
            assert (outcome.state, outcome.error) == (state, None)
            assert outcome.reason == "the run was cut off by KeyboardInterrupt"


def test_what_was_not_begun():
    assert outcomes_unsent(UNIT, "why not") == [
        RowOutcome(7, SendState.NOT_SENT, "r", reason="not sent: why not")
    ]


def test_a_unit_of_bad_rows():
    bad = RowOutcome(3, SendState.INVALID, reason="no")

    assert outcomes_of(Unit(invalid=(bad,)), None) == [bad]
    assert outcomes_unsent(Unit(invalid=(bad,)), "stopped") == [bad]


def test_outcomes_and_reports_travel():
    outcome = RowOutcome(1, SendState.REJECTED, "r", "u", "b", "no", BadRequest("no", status=400))
    twin = pickle.loads(pickle.dumps(outcome))
    report = SendReport(rejected=1, _outcomes=(outcome,))

    assert twin == outcome
    assert str(twin.error) == str(outcome.error)
    assert "error" not in repr(outcome)
    assert pickle.loads(pickle.dumps(report)) == report


def test_reports_in_words():
    report = SendReport(accepted=3, not_sent=2, invalid=1)

    assert str(report) == "6 rows: 3 accepted, 2 not sent, 1 invalid"
    assert repr(report) == ("SendReport(accepted=3, rejected=0, not_sent=2, unknown=0, invalid=1)")
    assert str(SendReport()) == "no rows"
    assert SendReport(accepted=2).is_complete
    assert not SendReport(accepted=2, is_stopped=True).is_complete
    assert not SendReport(accepted=2, invalid=1).is_complete
