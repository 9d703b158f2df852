"""The largest batch that is allowed, and one message more."""

from __future__ import annotations

import json

import httpx
import pytest
from contract.talks import KEY, SUBACCOUNT, WAYS, converse

from eightbyeight import InvalidInput
from eightbyeight.mock import create_app

MOST = 10_000
PATH = f"/sms/api/v1/subaccounts/{SUBACCOUNT}/surveys/nps-q4/messages/batch"
TEMPLATE = "How was it? {{url}}"


def numbers(count):
    return [f"+65{80_000_000 + row}" for row in range(count)]


def batch(count):
    return {
        "template": {"templateBody": TEMPLATE},
        "messages": [{"destination": number} for number in numbers(count)],
    }


def send_batch(count):
    return lambda client: client.surveys.send_batch("nps-q4", numbers(count), template=TEMPLATE)


def request(count):
    return lambda client: client.request("sendSurveyBatch", batch(count), surveyId="nps-q4")


@pytest.fixture
def app():
    return create_app(seed=1)


def post(app, body):
    with httpx.Client(transport=app.transport(), base_url="http://mock") as client:
        return client.post(PATH, json=body, headers={"Authorization": f"Bearer {KEY}"})


def test_the_mock_takes_ten_thousand(app):
    answer = post(app, batch(MOST))

    assert answer.status_code == 200
    assert (answer.json()["acceptedCount"], answer.json()["rejectedCount"]) == (MOST, 0)
    assert len(app.store) == MOST
    assert len({message.umid for message in app.store.messages()}) == MOST


def test_the_mock_refuses_ten_thousand_and_one(app):
    answer = post(app, batch(MOST + 1))

    assert (answer.status_code, answer.json()["code"]) == (400, 1100)
    assert "10000" in answer.json()["message"]
    assert len(app.store) == 0


def test_the_mock_refuses_an_empty_batch(app):
    answer = post(app, batch(0))

    assert answer.status_code == 400
    assert len(app.store) == 0


@pytest.mark.parametrize("way", WAYS)
def test_the_wrapper_sends_ten_thousand_in_one_request(app, way):
    report = converse(way, app.transport(), send_batch(MOST))

    (sent,) = app.requests.snapshot()
    messages = json.loads(sent.body)["messages"]
    assert [message["destination"] for message in messages] == numbers(MOST)
    assert len({message["clientMessageId"] for message in messages}) == MOST
    assert (report.accepted, report.total, report.is_complete) == (MOST, MOST, True)
    (result,) = report.batches
    assert (result.accepted_count, result.rejected_count) == (MOST, 0)
    assert len(result.messages) == MOST
    assert result.rejected == ()
    assert [(outcome.row, outcome.umid) for outcome in report] == [
        (row, message.umid) for row, message in enumerate(result.messages, 1)
    ]
    assert [message.client_message_id for message in result.messages] == [
        message["clientMessageId"] for message in messages
    ]


@pytest.mark.parametrize("way", WAYS)
def test_so_it_does_with_a_whole_body(app, way):
    result = converse(way, app.transport(), request(MOST))

    assert result.accepted_count == MOST
    assert json.loads(app.requests[-1].body) == batch(MOST)


@pytest.mark.parametrize("way", WAYS)
def test_the_wrapper_sends_more_in_several_requests(app, way):
    report = converse(way, app.transport(), send_batch(2 * MOST + 5))

    bodies = [json.loads(entry.body) for entry in app.requests.snapshot()]
    assert sorted(len(body["messages"]) for body in bodies) == [5, MOST, MOST]
    assert len({body["clientBatchId"] for body in bodies}) == 3
    assert [batch.accepted_count for batch in report.batches] == [MOST, MOST, 5]
    assert report.accepted == len(app.store) == 2 * MOST + 5
    # Each row has the umid of its own message, whichever batch it was in.
    sent = {message.umid: message.payload["destination"] for message in app.store.messages()}
    assert [sent[outcome.umid] for outcome in report] == numbers(2 * MOST + 5)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("count", [MOST + 1, 0])
def test_a_whole_body_is_refused_with_one_more_and_with_none(app, way, count):
    with pytest.raises(InvalidInput) as caught:
        converse(way, app.transport(), request(count))

    assert [problem.path for problem in caught.value.problems] == ["messages"]
    if count:
        assert str(MOST) in str(caught.value).replace(",", "")
    assert len(app.requests) == 0
    assert len(app.store) == 0


@pytest.mark.parametrize("way", WAYS)
def test_rejected_messages_of_an_accepted_batch_are_told(app, way):
    """The friendly method refuses rows without any text; a whole body may have them."""
    body = {
        "includeMessagesInResponse": True,
        "messages": [
            {"destination": "+6591234567", "templateBody": TEMPLATE},
            {"destination": "+6591234568"},
        ],
    }

    result = converse(
        way,
        app.transport(),
        lambda client: client.request("sendSurveyBatch", body, surveyId="nps-q4"),
    )

    assert (result.accepted_count, result.rejected_count) == (1, 1)
    assert [message.destination for message in result.rejected] == ["6591234568"]
