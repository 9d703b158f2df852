"""What a server may do within a success, by hand: null, new words, odd moments, new fields."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from contract import bodies
from contract.talks import WAYS, Canned, ask, converse

from eightbyeight import MessageState
from eightbyeight_generated import models

pytestmark = pytest.mark.parametrize("way", WAYS)

EVERY = pytest.mark.parametrize("operation", bodies.OPERATIONS)


def answered(way, operation, body):
    return converse(way, Canned(httpx.Response(200, json=body)), ask(operation))


def answer(operation, number=0):
    return copy.deepcopy(bodies.OPERATIONS[operation].answers[number])


def optional_as_null(schema, value):
    """An answer in which every optional field is there and null."""
    rules = bodies.SCHEMAS[schema]
    whole = dict.fromkeys(rules["properties"])
    for name in rules.get("required", ()):
        inner = rules["properties"][name].get("$ref", "").rpartition("/")[2]
        nested = bodies.SCHEMAS.get(inner, {}).get("type") == "object"
        whole[name] = optional_as_null(inner, value[name]) if nested else value[name]
    return whole


@EVERY
def test_null_in_every_optional_field(way, operation):
    schema = bodies.OPERATIONS[operation].response
    body = optional_as_null(schema, answer(operation))
    if operation == "getMessageDetails":
        body["data"] = [optional_as_null("MessageRecord", record) for record in body["data"]]

    result = answered(way, operation, body)

    assert result.is_readable
    assert bodies.is_valid(schema)(body)
    assert result.to_dict() == body
    if operation == "sendSurveyBatch":
        assert (result.messages, result.client_batch_id) == ((), None)
    elif operation == "getMessageDetails":
        (record,) = result
        assert (record.status.state, record.user.msisdn, record.country) == (None, None, None)
        assert (record.content, record.batch_id, record.client_batch_id) == (None, None, None)
        assert record.client_message_id is None
    else:
        assert result.client_message_id is None
    if operation in ("sendMessage", "sendLineNotification"):
        assert (result.status.state, result.status.timestamp, result.status.error_code) == (
            None,
            None,
            None,
        )
        assert (result.user.msisdn, result.user.country, result.user.channel_user_id) == (
            None,
            None,
            None,
        )
    # The generated models read it too.
    model = getattr(models, schema)
    assert model.from_dict(model.from_dict(body).to_dict()) == model.from_dict(body)


def test_states_that_nobody_has_heard_of(way):
    body = answer("sendMessage") | {"status": {"state": "teleported", "detail": "beamed_up"}}

    status = answered(way, "sendMessage", body).status

    assert (status.state, status.detail) == ("teleported", "beamed_up")
    assert status.state not in list(MessageState)


def test_other_new_words(way):
    body = answer("sendSms") | {"encoding": "UTF9", "status": {"code": "PONDERED"}}
    sms = answered(way, "sendSms", body)
    assert (sms.encoding, sms.status.code, sms.is_rejected) == ("UTF9", "PONDERED", False)

    body = answer("getMessageDetails")
    body["data"][0] |= {
        "channel": "Pigeon",
        "direction": "Sideways",
        "contentType": "Smell",
        "status": {"state": "Delivered"},
    }
    (record,) = answered(way, "getMessageDetails", body)
    assert (record.channel, record.direction, record.content_type) == (
        "Pigeon",
        "sideways",
        "Smell",
    )
    assert record.status.state == "Delivered"

    body = answer("sendSurveyBatch") | {
        "messages": [{"umid": "u", "destination": "1", "status": {"code": "LOST"}, "encoding": "X"}]
    }
    (message,) = answered(way, "sendSurveyBatch", body).messages
    assert (message.status.code, message.encoding, message.is_rejected) == ("LOST", "X", False)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-08-04T09:25:40.9235752+00:00", datetime(2026, 8, 4, 9, 25, 40, 923575, UTC)),
        ("2026-08-04T09:25:40.9235752Z", datetime(2026, 8, 4, 9, 25, 40, 923575, UTC)),
        ("2026-06-17T04:17:21.06Z", datetime(2026, 6, 17, 4, 17, 21, 60_000, UTC)),
        ("2026-06-17T04:17:21Z", datetime(2026, 6, 17, 4, 17, 21, 0, UTC)),
        ("2026-06-17T04:17:21.123456789Z", datetime(2026, 6, 17, 4, 17, 21, 123456, UTC)),
        ("2026-06-17T12:17:21.5+08:00", datetime(2026, 6, 17, 4, 17, 21, 500_000, UTC)),
        ("2026-06-17T04:17:21.0635752", datetime(2026, 6, 17, 4, 17, 21, 63_575)),
        ("yesterday", None),
        ("2026-13-45T00:00:00Z", None),
        ("", None),
        (1754299540, None),
        (None, None),
    ],
)
def test_moments(way, text, moment):
    body = answer("sendMessage") | {"status": {"state": "queued", "timestamp": text}}
    assert answered(way, "sendMessage", body).status.timestamp == moment

    body = answer("getMessageDetails")
    body["data"][0] |= {"createdAt": text, "status": {"timestamp": text}}
    (record,) = answered(way, "getMessageDetails", body)
    assert (record.created_at, record.status.timestamp) == (moment, moment)
    if moment is not None and moment.tzinfo is not None:
        assert record.created_at.utcoffset() in (timedelta(0), timedelta(hours=8))


def test_seven_digits_in_an_error(way):
    """The moment of an error stays the text that it was, to be quoted to the support."""
    body = {"code": 1002, "errorId": "e", "timestamp": "2026-08-04T09:25:40.9235752+00:00"}
    transport = Canned(httpx.Response(400, json=body))

    with pytest.raises(Exception, match=r"2026-08-04T09:25:40\.9235752\+00:00"):
        converse(way, transport, ask("sendSms"))


@EVERY
def test_new_fields_are_kept(way, operation):
    body = answer(operation) | {"novelty": {"deep": [1, None]}}

    result = answered(way, operation, body)

    assert result.unknown_fields["novelty"] == {"deep": [1, None]}
    assert result.to_dict() == body


def test_records_come_in_the_order_of_their_steps(way):
    body = answer("getMessageDetails", 1)
    body["data"].reverse()

    details = answered(way, "getMessageDetails", body)

    assert [record.step for record in details] == [1, 2]
    assert details.latest.channel == "SMS"
    assert [record.direction for record in details] == ["outbound", "outbound"]


def test_no_record_at_all(way):
    details = answered(way, "getMessageDetails", {"data": []})

    assert details.is_readable
    assert (details.records, details.latest) == ((), None)
