"""Rules of chaos that let the mock answer what the description does not know."""

from __future__ import annotations

import json

import pytest

from eightbyeight import DriftKind
from eightbyeight.mock import create_app
from eightbyeight.mock.chaos import ChaosError
from eightbyeight.testing.mock_api import MockApi

SMS = "/sms/api/v1/subaccounts/acme_hq/messages"
MESSAGES = "/chatapps/api/v1/subaccounts/acme_hq/messages"
ONE_SMS = {"destination": "6591234568", "text": "Hello"}
NUMBER = "+6591234567"

ASKS = {
    "sendMessage": lambda client: client.messages.send(NUMBER, "Hello"),
    "sendLineNotification": lambda client: client.line.notify(NUMBER, title="Parcel"),
    "sendSms": lambda client: client.sms.send(NUMBER, "Hello"),
    "sendSurveyBatch": lambda client: client.request(
        "sendSurveyBatch",
        {
            "messages": [{"destination": NUMBER, "templateBody": "{{url}}"}] * 2,
            "includeMessagesInResponse": True,
        },
        surveyId="nps",
    ),
    "getMessageDetails": lambda client: client.messages.get(
        client.messages.send(NUMBER, "Hello").umid
    ),
}
KINDS = {
    "unknown-field": DriftKind.UNKNOWN_FIELD,
    "unknown-value": DriftKind.UNKNOWN_VALUE,
    "wrong-type": DriftKind.WRONG_TYPE,
    "missing-field": DriftKind.MISSING_FIELD,
    "status": DriftKind.UNDOCUMENTED_STATUS,
}


@pytest.fixture
def mock():
    with MockApi(seed=1) as mock:
        yield mock


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("drift", "drift needs a kind after a colon: unknown-field, unknown-value"),
        ("drift:typo", "drift needs a kind after a colon"),
        ("drift:missing-field:", "needs a path after a colon"),
        ("drift:missing-field:$.umid", "needs a path after a colon"),
        ("drift:status:99", "needs a status from 200 to 599"),
        ("drift-after:status", "cannot be written with -after"),
    ],
)
def test_a_rule_that_cannot_be_read(app, rule, says):
    with pytest.raises(ChaosError, match=says.replace("$", r"\$")):
        app.chaos.add(rule)


@pytest.mark.parametrize(
    ("rule", "path", "expected"),
    [
        ("drift:unknown-field:segments", ["segments"], "drifted"),
        ("drift:unknown-field:status.reason", ["status", "reason"], "drifted"),
        ("drift:unknown-value:status.code", ["status", "code"], "drifted"),
        ("drift:wrong-type:umid", ["umid"], 12345),
        ("drift:wrong-type:status", ["status"], "text"),
    ],
)
def test_the_rule_names_the_field(app, api, rule, path, expected):
    app.chaos.add(rule)

    answer = api.post(SMS, json=ONE_SMS)

    value = answer.json()
    for name in path:
        value = value[name]
    assert (200, expected) == (answer.status_code, value)
    assert f"1 {rule}" == answer.headers["X-Mock-Chaos"]
    assert len(app.store) == 1


def test_every_item_of_a_list_differs(mock):
    mock.drift("missing-field", "messages[].status.code", operation="sendSurveyBatch")
    mock.drift("unknown-value", "status.code", operation="sendSms")
    with mock.client() as client:
        batch = ASKS["sendSurveyBatch"](client)

    assert [None, None] == [message.status.code for message in batch.messages]


def test_statuses(app, api):
    app.chaos.extend(["nth:1 drift:status", "nth:2 drift:status:299"])

    assert [202, 299] == [api.post(SMS, json=ONE_SMS).status_code for _ in range(2)]


def test_refusals_differ_too(app, api):
    app.chaos.add("drift:missing-field:errorId")

    answer = api.post(SMS, json={"text": "to nobody"})

    assert 400 == answer.status_code
    assert {"code", "message", "timestamp"} == set(answer.json())


def test_an_answer_without_such_a_field_stays_and_the_log_says_so(app, api, caplog):
    app.chaos.add("drift:missing-field:umit")

    assert {"umid", "status"} <= set(api.post(SMS, json=ONE_SMS).json())
    assert "nothing to inject drift into: missing-field umit" in caplog.text


def test_it_can_be_switched_on_from_outside(api):
    api.post("/__mock__/chaos", json={"rule": "sendSms drift:wrong-type:umid times:1"})

    answers = [api.post(SMS, json=ONE_SMS).json()["umid"] for _ in range(2)]

    assert 12345 == answers[0] != answers[1]


@pytest.mark.parametrize("kind", ["unknown-field", "unknown-value", "wrong-type", "missing-field"])
def test_the_dice_fall_the_same_with_a_seed(client_for, kind):
    def answers(seed):
        app = create_app(seed=seed, rate_limit=False, chaos=[f"drift:{kind}"])
        with client_for(app) as api:
            sent = {"user": {"msisdn": NUMBER}, "type": "text", "content": {"text": "Hello"}}
            return [api.post(MESSAGES, json=sent).text for _ in range(12)]

    first = answers(5)
    assert first == answers(5)
    shapes = {json.dumps(json.loads(text), sort_keys=True)[:20] for text in first}
    assert kind == "unknown-value" or len(shapes) > 1


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("operation", sorted(ASKS))
def test_a_client_that_watches_notices(mock, operation, kind):
    mock.drift(kind, operation=operation)
    drifts = []
    with mock.client(on_drift=drifts.append) as client:
        ASKS[operation](client)
        ASKS[operation](client)

    assert drifts
    assert {(operation, KINDS[kind])} == {(drift.operation, drift.kind) for drift in drifts}
    assert len({(drift.path, drift.seen) for drift in drifts}) == len(drifts)


@pytest.mark.parametrize("operation", sorted(ASKS))
def test_a_client_that_watches_notices_nothing_in_a_healthy_mock(mock, operation):
    drifts = []
    with mock.client(on_drift=drifts.append) as client:
        ASKS[operation](client)

    assert [] == drifts


async def test_an_asynchronous_client_notices(mock):
    mock.drift("missing-field", "umid", operation="sendSms")
    drifts = []
    async with mock.async_client(on_drift=drifts.append) as client:
        sent = await client.sms.send(NUMBER, "Hello")

    assert "QUEUED" == sent.status.code
    assert ["response.umid"] == [drift.path for drift in drifts]
