"""The wrapper sends every valid body as it is, and reads every answer of the mock."""

from __future__ import annotations

import asyncio
import json

import pytest
from contract import bodies
from contract.sizes import cases
from hypothesis import given
from hypothesis import strategies as st

from eightbyeight import (
    AcceptedBatch,
    AcceptedMessage,
    AcceptedSms,
    AsyncClient,
    Client,
    MessageDetails,
)
from eightbyeight.mock import MockApp, create_app
from eightbyeight_generated import models

SUBACCOUNT = "acme_hq"
RESULTS = {
    "sendMessage": AcceptedMessage,
    "sendLineNotification": AcceptedMessage,
    "sendSms": AcceptedSms,
    "sendSurveyBatch": AcceptedBatch,
}
# An operation and the schema of its body, one for each type of message.
BODIES = [
    (operation.id, schema)
    for operation in bodies.OPERATIONS.values()
    if operation.request is not None
    for schema in (*bodies.variants(operation.request).values(),) or (operation.request,)
]


def new_mock() -> MockApp:
    return create_app(seed=1, rate_limit=False, api_keys=["key"])


class Ways:
    """A mock, and a synchronous and an asynchronous client of it."""

    def __init__(self) -> None:
        self.app = new_mock()
        transport = self.app.transport()
        self.client = Client("key", SUBACCOUNT, transport=transport)
        self.twin = AsyncClient("key", SUBACCOUNT, transport=transport)
        self.loop = asyncio.Runner()

    def call(self, way: str, operation: str, body: object) -> object:
        """Call an operation of the description by one of the clients."""
        path = bodies.PATHS.get(operation, {})
        if way == "sync":
            return self.client.request(operation, body, **path)
        return self.loop.run(self.twin.request(operation, body, **path))

    def look_up(self, way: str, umid: str) -> MessageDetails:
        """Get the details of a message by one of the clients."""
        # A copy has no memory of the last lookup, so that nobody waits for a second here.
        if way == "sync":
            client = Client("key", SUBACCOUNT, transport=self.app.transport(), rate_limits=False)
            return client.messages.get(umid)
        twin = AsyncClient("key", SUBACCOUNT, transport=self.app.transport(), rate_limits=False)
        return self.loop.run(twin.messages.get(umid))


@pytest.fixture(scope="module")
def ways():
    ways = Ways()
    yield ways
    ways.client.close()
    ways.loop.run(ways.twin.aclose())
    ways.loop.close()


@pytest.mark.parametrize("way", ["sync", "async"])
@pytest.mark.parametrize(("operation", "schema"), BODIES)
@cases(20)
@given(data=st.data())
def test_every_valid_body_arrives_unchanged_and_its_answer_is_read(
    ways, way, operation, schema, data
):
    body = data.draw(bodies.valid(schema))

    result = ways.call(way, operation, body)

    request = ways.app.requests[-1]
    assert (request.operation_id, request.status) == (operation, 200)
    assert json.loads(request.body) == body
    check_answer(ways, operation, body, result)


@pytest.mark.parametrize(("operation", "schema"), BODIES)
@cases(8)
@given(data=st.data())
def test_a_model_says_the_same_as_the_body_it_was_made_of(ways, operation, schema, data):
    body = data.draw(bodies.valid(schema))

    result = ways.call("sync", operation, getattr(models, schema).from_dict(body))

    assert bodies.same(json.loads(ways.app.requests[-1].body), body)
    check_answer(ways, operation, body, result)


def check_answer(ways, operation, body, result):
    assert type(result) is RESULTS[operation]
    assert result.is_readable
    assert result.response.status == 200
    if operation == "sendSurveyBatch":
        assert result.batch_id
        assert result.accepted_count + result.rejected_count == len(body["messages"])
        assert result.client_batch_id == body.get("clientBatchId")
        listed = len(body["messages"]) if body.get("includeMessagesInResponse") else 0
        assert len(result.messages) == listed
        assert all(message.umid for message in result.messages)
    else:
        assert result.umid
        assert result.client_message_id == body.get("clientMessageId")
        assert result.unknown_fields == {}
    if operation == "sendSms":
        assert result.status.code == "QUEUED"
    elif operation != "sendSurveyBatch":
        assert result.status.state == "queued"
        assert result.user.msisdn == body["user"].get("msisdn")


@pytest.mark.parametrize("way", ["sync", "async"])
@pytest.mark.parametrize(
    ("operation", "schema"),
    [pair for pair in BODIES if pair[0] in ("sendMessage", "sendLineNotification")],
)
@cases(3)
@given(data=st.data())
def test_the_details_of_every_sent_message_are_read(ways, way, operation, schema, data):
    body = data.draw(bodies.valid(schema))
    umid = ways.call(way, operation, body).umid

    details = ways.look_up(way, umid)

    (record,) = details
    assert details.is_readable
    assert details.latest == record
    assert (record.umid, record.subaccount_id, record.step) == (umid, SUBACCOUNT, 1)
    assert record.status.state == "queued"
    assert record.created_at is not None
    assert record.created_at.utcoffset() is not None
    assert record.client_message_id == body.get("clientMessageId")
    assert record.unknown_fields == {}


@pytest.mark.parametrize("operation", bodies.SENDS)
@pytest.mark.parametrize("way", ["sync", "async"])
def test_the_documents_own_examples_arrive_unchanged(ways, way, operation):
    for body in bodies.OPERATIONS[operation].examples:
        result = ways.call(way, operation, body)

        assert json.loads(ways.app.requests[-1].body) == body
        check_answer(ways, operation, body, result)
