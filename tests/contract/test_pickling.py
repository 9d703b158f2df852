"""Every result and every exception that is really met can be pickled and copied, and keeps its secrets."""

from __future__ import annotations

import asyncio
import copy
import pickle
import tempfile
from pathlib import Path

import httpx
import pytest
from contract import bodies
from contract.talks import KEY, RECIPIENT, SECRET_TEXT, Canned, ask, converse

from eightbyeight import EightByEightError, Journal, MessageDetails, Timeouts, errors, results
from eightbyeight.mock import create_app

PROTOCOLS = range(2, pickle.HIGHEST_PROTOCOL + 1)


pytestmark = pytest.mark.usefixtures("waits")


class Failing(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Fails in one phase of a request, and tells the trace of it as a real transport does."""

    def __init__(self, failure: Exception, *events: str) -> None:
        self.failure = failure
        self.events = events

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Fail."""
        for event in self.events:
            request.extensions["trace"](event, {})
        raise self.failure

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Fail."""
        for event in self.events:
            await request.extensions["trace"](event, {})
        raise self.failure


SENT = ("http11.send_request_headers.started", "http11.send_request_body.complete")
ERROR = {"code": 1002, "message": f"Bad {RECIPIENT}", "errorId": "e-1", "timestamp": "2026"}


def error_of(status, **headers):
    return lambda: Canned(httpx.Response(status, json=ERROR, headers=headers))


def sms(client):
    return client.sms.send(RECIPIENT, SECRET_TEXT, client_message_id="ref-1")


def refused_sms(client):
    return client.sms.send(RECIPIENT, SECRET_TEXT * 2, source="a" * 17)


def look_up(client):
    return client.messages.get("82188ee0-109f-e811-8150-020897df5459")


def many_sms(client):
    return client.sms.send_many([(RECIPIENT, SECRET_TEXT)] * 3)


def wait_for_it(client):
    return client.messages.wait("82188ee0-109f-e811-8150-020897df5459", timeout=2.2)


def details(state):
    record = {"umid": "82188ee0-109f-e811-8150-020897df5459", "step": 1, "status": {"state": state}}
    return lambda: Canned(httpx.Response(200, json={"data": [record]}))


class NoLimiter:
    """Stands for one that cannot be asked."""

    def reserve(self, quotas, at_most):
        raise errors.LimiterUnavailable("the rate limits cannot be asked")

    def freeze(self, quotas, seconds):
        pass


def closed_journal():
    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder) / "sends.db") as journal:
        pass
    return journal


def missing_umid(client):
    """Make a result raise, in either way of calling."""
    got = sms(client)
    if asyncio.iscoroutine(got):

        async def wait():
            return (await got).umid

        return wait()
    return got.umid


# What raises each exception, with nothing but a server and a caller.
RAISED = {
    "BadRequest": (error_of(400), sms),
    "Unauthorized": (lambda: create_app(seed=1, api_keys=["other"]).transport(), sms),
    "Forbidden": (lambda: create_app(seed=1, region="id").transport(), sms),
    "NotFound": (lambda: create_app(seed=1).transport(), look_up),
    "TLSUpgradeRequired": (lambda: create_app(seed=1, require_tls13=True).transport(), sms),
    "RequestRefused": (error_of(418), sms),
    "RateLimited": (error_of(429, **{"Retry-After": "3600"}), sms),
    "ServerErrorOnSend": (error_of(520), sms),
    "ServerError": (error_of(503), look_up),
    "MessageRejected": (
        lambda: Canned(
            httpx.Response(
                200, json={"umid": "u", "status": {"code": "REJECTED", "description": RECIPIENT}}
            )
        ),
        sms,
    ),
    "ConnectionFailed": (lambda: Failing(httpx.ConnectError("no route")), sms),
    "ConnectionLost": (lambda: Failing(httpx.ReadTimeout("too slow"), *SENT), sms),
    "TransportError": (lambda: Failing(httpx.ReadError("reset"), *SENT), look_up),
    "InvalidInput": (lambda: create_app(seed=1).transport(), refused_sms),
    "UnreadableReply": (lambda: Canned(httpx.Response(200, content=b"<html>")), missing_umid),
    "SendStopped": (lambda: create_app(seed=1, api_keys=["other"]).transport(), many_sms),
    "LimiterUnavailable": (lambda: create_app(seed=1).transport(), sms),
    "JournalUnavailable": (lambda: create_app(seed=1).transport(), sms),
    "MessageFailed": (details("undelivered"), wait_for_it),
    "WaitTimeout": (details("queued"), wait_for_it),
    "ConfigurationError": (lambda: create_app(seed=1).transport(), None),
}
# What the client must be given for that, besides.
OPTIONS = {
    "LimiterUnavailable": lambda: {"rate_limits": NoLimiter()},
    "JournalUnavailable": lambda: {"journal": closed_journal()},
    "ConfigurationError": lambda: {"api_key": "no good key"},
}
# They say what is known; what is raised is always one of their children.
ABSTRACT = {
    "ApiError",
    "EightByEightError",
    "NotSent",
    "OutcomeUnknown",
    "Rejected",
    "SendFailed",
}


def test_every_exception_is_met_here():
    assert set(RAISED) | ABSTRACT == set(errors.__all__)


def met(name, way):
    """The exception as its caller meets it."""
    transport, talk = RAISED[name]
    options = {"timeouts": Timeouts(deadline=5), **OPTIONS.get(name, dict)()}
    with pytest.raises(EightByEightError) as caught:
        converse(way, transport(), talk or sms, **options)
    assert type(caught.value) is getattr(errors, name)
    return caught.value


def details_of(error):
    """All that a caller can read of an exception."""
    shown = {
        name: getattr(error, name)
        for name in dir(error)
        if not name.startswith("_")
        and not callable(getattr(error, name, len))  # OSError lacks some
    }
    response = shown.pop("response", None)
    if response is not None:
        shown["response"] = (response.status, dict(response.headers), response.content)
    return shown | {"str": str(error), "repr": repr(error), "args": error.args}


@pytest.mark.parametrize("way", ["sync", "async"])
@pytest.mark.parametrize("name", RAISED)
def test_every_exception_that_is_met_survives(name, way):
    error = met(name, way)

    twins = [pickle.loads(pickle.dumps(error, protocol)) for protocol in PROTOCOLS]

    for twin in [*twins, copy.copy(error), copy.deepcopy(error)]:
        assert type(twin) is type(error)
        assert details_of(twin) == details_of(error)


@pytest.mark.parametrize("way", ["sync", "async"])
@pytest.mark.parametrize("name", RAISED)
def test_no_exception_that_is_met_tells_a_secret(name, way):
    error = met(name, way)

    for shown in (str(error), repr(error), *map(str, error.args)):
        assert shown
        assert KEY not in shown
        assert SECRET_TEXT not in shown
        assert RECIPIENT not in shown
        assert RECIPIENT.removeprefix("+") not in shown
    # What is pickled may travel far; it holds the server's words, but never the key.
    assert KEY.encode() not in pickle.dumps(error)


@pytest.mark.parametrize("way", ["sync", "async"])
@pytest.mark.parametrize("operation", bodies.OPERATIONS)
def test_every_result_survives(operation, way):
    app = create_app(seed=1, rate_limit=False)
    if operation == "getMessageDetails":
        umid = converse(way, app.transport(), ask("sendMessage")).umid
        result = converse(way, app.transport(), lambda client: client.messages.get(umid))
        assert isinstance(result, MessageDetails)
        parts = [*result, result.latest.status, result.latest.user]
    elif operation == "sendSurveyBatch":
        body = bodies.OPERATIONS[operation].examples[0] | {"includeMessagesInResponse": True}
        result = converse(way, app.transport(), ask(operation, body))
        parts = [*result.messages, result.messages[0].status]
    else:
        result = converse(way, app.transport(), ask(operation))
        parts = [result.status] + ([result.user] if operation != "sendSms" else [])

    for whole in [result, *parts]:
        twins = [pickle.loads(pickle.dumps(whole, protocol)) for protocol in PROTOCOLS]
        for twin in [*twins, copy.copy(whole), copy.deepcopy(whole)]:
            assert type(twin) is type(whole)
            assert twin == whole
            assert twin.to_dict() == whole.to_dict()
            assert repr(twin) == repr(whole)
    twin = pickle.loads(pickle.dumps(result))
    assert twin.response == result.response
    assert KEY.encode() not in pickle.dumps(result)


def test_every_class_of_results_is_among_them():
    """A class that is new must find its way into the test above."""
    views = {name for name, kind in vars(results).items() if isinstance(kind, type)}

    assert {
        "AcceptedMessage",
        "AcceptedSms",
        "AcceptedBatch",
        "MessageDetails",
        "MessageRecord",
        "MessageStatus",
        "MessageUser",
        "SmsStatus",
        "SurveyMessageResult",
    } == views & set(results.__all__) - {"MessageState", "Result", "View"}
