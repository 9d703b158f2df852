"""The life of one call, driven by hand: no server, no clock."""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.core.driving import (
    DONE,
    KINDS,
    a_call,
    drive,
    failure,
    pauses,
    rules,
    transmissions,
)

from eightbyeight import errors
from eightbyeight.core.exchange import Admit, Authorize, Pause, Transmit, exchange
from eightbyeight.core.outcome import Effect, effect_of_failure, effect_of_status
from eightbyeight.core.rate import Slot
from eightbyeight.core.reply import Attempt, Reply
from eightbyeight.core.retry import Timeouts


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body_sent", [None, False, True])
def test_failed_sends(kind, body_sent):
    not_sent = kind in {"connect", "pool", "local"} or body_sent is False
    steps, error = drive("POST", [failure(kind, body_sent)])

    assert type(error) is (errors.ConnectionFailed if not_sent else errors.ConnectionLost)
    assert isinstance(error, errors.NotSent) is not_sent
    assert isinstance(error, errors.OutcomeUnknown) is not not_sent
    # What cannot even be written as HTTP only fails again.
    assert transmissions(steps) == (3 if not_sent and kind != "local" else 1)
    assert error.client_message_id == "ref-1"
    assert error.attempts == tuple(
        Attempt(number + 1, failure=kind, body_sent=body_sent)
        for number in range(transmissions(steps))
    )
    assert isinstance(error.__cause__, httpx.ReadError)
    assert "ReadError" in str(error)
    assert ("ref-1" in str(error)) is not not_sent


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body_sent", [None, False, True])
def test_failed_lookups_are_tried_again(kind, body_sent):
    steps, error = drive("GET", [failure(kind, body_sent)])

    assert transmissions(steps) == (1 if kind == "local" else 3)
    assert isinstance(error, errors.TransportError)
    assert not isinstance(error, errors.OutcomeUnknown)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "status", [301, 400, 401, 403, 404, 408, 415, 426, 429, 499, 500, 503, 520]
)
def test_failed_statuses(method, status):
    effect = effect_of_status(status)
    steps, error = drive(method, [Reply(status, {}, b"")])
    again = effect is Effect.NOT_SENT or (effect is Effect.UNKNOWN and method == "GET")

    assert transmissions(steps) == (3 if again else 1)
    assert [attempt.status for attempt in error.attempts] == [status] * transmissions(steps)
    if method == "POST":
        assert isinstance(error, errors.OutcomeUnknown) is (effect is Effect.UNKNOWN)
        assert error.client_message_id == "ref-1"
    else:
        assert not isinstance(error, errors.OutcomeUnknown)


@pytest.mark.parametrize(
    ("happenings", "transmitted"),
    [
        ([DONE], 1),
        ([failure("connect"), DONE], 2),
        ([Reply(429, {"retry-after": "1"}, b""), failure("write", body_sent=False), DONE], 3),
    ],
)
def test_success_after_failures_that_were_not_sent(happenings, transmitted):
    steps, result = drive("POST", happenings)

    assert transmissions(steps) == transmitted
    assert result is DONE


@pytest.mark.parametrize("max_attempts", [1, 2, 5])
def test_number_of_attempts(max_attempts):
    steps, error = drive("POST", [failure("connect")], max_attempts=max_attempts)

    assert transmissions(steps) == len(error.attempts) == max_attempts
    assert len(pauses(steps)) == max_attempts - 1


def test_backoff_between_attempts():
    steps, _ = drive("POST", [failure("connect")], max_attempts=4)

    assert pauses(steps) == [0.25, 0.5, 1.0]


@pytest.mark.parametrize(
    ("headers", "body", "pause"),
    [
        ({"retry-after": "3"}, b"", 3.125),
        ({"retry-after": "0"}, b"", 0.125),
        ({}, b'{"message": "Please try again in 2 second(s)."}', 2.125),
        ({}, b"", 0.25),
        ({"retry-after": "-7"}, b"", 0.25),
        ({"retry-after": "nan"}, b"", 0.25),
        ({"retry-after": "inf"}, b"", 0.25),
        ({"retry-after": "soon"}, b"", 0.25),
    ],
)
def test_wait_that_the_api_asks_for(headers, body, pause):
    steps, error = drive("POST", [Reply(429, headers, body)], max_attempts=2)

    assert pauses(steps) == [pause]
    assert isinstance(error, errors.RateLimited)


@pytest.mark.parametrize("asked", ["60", "120", "1" + "0" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_wait_beyond_the_deadline_fails_at_once(method, asked):
    steps, error = drive(
        method, [Reply(429, {"retry-after": asked, "date": "Thu, 24 Dec 2026 09:00:00 GMT"}, b"")]
    )

    assert (transmissions(steps), pauses(steps)) == (1, [])
    assert error.retry_after >= 60


def test_deadline_counts_what_attempts_and_waits_took():
    timeouts = Timeouts(deadline=10)
    steps, _ = drive("POST", [failure("connect")], takes=3, timeouts=timeouts, max_attempts=99)

    # 3 s each, with waits of 0.25, 0.5 and 1 s: the wait after the third would still end in time.
    assert transmissions(steps) == 3
    left = [step.timeouts.deadline for step in steps if isinstance(step, Transmit)]
    assert left == [10, 6.75, 3.25]


def test_deadline_shrinks_the_timeouts():
    timeouts = Timeouts(connect=5, write=10, read=30, pool=5, deadline=20)
    steps, _ = drive("GET", [failure("timeout")], takes=12, timeouts=timeouts)
    first, second = (step for step in steps if isinstance(step, Transmit))

    assert first == Transmit(Timeouts(connect=5, write=10, read=20, pool=5, deadline=20))
    assert second == Transmit(Timeouts(connect=5, write=7.75, read=7.75, pool=5, deadline=7.75))


def test_timeouts_never_reach_zero():
    # A shell that overslept still gets a timeout that an HTTP library takes.
    life = exchange(a_call("GET"), rules(), 0.0)
    assert isinstance(next(life), Authorize)
    assert isinstance(life.send((None, 0.0)), Transmit)
    assert isinstance(life.send((failure("read"), 1.0)), Pause)
    assert isinstance(life.send((None, 99.0)), Authorize)
    step = life.send((None, 99.0))

    assert min(step.timeouts.read, step.timeouts.connect, step.timeouts.deadline) > 0


def test_shell_that_says_nothing_is_a_mistake():
    with pytest.raises(TypeError):
        drive("GET", [None])
    with pytest.raises(TypeError):
        drive("GET", [DONE], limited=True, slots=[0.0])


def test_refusal_inside_a_success_tells_its_attempts_and_the_reference_on_the_wire(
    api, client, pauses
):
    refused = {
        "umid": "u",
        "clientMessageId": None,
        "status": {"state": "rejected", "errorCode": 7},
    }
    api.answer(429, refused)
    with pytest.raises(errors.MessageRejected) as caught:
        client.messages.send("+6591234567", "Hi", client_message_id="mine")

    assert caught.value.client_message_id == "mine"
    assert caught.value.attempts == (Attempt(1, status=429), Attempt(2, status=200))
    assert "sendMessage" in str(caught.value)
    assert len(pauses) == 1


@pytest.mark.parametrize(
    ("happenings", "transmitted", "end"),
    [
        ([failure("timeout", body_sent=True), DONE], 2, Reply),
        ([Reply(500, {}, b""), Reply(502, {}, b""), DONE], 3, Reply),
        ([Reply(400, {}, b""), DONE], 1, errors.BadRequest),
        ([failure("timeout", body_sent=True)], 3, errors.ConnectionLost),
        ([Reply(500, {}, b"")], 3, errors.ServerErrorOnSend),
    ],
)
def test_at_least_once_repeats_what_may_have_been_executed(happenings, transmitted, end):
    steps, result = drive("POST", happenings, at_least_once=True)

    assert transmissions(steps) == transmitted
    assert type(result) is end


@pytest.mark.parametrize("unknown", [failure("timeout", body_sent=True), Reply(500, {}, b"")])
@pytest.mark.parametrize(
    "later", [failure("connect"), Reply(429, {}, b""), Reply(400, {}, b""), Reply(401, {}, b"")]
)
def test_later_failure_does_not_undo_what_may_have_been_executed(unknown, later):
    # The first attempt may have reached the recipient, whatever became of the second.
    _, error = drive("POST", [unknown, later], at_least_once=True)

    assert isinstance(error, errors.OutcomeUnknown)
    assert not isinstance(error, errors.NotSent | errors.Rejected)
    assert len(error.attempts) >= 2


def test_limiter_does_not_undo_what_may_have_been_executed():
    slots = [Slot(0.0, is_taken=True), Slot(500.0, is_taken=False)]
    steps, error = drive(
        "POST", [Reply(500, {}, b"")], limited=True, at_least_once=True, slots=slots
    )

    assert isinstance(error, errors.OutcomeUnknown)
    assert not isinstance(error, errors.NotSent)
    assert transmissions(steps) == 1


def test_refused_repetition_does_not_undo_what_may_have_been_executed(api):
    api.answer(500, {"umid": "u", "status": {"code": "REJECTED", "description": "twice"}})
    with api.client(delivery="at_least_once") as client, pytest.raises(errors.OutcomeUnknown):
        client.sms.send("+6591234567", "Hi")
    assert len(api.requests) == 2


@pytest.mark.parametrize("wait", [2, 2.0])
def test_limiter_may_count_in_whole_seconds(wait):
    steps, _ = drive("POST", [DONE], limited=True, slots=[Slot(wait, is_taken=True)])

    assert steps[:2] == [Admit(60), Pause(2)]


HAPPENINGS = st.one_of(
    st.builds(failure, st.sampled_from(KINDS), st.sampled_from([None, False, True])),
    st.builds(
        Reply,
        st.sampled_from([200, 202, 301, 400, 403, 404, 408, 426, 429, 499, 500, 502, 503, 504]),
        st.sampled_from([{}, {"retry-after": "1"}, {"retry-after": "-1"}, {"retry-after": "1e9"}]),
        st.sampled_from([b"", b"{}", b"<html>", json.dumps({"message": "in 1 s"}).encode()]),
    ),
)


def effect_of(happened):
    if isinstance(happened, Reply):
        return effect_of_status(happened.status)
    return effect_of_failure(happened)


@settings(derandomize=True, database=None)
@given(
    happenings=st.lists(HAPPENINGS, min_size=1, max_size=8),
    takes=st.floats(0, 40),
    max_attempts=st.integers(1, 10),
    random=st.floats(0, 1, exclude_max=True),
)
def test_send_is_never_transmitted_again_unless_it_was_provably_not_executed(
    happenings, takes, max_attempts, random
):
    steps, end = drive(
        "POST", happenings, takes=takes, max_attempts=max_attempts, random=lambda: random
    )
    count = transmissions(steps)
    seen = [effect_of(happenings[min(n, len(happenings) - 1)]) for n in range(count)]

    assert count <= max_attempts
    assert all(effect is Effect.NOT_SENT for effect in seen[:-1])
    assert (seen[-1] is Effect.DONE) is isinstance(end, Reply)
    if isinstance(end, errors.EightByEightError):
        outcome = {
            Effect.NOT_SENT: errors.NotSent,
            Effect.REJECTED: errors.Rejected,
            Effect.UNKNOWN: errors.OutcomeUnknown,
        }[seen[-1]]
        axes = (errors.NotSent, errors.Rejected, errors.OutcomeUnknown)
        assert [axis for axis in axes if isinstance(end, axis)] == [outcome]
        assert len(end.attempts) == count


@settings(derandomize=True, database=None)
@given(
    happenings=st.lists(HAPPENINGS, min_size=1, max_size=8),
    takes=st.floats(0, 40),
    method=st.sampled_from(["GET", "POST"]),
    deadline=st.floats(0.1, 100),
)
def test_no_wait_ends_after_the_deadline(happenings, takes, method, deadline):
    steps, _ = drive(
        method,
        happenings,
        takes=takes,
        timeouts=Timeouts(deadline=deadline),
        max_attempts=10,
    )
    now = 0.0
    for step in steps:
        if isinstance(step, Pause):
            now += step.seconds
            assert now < deadline + 1e-6
        elif isinstance(step, Transmit):
            assert 0 < step.timeouts.deadline <= max(deadline, 0.001) + 1e-6
            now += takes
