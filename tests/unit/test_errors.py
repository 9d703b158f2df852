"""Which exception comes of which failure, what it tells, and that it survives pickling."""

from __future__ import annotations

import copy
import inspect
import pickle
import re

import httpx
import pytest

import eightbyeight
from eightbyeight import errors
from eightbyeight.core.problems import Problem
from eightbyeight.core.reply import Attempt, Reply

TO = "+6591234567"
UMID = "82188ee0-109f-e811-8150-020897df5459"
AXES = (errors.NotSent, errors.Rejected, errors.OutcomeUnknown)
BODY = {
    "code": 1002,
    "message": "Invalid MSISDN format: 6591234567",
    "errorId": "b4478860-b76c-e811-814e-022a35cc1c71",
    "timestamp": "2026-08-04T09:25:40.9235752+00:00",
}
UNKNOWN = (errors.ServerErrorOnSend, errors.ServerError)
STATUSES = {
    301: UNKNOWN,
    304: UNKNOWN,
    400: (errors.BadRequest, errors.BadRequest),
    401: (errors.Unauthorized, errors.Unauthorized),
    403: (errors.Forbidden, errors.Forbidden),
    404: (errors.NotFound, errors.NotFound),
    405: (errors.RequestRefused, errors.RequestRefused),
    408: UNKNOWN,
    410: (errors.RequestRefused, errors.RequestRefused),
    413: (errors.RequestRefused, errors.RequestRefused),
    415: (errors.RequestRefused, errors.RequestRefused),
    422: (errors.RequestRefused, errors.RequestRefused),
    426: (errors.TLSUpgradeRequired, errors.TLSUpgradeRequired),
    429: (errors.RateLimited, errors.RateLimited),
    499: UNKNOWN,
    500: UNKNOWN,
    501: UNKNOWN,
    502: UNKNOWN,
    503: UNKNOWN,
    504: UNKNOWN,
    520: UNKNOWN,
    599: UNKNOWN,
}
SENDS = {
    "sendMessage": lambda c: c.messages.send(TO, "Hi", client_message_id="ref-1"),
    "sendSms": lambda c: c.sms.send(TO, "Hi", client_message_id="ref-1"),
    "sendLineNotification": lambda c: c.line.notify(TO, title="Hi", client_message_id="ref-1"),
    "sendSurveyBatch": lambda c: c.request(
        "sendSurveyBatch",
        {"clientBatchId": "ref-1", "messages": [{"destination": TO, "templateBody": "{{url}}"}]},
        surveyId="nps",
    ),
}


def failure_of(call):
    with pytest.raises(errors.EightByEightError) as caught:
        call()
    return caught.value


def axes_of(error):
    return [axis for axis in AXES if isinstance(error, axis)]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("operation", SENDS)
def test_every_status_of_a_send(api, client, operation, status):
    api.answer((status, BODY))
    error = failure_of(lambda: SENDS[operation](client))
    expected, _ = STATUSES[status]

    assert type(error) is expected
    assert len(axes_of(error)) == 1
    assert (error.status, error.code, error.operation) == (status, 1002, operation)
    assert (error.message, error.error_id, error.timestamp) == (
        BODY["message"],
        BODY["errorId"],
        BODY["timestamp"],
    )
    assert error.client_message_id == "ref-1"
    assert error.response.json() == BODY
    assert str(error).startswith(
        f"{operation}: HTTP {status}, code 1002, error_id {BODY['errorId']}, at {BODY['timestamp']}: "
        "Invalid MSISDN format: ******4567"
    )
    assert "6591234567" not in str(error) + repr(error) + "".join(map(str, error.args))


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_of_a_lookup(api, client, status):
    api.answer((status, BODY))
    error = failure_of(lambda: client.messages.get(UMID))

    assert type(error) is STATUSES[status][1]
    assert not isinstance(error, errors.OutcomeUnknown)
    assert (error.status, error.code) == (status, 1002)


async def test_async_client_raises_the_same(api):
    async with api.async_client() as client:
        for status, (expected, for_lookup) in STATUSES.items():
            api.answer((status, BODY))
            with pytest.raises(expected) as caught:
                await client.sms.send(TO, "Hi")
            assert type(caught.value) is expected
            with pytest.raises(for_lookup) as caught:
                await client.messages.get(UMID)
            assert type(caught.value) is for_lookup


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, errors.TLSUpgradeRequired),
        (403, errors.TLSUpgradeRequired),
        (500, errors.ServerErrorOnSend),
        (429, errors.RateLimited),
    ],
)
def test_code_of_an_old_tls_version(api, client, status, expected):
    api.answer((status, {"code": 1014}))

    assert type(failure_of(lambda: client.sms.send(TO, "Hi"))) is expected


@pytest.mark.parametrize(
    ("status", "advice"), [(401, "API key"), (403, "region"), (426, "TLS version")]
)
def test_advice(api, client, status, advice):
    api.answer(status)
    error = failure_of(lambda: client.sms.send(TO, "Hi"))

    assert advice in error.hint
    assert str(error) == f"sendSms: HTTP {status} ({error.hint})"


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (httpx.ConnectError("x"), errors.ConnectionFailed),
        (httpx.ConnectTimeout("x"), errors.ConnectionFailed),
        (httpx.ProxyError("x"), errors.ConnectionFailed),
        (httpx.PoolTimeout("x"), errors.ConnectionFailed),
        (httpx.UnsupportedProtocol("x"), errors.ConnectionFailed),
        (httpx.LocalProtocolError("x"), errors.ConnectionFailed),
        # MockTransport gives no trace, so nothing is proven from here on.
        (httpx.WriteTimeout("x"), errors.ConnectionLost),
        (httpx.WriteError("x"), errors.ConnectionLost),
        (httpx.ReadTimeout("x"), errors.ConnectionLost),
        (httpx.ReadError("x"), errors.ConnectionLost),
        (httpx.RemoteProtocolError("x"), errors.ConnectionLost),
        (httpx.DecodingError("x"), errors.ConnectionLost),
        (httpx.CloseError("x"), errors.ConnectionLost),
        (OSError("x"), errors.ConnectionLost),
    ],
)
async def test_every_failure_of_the_connection(api, client, raised, expected):
    api.answer(raised)
    error = failure_of(lambda: client.sms.send(TO, "Hi", client_message_id="ref-1"))

    assert type(error) is expected
    assert len(axes_of(error)) == 1
    assert error.__cause__ is raised
    assert type(raised).__name__ in str(error)
    assert error.client_message_id == "ref-1"
    lookup = failure_of(lambda: client.messages.get(UMID))
    assert isinstance(lookup, errors.TransportError)
    assert not isinstance(lookup, errors.OutcomeUnknown)
    async with api.async_client() as twin:
        with pytest.raises(expected):
            await twin.sms.send(TO, "Hi")


@pytest.mark.parametrize(
    "raised",
    [RuntimeError("Event loop is closed"), ValueError("x"), KeyError("x"), StopIteration()],
)
async def test_every_failed_send_says_what_is_known(api, client, raised):
    # Transports of all kinds can be brought along, and they raise all kinds of things.
    api.answer(raised)
    error = failure_of(lambda: client.sms.send(TO, "Hi"))
    assert type(error) is errors.ConnectionLost
    async with api.async_client() as twin:
        with pytest.raises(errors.ConnectionLost):
            await twin.sms.send(TO, "Hi")


@pytest.mark.parametrize(
    ("body", "attributes"),
    [
        (
            {
                "umid": UMID,
                "clientMessageId": "ref-1",
                "status": {"state": "Rejected", "errorCode": 7, "errorMessage": "No template"},
            },
            {"code": 7, "message": "No template", "umid": UMID},
        ),
        (
            {"umid": UMID, "status": {"state": "failed", "detail": "rejected_by_operator"}},
            {"code": None, "message": "rejected_by_operator", "umid": UMID},
        ),
        (
            {"umid": 5, "status": {"state": "rejected"}},
            {"code": None, "message": "the message is rejected", "umid": None},
        ),
    ],
)
def test_refused_message_in_a_success(api, client, body, attributes):
    api.answer(body)
    error = failure_of(lambda: client.messages.send(TO, "Hi", client_message_id="ref-1"))

    assert type(error) is errors.MessageRejected
    assert axes_of(error) == [errors.Rejected]
    assert {name: getattr(error, name) for name in attributes} == attributes
    assert (error.status, error.response.json()) == (200, body)
    assert attributes["message"] in str(error)


@pytest.mark.parametrize("code", ["REJECTED", "Rejected"])
def test_refused_sms_in_a_success(api, client, code):
    api.answer({"umid": UMID, "status": {"code": code, "description": "Bad number 6591234567"}})
    error = failure_of(lambda: client.sms.send(TO, "Hi"))

    assert type(error) is errors.MessageRejected
    assert (error.umid, error.message) == (UMID, "Bad number 6591234567")
    assert "6591234567" not in str(error)


def test_retry_after_is_told(api, client):
    api.answer(httpx.Response(429, headers={"Retry-After": "120"}))
    error = failure_of(lambda: client.sms.send(TO, "Hi"))

    assert error.retry_after == 120
    assert len(api.requests) == 1


def an_error(name):
    cls = getattr(errors, name)
    details = {
        "attempts": (Attempt(1, status=500), Attempt(2, failure="connect", body_sent=False)),
        "response": Reply(500, {"content-type": "text/html"}, b"<html>"),
        "client_message_id": "ref-1",
    }
    if issubclass(cls, errors.ApiError):
        details |= {
            "status": 500,
            "code": 2000,
            "message": "no",
            "error_id": "e-1",
            "timestamp": "2026",
            "operation": "sendSms",
            "hint": "try",
            "retry_after": 2.5,
            "umid": "u",
        }
    if cls is errors.InvalidInput:
        return cls.because([Problem("a", "b", "c"), Problem("d", "e", "f")])
    return cls("what happened", **details)


@pytest.mark.parametrize("name", errors.__all__)
@pytest.mark.parametrize(
    "clone",
    [
        *(
            lambda error, protocol=protocol: pickle.loads(pickle.dumps(error, protocol))
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
        ),
        copy.copy,
        copy.deepcopy,
    ],
)
def test_every_error_survives_pickling_and_copying(name, clone):
    error = an_error(name)
    twin = clone(error)

    assert type(twin) is type(error)
    assert twin.args == error.args
    assert vars(twin) == vars(error)
    assert (str(twin), repr(twin)) == (str(error), repr(error))


@pytest.mark.parametrize("answer", [(400, BODY), 429, 500, httpx.ReadTimeout("x")])
def test_raised_errors_survive_pickling(api, client, answer):
    api.answer(answer)
    error = failure_of(lambda: client.sms.send(TO, "Hi"))
    twin = pickle.loads(pickle.dumps(error))

    assert (str(twin), vars(twin)) == (str(error), vars(error))
    assert twin.attempts


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_can_be_made_from_a_text_alone(name):
    error = getattr(errors, name)("what happened")

    assert isinstance(error, errors.EightByEightError)
    assert isinstance(str(error), str)
    assert repr(error)


def drawn_tree():
    """Parse the drawing in the module's docstring: class -> (parent, further parents)."""
    tree, path = {}, []
    for line in errors.__doc__.splitlines():
        match = re.match(r"^    ((?:[│ ]   )*)(?:[├└]── )?(\w+)(?: \(([^)]*)\))?(?:  |$)", line)
        if not match or not hasattr(errors, match[2]):
            continue
        depth = (len(line) - len(line.lstrip(" │├└─")) - 4) // 4
        path[depth:] = [match[2]]
        more = (match[3] or "").removeprefix("also ")
        tree[match[2]] = (path[depth - 1] if depth else "Exception", {more} if more else set())
    return tree


def test_tree_in_the_docstring_is_the_real_one():
    real = {}
    for name in errors.__all__:
        first, *more = (base.__name__ for base in getattr(errors, name).__bases__)
        real[name] = (first, set(more))

    assert drawn_tree() == real


def test_all_errors_are_exported_and_told_about():
    classes = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, Exception)
    }

    assert sorted(classes) == errors.__all__
    assert classes <= set(eightbyeight.__all__)
    assert all(getattr(errors, name).__doc__ for name in classes)


def test_families():
    assert issubclass(errors.InvalidInput, ValueError)
    assert issubclass(errors.ConfigurationError, ValueError)
    for name in errors.__all__:
        cls = getattr(errors, name)
        if issubclass(cls, errors.SendFailed) and cls is not errors.SendFailed:
            assert sum(issubclass(cls, axis) for axis in AXES) == 1
