"""Refusals and failures from end to end: what the wrapper makes of them, and what stays unsent."""

from __future__ import annotations

import inspect
from datetime import timedelta

import httpx
import pytest
from contract import bodies
from contract.talks import KEY, RECIPIENT, SUBACCOUNT, WAYS, Canned, ask, converse

from eightbyeight import (
    ApiError,
    BadRequest,
    Forbidden,
    InvalidInput,
    MessageRejected,
    NotFound,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    RequestRefused,
    ServerError,
    Timeouts,
    TLSUpgradeRequired,
    Unauthorized,
)
from eightbyeight.mock import FixedClock, create_app

pytestmark = [pytest.mark.parametrize("way", WAYS), pytest.mark.usefixtures("waits")]

HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
SMS_OPERATIONS = ("sendSms", "sendSurveyBatch")


def still_clock():
    """A clock that only waits that were announced, or tests, move."""
    return FixedClock(step=timedelta(0))


def refused(way, transport, talk, kind, **options):
    """Let a conversation fail in a certain way, and return the exception."""
    with pytest.raises(kind) as caught:
        converse(way, transport, talk, **options)
    assert type(caught.value) is kind or kind in (OutcomeUnknown, InvalidInput)
    assert KEY not in str(caught.value)
    return caught.value


def only_failure_of(got):
    """Raise the failure of the only row of a run, in either way of calling."""
    if inspect.isawaitable(got):

        async def wait():
            return only_failure_of(await got)

        return wait()
    (outcome,) = got
    raise outcome.error


def statuses(app):
    return [request.status for request in app.requests.snapshot()]


def check_error_body(error, request, code):
    """The exception tells all that the mock's error body told."""
    assert error.code == code
    assert error.message
    assert error.error_id == error.response.json()["errorId"]
    assert error.timestamp == error.response.json()["timestamp"]
    assert error.status == request.status
    assert f"HTTP {error.status}" in str(error)
    assert f"code {code}" in str(error)
    assert error.error_id in str(error)


# --- 401, 403, 404, 400 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", bodies.OPERATIONS)
def test_401(way, operation):
    app = create_app(seed=1, api_keys=["another-key"])

    error = refused(way, app.transport(), ask(operation), Unauthorized)

    check_error_body(error, app.requests[-1], 1200)
    assert isinstance(error, Rejected)
    assert error.response.headers["www-authenticate"] == "Bearer"
    assert statuses(app) == [401]
    assert len(app.store) == 0


@pytest.mark.parametrize("operation", bodies.SENDS)
def test_a_key_that_was_changed_is_used_from_then_on(way, operation):
    app = create_app(seed=1, api_keys=["new-key"])
    keys = iter(["old-key", "new-key"])

    def twice(client):
        if way == "async":
            return twice_async(client)
        with pytest.raises(Unauthorized):
            ask(operation)(client)
        return ask(operation)(client)

    async def twice_async(client):
        with pytest.raises(Unauthorized):
            await ask(operation)(client)
        return await ask(operation)(client)

    assert converse(way, app.transport(), twice, api_key=lambda: next(keys)).is_readable
    assert statuses(app) == [401, 200]


@pytest.mark.parametrize("operation", bodies.OPERATIONS)
def test_403_for_a_foreign_subaccount(way, operation):
    app = create_app(seed=1, subaccounts=["somebody_else"])

    error = refused(way, app.transport(), ask(operation), Forbidden)

    check_error_body(error, app.requests[-1], 1201)
    assert isinstance(error, Rejected)
    assert statuses(app) == [403]
    assert len(app.store) == 0


@pytest.mark.parametrize("operation", bodies.OPERATIONS)
def test_403_on_the_host_of_another_region(way, operation):
    app = create_app(seed=1, region="id")

    error = refused(way, app.transport(), ask(operation), Forbidden, region="apac")

    assert "was not found in SG. Please use the ID endpoint!" in error.message
    assert "region" in str(error)
    assert len(app.store) == 0


@pytest.mark.parametrize("operation", bodies.SENDS)
def test_the_right_host_of_that_region_takes_it(way, operation):
    app = create_app(seed=1, region="id")

    converse(way, app.transport(), ask(operation), region="id")

    assert statuses(app) == [200]


def test_404_for_a_message_that_was_never_sent(way):
    app = create_app(seed=1)

    error = refused(way, app.transport(), ask("getMessageDetails"), NotFound)

    check_error_body(error, app.requests[-1], 1300)
    assert statuses(app) == [404]


def test_404_for_the_message_of_another_subaccount(way):
    app = create_app(seed=1, rate_limit=False)
    umid = converse(way, app.transport(), ask("sendMessage")).umid

    def look_up(client):
        return client.messages.get(umid)

    assert converse(way, app.transport(), look_up).latest.umid == umid
    refused(way, app.transport(), look_up, NotFound, subaccount_id="somebody_else")


@pytest.mark.parametrize("operation", bodies.SENDS)
def test_400_for_a_rule_that_only_the_server_knows(way, operation):
    """`extra` is not checked here, so it reaches the server, which refuses it."""
    app = create_app(seed=1)
    extra = {"extra": {"neverHeardOf": 1}}
    sends = {
        "sendMessage": lambda client: client.messages.send(RECIPIENT, "Hi", **extra),
        "sendLineNotification": lambda client: client.line.notify(RECIPIENT, title="Hi", **extra),
        "sendSms": lambda client: client.sms.send(RECIPIENT, "Hi", **extra),
    }
    sends["sendSurveyBatch"] = lambda client: only_failure_of(
        client.surveys.send_batch("nps", [RECIPIENT], template="Tell us: {{url}}", **extra)
    )

    error = refused(way, app.transport(), sends[operation], BadRequest)

    check_error_body(error, app.requests[-1], 1000)
    assert "neverHeardOf" in error.message
    assert isinstance(error, Rejected)
    assert error.client_message_id
    assert statuses(app) == [400]
    assert len(app.store) == 0


# --- 426 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", SMS_OPERATIONS)
def test_426(way, operation):
    app = create_app(seed=1, require_tls13=True)

    error = refused(way, app.transport(), ask(operation), TLSUpgradeRequired)

    check_error_body(error, app.requests[-1], 1014)
    assert isinstance(error, Rejected)
    assert error.response.headers["upgrade"] == "TLS/1.3"
    assert statuses(app) == [426]
    assert len(app.store) == 0


@pytest.mark.parametrize("operation", ["sendMessage", "sendLineNotification"])
def test_426_is_for_sms_only(way, operation):
    app = create_app(seed=1, require_tls13=True)

    assert converse(way, app.transport(), ask(operation)).umid


# --- 429 ---------------------------------------------------------------------------------------------------


def test_a_second_lookup_within_the_second_is_429_and_the_wrapper_waits(way, waits):
    app = create_app(seed=1, clock=still_clock())
    umid = converse(way, app.transport(), ask("sendMessage")).umid

    for _ in range(2):
        details = converse(way, app.transport(), lambda client: client.messages.get(umid))
        assert details.latest.umid == umid

    assert statuses(app) == [200, 200, 429, 200]
    assert len(waits) == 1
    assert 1 <= waits[0] < 1.5


def test_lookups_a_second_apart_are_all_answered(way, waits):
    app = create_app(seed=1, clock=still_clock())
    umid = converse(way, app.transport(), ask("sendMessage")).umid

    for _ in range(3):
        converse(way, app.transport(), lambda client: client.messages.get(umid))
        app.clock.advance(1)

    assert statuses(app) == [200, 200, 200, 200]
    assert waits == []


def test_a_wait_beyond_the_deadline_fails_at_once(way, waits):
    app = create_app(seed=1, clock=still_clock())
    app.clock.announced_wait = lambda seconds: None
    umid = converse(way, app.transport(), ask("sendMessage")).umid

    def look_up(client):
        return client.messages.get(umid)

    converse(way, app.transport(), look_up)
    error = refused(way, app.transport(), look_up, RateLimited, timeouts=Timeouts(deadline=0.5))

    assert error.retry_after == 1
    assert [attempt.status for attempt in error.attempts] == [429]
    check_error_body(error, app.requests[-1], 429)
    assert isinstance(error, NotSent)
    assert statuses(app) == [200, 200, 429]
    assert waits == []


def test_429_that_never_ends_is_given_up_after_all_attempts(way, waits):
    app = create_app(seed=1, clock=still_clock())
    app.clock.announced_wait = lambda seconds: None
    umid = converse(way, app.transport(), ask("sendMessage")).umid

    def look_up(client):
        return client.messages.get(umid)

    converse(way, app.transport(), look_up)
    error = refused(way, app.transport(), look_up, RateLimited, max_attempts=4)

    assert [attempt.status for attempt in error.attempts] == [429] * 4
    assert len(waits) == 3


@pytest.mark.parametrize("operation", bodies.SENDS)
def test_a_send_that_met_429_is_sent_again_with_the_same_bytes(way, waits, operation):
    limit = httpx.Response(429, headers={"Retry-After": "7"}, content=HTML)
    transport = Canned(limit, httpx.Response(200, json=bodies.OPERATIONS[operation].answers[0]))

    assert converse(way, transport, ask(operation)).is_readable

    first, second = transport.requests
    assert first.content == second.content
    assert len(waits) == 1
    assert 7 <= waits[0] < 7.5


def test_the_wait_may_stand_in_the_text_only(way, waits):
    body = {"code": 429, "message": "Quota exceeded. Please try again in 3 second(s)."}
    answer = httpx.Response(200, json=bodies.OPERATIONS["sendSms"].answers[0])

    converse(way, Canned(httpx.Response(429, json=body), answer), ask("sendSms"))

    assert 3 <= waits[0] < 3.5


# --- 5xx and other statuses --------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", HTML, b'{"code":2000}', b"[]", b"null", b"\xff"])
@pytest.mark.parametrize("status", [301, 302, 304, 408, 499, 500, 502, 503, 504, 520, 524, 599])
def test_after_such_an_answer_a_send_may_have_been_executed(way, waits, status, content):
    for operation in bodies.SENDS:
        transport = Canned(httpx.Response(status, content=content))

        error = refused(way, transport, ask(operation), OutcomeUnknown)

        assert isinstance(error, ServerError)
        assert (error.status, error.response.content) == (status, content)
        assert f"HTTP {status}" in str(error)
        assert error.code == (2000 if content.startswith(b"{") else None)
        body = bodies.OPERATIONS[operation].examples[0]
        assert error.client_message_id == body.get("clientMessageId", body.get("clientBatchId"))
        assert len(transport.requests) == len(error.attempts) == 1
    assert waits == []


@pytest.mark.parametrize("content", [b"", HTML])
@pytest.mark.parametrize("status", [408, 500, 503, 520])
def test_after_such_an_answer_a_lookup_is_tried_again(way, waits, status, content):
    failed = httpx.Response(status, content=content)
    answer = httpx.Response(200, json=bodies.OPERATIONS["getMessageDetails"].answers[0])
    transport = Canned(failed, failed, answer)

    assert len(list(converse(way, transport, ask("getMessageDetails")))) == 1

    assert len(transport.requests) == 3
    assert len(waits) == 2


@pytest.mark.parametrize("status", [408, 500, 503, 520])
def test_a_lookup_that_keeps_failing_is_given_up(way, status):
    transport = Canned(httpx.Response(status, content=HTML))

    error = refused(way, transport, ask("getMessageDetails"), ServerError)

    assert not isinstance(error, NotSent | Rejected | OutcomeUnknown)
    assert [attempt.status for attempt in error.attempts] == [status] * 3
    assert len(transport.requests) == 3


@pytest.mark.parametrize("content", [b"", HTML, b"[]", b'{"code":"x","message":[],"errorId":1}'])
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequest),
        (401, Unauthorized),
        (402, RequestRefused),
        (403, Forbidden),
        (404, NotFound),
        (413, RequestRefused),
        (415, RequestRefused),
        (418, RequestRefused),
        (426, TLSUpgradeRequired),
    ],
)
def test_a_refusal_without_a_usable_body_is_known_by_its_status(way, status, kind, content):
    for operation in bodies.OPERATIONS:
        transport = Canned(httpx.Response(status, content=content))

        error = refused(way, transport, ask(operation), kind)

        assert isinstance(error, Rejected)
        assert (error.status, error.code, error.message) == (status, None, None)
        assert (error.error_id, error.timestamp) == (None, None)
        assert f"HTTP {status}" in str(error)
        assert len(transport.requests) == 1


def test_a_server_error_of_the_mock(way):
    app = create_app(seed=1, defects={"server_error_on_unicode"})

    error = refused(
        way, app.transport(), lambda client: client.sms.send(RECIPIENT, "Grüße"), OutcomeUnknown
    )

    check_error_body(error, app.requests[-1], 2000)
    assert isinstance(error, ServerError)
    assert statuses(app) == [500]


# --- refused although the status is 200 --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "answer"),
    [
        ("sendSms", {"umid": "u", "status": {"code": "REJECTED", "description": "Invalid number"}}),
        ("sendSms", {"status": {"code": "Rejected"}}),
        ("sendMessage", {"umid": "u", "status": {"state": "rejected", "errorMessage": "No"}}),
        ("sendMessage", {"umid": "u", "status": {"state": "failed", "errorCode": 12}}),
        ("sendLineNotification", {"umid": None, "status": {"state": "Rejected"}}),
    ],
)
def test_a_message_that_was_refused_with_200(way, operation, answer):
    transport = Canned(httpx.Response(200, json=answer))

    error = refused(way, transport, ask(operation), MessageRejected)

    assert isinstance(error, ApiError)
    assert isinstance(error, Rejected)
    assert error.status == 200
    assert error.umid == answer.get("umid")
    assert error.response.json() == answer
    assert len(transport.requests) == 1


# --- nothing is sent ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("umid", [".", "..", ""])
def test_an_id_that_would_lead_elsewhere_is_not_sent(way, umid):
    app = create_app(seed=1)

    def look_up(client):
        return client.messages.get(umid)

    def request(client):
        return client.request("getMessageDetails", None, umid=umid)

    assert "umid" in str(refused(way, app.transport(), look_up, InvalidInput))
    assert "umid" in str(refused(way, app.transport(), request, InvalidInput))
    assert statuses(app) == []


@pytest.mark.parametrize("survey", [".", "..", ""])
def test_a_survey_that_would_lead_elsewhere_is_not_sent(way, survey):
    app = create_app(seed=1)

    def send(client):
        return client.surveys.send_batch(survey, [RECIPIENT], template="{{url}}")

    assert "surveyId" in str(refused(way, app.transport(), send, InvalidInput))
    assert statuses(app) == []


@pytest.mark.parametrize("subaccount", ["..", ".", "", "../x", "a/b", "acme%2F"])
def test_a_subaccount_that_would_lead_elsewhere_is_not_sent(way, subaccount):
    app = create_app(seed=1)

    refused(way, app.transport(), ask("sendSms"), InvalidInput, subaccount_id=subaccount)

    assert statuses(app) == []


@pytest.mark.parametrize(
    "umid",
    [
        "../messages",
        "../../x",
        "a/../b",
        "..%2F",
        "%2e%2e",
        "a?b=c",
        "a#b",
        "a b",
        "é",
        "...",
        "a;b",
    ],
)
def test_an_odd_id_stays_one_segment_of_the_path(way, umid):
    app = create_app(seed=1)

    refused(way, app.transport(), lambda client: client.messages.get(umid), NotFound)

    (request,) = app.requests.snapshot()
    assert request.operation_id == "getMessageDetails"
    assert request.target.startswith(f"/api/v1/subaccounts/{SUBACCOUNT}/messages/")
    assert httpx.URL(f"http://x{request.target}").path.endswith(f"/messages/{umid}")
    assert request.target.count("/") == 6
    assert "?" not in request.target
