"""What hooks are told of calls, and that calls end as they would without them."""

from __future__ import annotations

import dataclasses
import logging
import subprocess
import sys

import httpx
import pytest
from unit.observing.told import BUSY, ERROR, NUMBER, SMS, TEXT, Slow, Told, send

from eightbyeight import (
    AttemptView,
    BadRequest,
    ConfigurationError,
    ConnectionFailed,
    ConnectionLost,
    Effect,
    Hooks,
    Journal,
    MessageRejected,
    NotFound,
    RateLimited,
    SendState,
    ServerErrorOnSend,
    WaitView,
)
from eightbyeight.core.exchange import exchange
from eightbyeight.core.history import History
from eightbyeight.requests.sms import send_sms

ONE_TRY = ["call_started", "attempt_started", "attempt_ended", "call_ended"]

both = pytest.mark.parametrize("way", ["sync", "async"])


@both
async def test_a_send(api, way):
    api.answer(SMS)
    told = Told()

    result = await send(api, way, hooks=told)

    assert told.names == ONE_TRY
    (call,) = {event[1] for event in told.events}
    assert (call.operation, call.product, call.method) == ("sendSms", "sms", "POST")
    assert call.url == "https://sms.8x8.com/api/v1/subaccounts/acme_hq/messages"
    assert call.url == str(api.requests[0].url)
    assert (call.client_message_id, call.messages, call.is_send) == ("order-17", 1, True)
    assert call.size == len(api.requests[0].content)
    assert told.only("attempt_started") == [1]
    (attempt,) = told.only("attempt_ended")
    assert (attempt.number, attempt.status, attempt.failure) == (1, 200, None)
    assert attempt.effect is Effect.DONE
    assert (told.end.state, told.end.error, told.end.attempts) == (SendState.ACCEPTED, None, 1)
    assert (told.end.umid, told.end.status) == (result.umid, 200)
    assert told.end.duration >= attempt.duration >= 0


@both
async def test_what_is_tried_again(api, way):
    api.answer(BUSY, httpx.ConnectError("refused"), SMS)
    told = Told()

    await send(api, way, hooks=told)

    middle = ["attempt_started", "attempt_ended", "waiting"]
    assert told.names == ["call_started", *middle * 2, *ONE_TRY[1:]]
    assert told.only("attempt_started") == [1, 2, 3]
    assert [
        (attempt.number, attempt.status, attempt.failure, attempt.effect)
        for attempt in told.only("attempt_ended")
    ] == [
        (1, 429, None, Effect.NOT_SENT),
        (2, None, "connect", Effect.NOT_SENT),
        (3, 200, None, Effect.DONE),
    ]
    first, second = told.only("waiting")
    assert (first.reason, second.reason) == ("retry", "retry")
    assert [first.attempt, second.attempt] == told.only("attempt_ended")[:2]
    assert first.seconds >= 2 > second.seconds
    assert (told.end.state, told.end.attempts) == (SendState.ACCEPTED, 3)


@both
@pytest.mark.parametrize(
    ("answers", "error", "state", "effect", "facts"),
    [
        ([(400, ERROR)], BadRequest, "rejected", Effect.REJECTED, (400, 1002, "db9dced4", None)),
        ([500], ServerErrorOnSend, "unknown", Effect.UNKNOWN, (500, None, None, None)),
        ([BUSY] * 3, RateLimited, "not_sent", Effect.NOT_SENT, (429, None, None, None)),
        (
            [{"umid": "u-9", "status": {"code": "REJECTED"}}],
            MessageRejected,
            "rejected",
            Effect.DONE,
            (200, None, None, "u-9"),
        ),
        (
            [httpx.ReadTimeout("no")],
            ConnectionLost,
            "unknown",
            Effect.UNKNOWN,
            (None, None, None, None),
        ),
        (
            [httpx.ConnectError("no")],
            ConnectionFailed,
            "not_sent",
            Effect.NOT_SENT,
            (None, None, None, None),
        ),
    ],
)
async def test_failures(api, way, answers, error, state, effect, facts):
    api.answer(*answers)
    told = Told()

    with pytest.raises(error):
        await send(api, way, hooks=told)

    end = told.end
    assert (end.state, end.error) == (state, error)
    assert (end.status, end.code, end.error_id, end.umid) == facts
    assert end.attempts == len(api.requests) == len(told.only("attempt_ended"))
    assert told.only("attempt_ended")[-1].effect is effect


def test_an_unknown_attempt_before_a_refused_one_leaves_the_send_unknown(api):
    api.answer(500, (400, ERROR))
    told = Told()
    with (
        api.client(hooks=told, delivery="at_least_once") as client,
        pytest.raises(ServerErrorOnSend),
    ):
        client.sms.send(NUMBER, TEXT)

    assert told.end.state is SendState.UNKNOWN
    assert [a.effect for a in told.only("attempt_ended")] == [Effect.UNKNOWN, Effect.REJECTED]


def test_a_lookup_has_no_state_and_no_umid_in_its_url(api):
    api.answer(404)
    told = Told()
    with api.client(hooks=told) as client, pytest.raises(NotFound):
        client.messages.get("82188ee0")

    assert told.call.url == "https://chatapps.8x8.com/api/v1/subaccounts/acme_hq/messages/{umid}"
    assert (told.call.messages, told.call.size, told.call.is_send) == (0, 0, False)
    assert (told.end.state, told.end.error) == (None, NotFound)


def test_a_batch_tells_how_many_messages_it_sends(api):
    api.answer({"batchId": "b-1", "acceptedCount": 2, "rejectedCount": 0, "messages": []})
    told = Told()
    body = {
        "messages": [{"destination": NUMBER}, {"destination": NUMBER}],
        "template": {"templateBody": "{{url}}"},
    }
    with api.client(hooks=told) as client:
        client.surveys.send_batch("nps", [NUMBER, NUMBER[:-1] + "1"], template="{{url}}")
        client.request("sendSurveyBatch", body, surveyId="nps")

    assert [call.messages for call in told.only("call_started")] == [2, 2]
    assert told.only("call_started")[0].url.endswith("/surveys/{surveyId}/messages/batch")
    assert [end.batch_id for end in told.only("call_ended")] == ["b-1", "b-1"]


@both
async def test_runs_of_many_tell_each_call(api, way):
    api.answer(SMS)
    told = Told()
    numbers = [f"+65987654{number:02}" for number in range(20)]
    if way == "sync":
        with api.client(hooks=told) as client:
            client.sms.send_many(numbers, text=TEXT, concurrency=4)
    else:
        async with api.async_client(hooks=told) as client:
            await client.sms.send_many(numbers, text=TEXT, concurrency=4)

    by_call = {}
    for name, call, *_ in told.events:
        by_call.setdefault(call, []).append(name)
    assert list(by_call.values()) == [ONE_TRY] * 20


def test_no_secret_is_told(api):
    answers = [
        SMS,
        (400, ERROR),
        httpx.ReadTimeout(NUMBER),
        {"umid": NUMBER},
        {"umid": "6598765432"},
    ]
    told = Told()
    for answer in answers:
        api.requests.clear()
        api.answer(answer)
        with api.client(hooks=told, api_key="k3y-NEVER-shown") as client:
            try:
                client.sms.send(NUMBER, TEXT)
            except Exception as error:  # noqa: BLE001
                print(type(error).__name__)

    shown = repr(told.events)
    assert len(told.only("call_ended")) == len(answers)
    for secret in ("TOPSECRET", "98765432", "k3y-NEVER-shown", "Authorization", "Bearer"):
        assert secret not in shown
    assert told.only("call_started")[0].headers["User-Agent"].startswith("eightbyeight/")


def test_nothing_that_is_told_can_be_changed(api):
    told = Told()
    with api.client(hooks=told) as client:
        client.sms.send(NUMBER, TEXT)

    for view in (told.call, told.end, *told.only("attempt_ended")):
        field = dataclasses.fields(view)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(view, field, None)
    with pytest.raises(TypeError):
        told.call.headers["X-Trace"] = "1"


# --- calls end as they would without hooks ------------------------------------------------------------


class Failing(Hooks):
    def _fail(self, *_):
        raise ValueError("TOPSECRET")

    call_started = attempt_started = attempt_ended = waiting = call_ended = _fail


@both
async def test_hooks_that_fail_break_nothing_and_are_logged_once(api, way, caplog):
    api.answer(BUSY, SMS)
    told = Told()
    client_hooks = [Failing(), told]

    result = await send(api, way, hooks=client_hooks)

    assert result.umid == "u-1"
    assert len(told.only("attempt_ended")) == 2
    lines = [r.getMessage() for r in caplog.records if r.name == "eightbyeight.hooks"]
    methods = ["call_started", "attempt_started", "attempt_ended", "waiting", "call_ended"]
    assert len(lines) == len(methods), "once each, though there were two attempts"
    for line, method in zip(lines, methods, strict=True):
        assert line.startswith(
            f"Failing.{method} failed, and the call went on: ValueError in _fail, "
        )
    assert "TOPSECRET" not in caplog.text


@both
async def test_an_error_stays_as_it_was(api, way):
    api.answer((400, ERROR))

    with pytest.raises(BadRequest, match="1002") as caught:
        await send(api, way, hooks=Failing())

    assert caught.value.__context__ is None


@both
@pytest.mark.parametrize("method", ["attempt_ended", "call_ended"])
async def test_ctrl_c_after_the_reply_tells_that_the_message_was_sent(api, way, method):
    class Interrupted(Hooks):
        pass

    def interrupt(*_):
        raise KeyboardInterrupt

    setattr(Interrupted, method, interrupt)
    told = Told()

    with pytest.raises(KeyboardInterrupt) as caught:
        await send(api, way, hooks=[told, Interrupted()])

    assert caught.value.__notes__ == [
        "sendSms: the API has accepted the request; look for client_message_id order-17"
    ]


@both
async def test_ctrl_c_before_the_first_attempt_sends_nothing(api, way):
    class Interrupted(Hooks):
        def call_started(self, call):
            raise KeyboardInterrupt

    told = Told()
    with pytest.raises(KeyboardInterrupt) as caught:
        await send(api, way, hooks=[told, Interrupted()])

    assert caught.value.__notes__ == ["sendSms: the request was not sent"]
    assert (told.end.state, told.end.attempts) == (SendState.NOT_SENT, 0)
    assert api.requests == []


@both
async def test_ctrl_c_during_an_attempt_is_told(api, way):
    def interrupted(_request):
        raise KeyboardInterrupt

    told = Told()
    with pytest.raises(KeyboardInterrupt):
        await send(api, way, hooks=told, transport=httpx.MockTransport(interrupted))

    (attempt,) = told.only("attempt_ended")
    assert (attempt.failure, attempt.effect) == ("interrupted", Effect.UNKNOWN)
    assert (told.end.state, told.end.error) == (SendState.UNKNOWN, KeyboardInterrupt)


def test_ctrl_c_while_a_refusal_is_read_is_still_a_refusal(api):
    def read(_reply):
        raise next(errors)

    errors = iter([KeyboardInterrupt(), MessageRejected()])
    told = Told()
    call = send_sms("acme_hq", NUMBER, TEXT)._replace(read=read)
    with api.client(hooks=told) as client, pytest.raises(KeyboardInterrupt):
        client.perform(call)

    assert (told.end.state, told.end.error) == (SendState.REJECTED, KeyboardInterrupt)


@both
async def test_a_key_that_cannot_be_had_is_told(api, way):
    def no_key():
        raise LookupError

    told = Told()
    with pytest.raises(LookupError):
        await send(api, way, hooks=told, api_key=no_key)

    assert told.names == ["call_started", "call_ended"]
    assert (told.end.state, told.end.error) == (SendState.NOT_SENT, LookupError)
    assert (told.end.attempts, told.end.status) == (0, None)


# --- together with the rest ---------------------------------------------------------------------------


@both
async def test_waits_for_the_limiter_are_told_from_those_for_another_try(api, way):
    api.answer(BUSY, SMS)
    told = Told()

    await send(api, way, hooks=told, rate_limits=Slow(0.25))

    waits = told.only("waiting")
    assert [wait.reason for wait in waits] == ["rate_limit", "retry", "rate_limit"]
    assert waits[0] == WaitView(0.25, "rate_limit")


@both
async def test_hooks_and_drift_see_the_same_call(api, way):
    api.answer(BUSY, SMS | {"new": 1})
    told, drifts = Told(), []

    await send(api, way, hooks=told, on_drift=drifts.append)

    assert [drift.path for drift in drifts if "new" in drift.path] == ["response.new"]
    assert [attempt.status for attempt in told.only("attempt_ended")] == [429, 200]


def test_the_journal_knows_before_hooks_are_told(api, tmp_path):
    api.answer(SMS)
    states = []

    class Look(Hooks):
        def attempt_ended(self, call, attempt):
            states.extend(entry.state for entry in journal.entries())

    told = Told()
    with (
        Journal(tmp_path / "sends.db") as journal,
        api.client(journal=journal, hooks=[Look(), told]) as client,
    ):
        for _ in range(2):
            client.sms.send(NUMBER, TEXT, client_message_id="order-17")

    assert states == [SendState.ACCEPTED]
    first, again = told.only("call_ended")
    assert (first.attempts, again.attempts) == (1, 0), "the second was not sent"
    assert (again.state, again.umid) == (SendState.ACCEPTED, "u-1")


def test_several_hooks_are_nested_and_copies_of_the_client_share_them(api):
    events = []
    outer, inner = Told("outer.", events), Told("inner.", events)
    with api.client(hooks=iter([outer, inner])) as client:
        client.with_options(subaccount_id="acme_line").sms.send(NUMBER, TEXT)

    assert [event[0] for event in events] == [
        *("outer.call_started", "inner.call_started"),
        *("outer.attempt_started", "inner.attempt_started"),
        *("inner.attempt_ended", "outer.attempt_ended"),
        *("inner.call_ended", "outer.call_ended"),
    ]
    assert events[0][1].subaccount_id == "acme_line"


class Asynchronous(Hooks):
    async def call_ended(self, call, end):  # type: ignore[override]
        pass


@pytest.mark.parametrize(
    ("hooks", "complaint"),
    [
        (print, "hooks must be objects of a subclass of Hooks, not builtin_function_or_method"),
        (Told, "hooks must be objects of a subclass of Hooks, not the class Told"),
        ([Told(), "hook"], "hooks must be objects of a subclass of Hooks, not str"),
        (Asynchronous(), "Asynchronous.call_ended is an async function"),
    ],
)
def test_what_is_no_hook_is_refused_at_once(api, hooks, complaint):
    with pytest.raises(ConfigurationError, match=complaint):
        api.client(hooks=hooks)


def test_a_client_without_hooks_pays_nothing():
    code = (
        "import httpx, sys\n"
        "from eightbyeight import Client\n"
        "transport = httpx.MockTransport(lambda _: httpx.Response(200, json={'umid': 'u'}))\n"
        "with Client('k', 'acme_hq', transport=transport) as client:\n"
        "    client.sms.send('+6598765432', 'Hi')\n"
        "print([name for name in sys.modules if name.startswith('eightbyeight') and 'hook' in name])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout == "[]\n"


def test_a_call_that_nobody_looks_at_is_the_exchange_itself(api, caplog):
    caplog.set_level(logging.WARNING, "eightbyeight")
    call = send_sms("acme_hq", NUMBER, TEXT)
    with api.client() as client, api.client(hooks=Told()) as watched:
        assert client._steps(call, History()).gi_code is exchange.__code__
        assert watched._steps(call, History()).gi_code is not exchange.__code__


def test_each_attempt_of_a_slow_call_has_its_own_duration(api, monkeypatch):
    # The clock of the client: the first reply takes three seconds, the wait two, the second reply five.
    now = [100.0]

    def answer(request):
        api.requests.append(request)
        now[0] += 3 if len(api.requests) == 1 else 5
        return BUSY if len(api.requests) == 1 else httpx.Response(200, json=SMS)

    class Clock:
        @staticmethod
        def monotonic():
            return now[0]

        @staticmethod
        def sleep(seconds):
            now[0] += 2

    for module in ("client", "base_client", "hook_watch"):
        monkeypatch.setattr(f"eightbyeight.{module}.time", Clock)
    told = Told()
    with api.client(hooks=told, transport=httpx.MockTransport(answer)) as client:
        client.sms.send(NUMBER, TEXT)

    assert told.only("attempt_ended") == [
        AttemptView(1, 429, None, 3, Effect.NOT_SENT),
        AttemptView(2, 200, None, 5, Effect.DONE),
    ]
    assert told.end.duration == 10


def test_hooks_are_not_told_of_what_breaks_a_rule(api, caplog):
    caplog.set_level(logging.DEBUG)
    told = Told()
    with api.client(hooks=told) as client, pytest.raises(ValueError, match="source"):
        client.sms.send(NUMBER, TEXT, source=TEXT)

    assert told.events == []
