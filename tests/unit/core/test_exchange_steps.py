"""What a call asks its shell to do, in which order, and what it writes down when it ends or is cut off."""

from __future__ import annotations

import asyncio

import pytest
from unit.core.driving import (
    DONE,
    FREE,
    TICKET,
    a_call,
    drive,
    failure,
    kinds,
    pauses,
    rules,
    transmissions,
)

from eightbyeight import errors
from eightbyeight.core.exchange import (
    Admit,
    Authorize,
    Begin,
    Freeze,
    Pause,
    Settle,
    Transmit,
    exchange,
)
from eightbyeight.core.rate import Slot
from eightbyeight.core.recorded import Recorded
from eightbyeight.core.reply import Attempt, Reply, TransportFailure
from eightbyeight.core.retry import Timeouts
from eightbyeight.core.send_state import SendState

FAILED, REFUSED, BUSY = failure("connect"), Reply(400, {}, b""), Reply(429, {}, b"")
LOST, BROKEN = failure("timeout", body_sent=True), Reply(500, {}, b"")
CUTS = [KeyboardInterrupt, asyncio.CancelledError, SystemExit]


def refused(_):
    raise errors.MessageRejected("refused in a success")


def settled(steps):
    """Return the only Settle among the steps, which must be the last."""
    assert kinds(steps).count(Settle) == 1
    assert type(steps[-1]) is Settle
    assert steps[-1].ticket is TICKET
    return steps[-1]


# --- waiting for a slot -------------------------------------------------------------------------------


def test_a_slot_that_is_not_taken_is_asked_for_again_after_the_wait():
    slots = [Slot(2.0, is_taken=False), Slot(3.0, is_taken=False), FREE]
    steps, result = drive("POST", [DONE], limited=True, slots=slots)

    assert steps[:5] == [Admit(60.0), Pause(2.0), Admit(58.0), Pause(3.0), Admit(55.0)]
    assert kinds(steps[5:]) == [Authorize, Transmit]
    assert result is DONE


def test_a_slot_that_is_taken_is_used_after_the_wait():
    steps, result = drive("POST", [DONE], limited=True, slots=[Slot(2.0, is_taken=True)])

    assert kinds(steps) == [Admit, Pause, Authorize, Transmit]
    assert result is DONE


@pytest.mark.parametrize("is_taken", [False, True])
def test_a_slot_past_the_deadline_is_not_waited_for(is_taken):
    steps, error = drive("POST", [DONE], limited=True, slots=[Slot(60.0, is_taken=is_taken)])

    assert kinds(steps) == [Admit]
    assert isinstance(error, errors.RateLimited)
    assert (error.retry_after, error.client_message_id) == (60.0, "ref-1")


@pytest.mark.parametrize("wait", [0, 0.0, -1.0, 1e-9])
def test_a_limiter_that_never_says_how_long_is_not_asked_for_ever(wait):
    steps, error = drive(
        "POST",
        [DONE],
        limited=True,
        slots=[Slot(wait, is_taken=False)],
        timeouts=Timeouts(deadline=0.5),
    )

    assert isinstance(error, errors.RateLimited)
    assert transmissions(steps) == 0
    assert 0.0 < min(pauses(steps))
    assert sum(pauses(steps)) == pytest.approx(0.5, abs=0.01)


def test_every_attempt_asks_for_a_slot_and_a_429_freezes():
    busy = Reply(429, {"retry-after": "3"}, b"")
    steps, _ = drive("POST", [failure("connect"), busy, DONE], limited=True)
    attempt = [Admit, Authorize, Transmit]

    assert kinds(steps) == [*attempt, Pause, *attempt, Freeze, Pause, *attempt]
    assert Freeze(3.0) in steps


# --- the order of the steps ---------------------------------------------------------------------------


def test_order_without_a_journal():
    assert kinds(drive("POST", [DONE])[0]) == [Authorize, Transmit]


def test_order_with_a_journal():
    steps, result = drive("POST", [DONE], journaled=True, limited=True)

    assert kinds(steps) == [Admit, Authorize, Begin, Transmit, Settle]
    assert result is DONE


def test_a_journal_is_told_once_of_all_attempts_together():
    steps, _ = drive("POST", [failure("connect"), failure("connect"), DONE], journaled=True)

    assert kinds(steps) == [
        *(Authorize, Begin, Transmit, Pause),
        *(Authorize, Transmit, Pause),
        *(Authorize, Transmit, Settle),
    ]


# --- what is written down -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("happenings", "at_least_once", "state", "kind"),
    [
        ([DONE], False, SendState.ACCEPTED, None),
        ([FAILED, DONE], False, SendState.ACCEPTED, None),
        ([LOST, DONE], True, SendState.ACCEPTED, None),
        ([REFUSED], False, SendState.REJECTED, errors.BadRequest),
        ([FAILED, REFUSED], False, SendState.REJECTED, errors.BadRequest),
        ([FAILED], False, SendState.NOT_SENT, errors.ConnectionFailed),
        ([failure("write", body_sent=False)], False, SendState.NOT_SENT, errors.ConnectionFailed),
        ([failure("local")], False, SendState.NOT_SENT, errors.ConnectionFailed),
        ([BUSY], False, SendState.NOT_SENT, errors.RateLimited),
        ([LOST], False, SendState.UNKNOWN, errors.ConnectionLost),
        ([FAILED, LOST], False, SendState.UNKNOWN, errors.ConnectionLost),
        ([BROKEN], False, SendState.UNKNOWN, errors.ServerErrorOnSend),
        ([LOST, REFUSED], True, SendState.UNKNOWN, errors.ConnectionLost),
        ([BROKEN, FAILED], True, SendState.UNKNOWN, errors.ServerErrorOnSend),
        ([BROKEN, BUSY], True, SendState.UNKNOWN, errors.ServerErrorOnSend),
    ],
)
def test_state_that_is_written_down(happenings, at_least_once, state, kind):
    steps, end = drive("POST", happenings, journaled=True, at_least_once=at_least_once)
    settle = settled(steps)

    assert settle.state is state
    if kind is None:
        assert (settle.error, settle.reply, end) == (None, DONE, DONE)
    else:
        assert type(end) is kind
        assert settle.error is end
        last = happenings[-1]
        assert settle.reply is (last if isinstance(last, Reply) else None)


def test_a_refusal_inside_a_success_is_written_down_as_one():
    steps, error = drive("POST", [DONE], journaled=True, read=refused)

    assert isinstance(error, errors.MessageRejected)
    settle = settled(steps)
    assert (settle.state, settle.reply, settle.error) == (SendState.REJECTED, DONE, error)


def test_a_refusal_inside_a_success_after_a_doubt_is_unknown():
    steps, error = drive("POST", [LOST, DONE], journaled=True, at_least_once=True, read=refused)

    assert isinstance(error, errors.OutcomeUnknown)
    assert not isinstance(error, errors.Rejected)
    assert settled(steps).state is SendState.UNKNOWN


# --- what a journal knows already ---------------------------------------------------------------------


def test_a_recorded_answer_is_returned_and_nothing_is_sent():
    recorded = Recorded(SendState.ACCEPTED, Reply(200, {}, b'{"umid":"u-1"}'))
    steps, result = drive("POST", [DONE], journaled=True, known=recorded)

    assert kinds(steps) == [Authorize, Begin]
    assert result is recorded.reply


def test_a_recorded_refusal_is_raised_again():
    recorded = Recorded(SendState.ACCEPTED, DONE)
    steps, error = drive("POST", [DONE], journaled=True, known=recorded, read=refused)

    assert kinds(steps) == [Authorize, Begin]
    assert isinstance(error, errors.MessageRejected)
    assert error.client_message_id == "ref-1"


@pytest.mark.parametrize(
    ("recorded", "why"),
    [
        (Recorded(SendState.UNKNOWN), "may have been executed before"),
        (Recorded(SendState.UNKNOWN, BROKEN), "may have been executed before"),
        (Recorded(SendState.ACCEPTED), "may have been executed before"),
        (Recorded(SendState.IN_FLIGHT), "another worker"),
    ],
)
def test_what_may_have_been_sent_before_is_not_sent_again(recorded, why):
    steps, error = drive("POST", [DONE], journaled=True, known=recorded)

    assert kinds(steps) == [Authorize, Begin]
    assert type(error) is errors.OutcomeUnknown
    assert why in str(error)
    assert "not sent again" in str(error)
    assert (error.client_message_id, error.response) == ("ref-1", recorded.reply)


# --- steps that fail ----------------------------------------------------------------------------------


def test_an_api_key_that_cannot_be_had_is_no_unknown_outcome():
    trouble = ValueError("the vault is closed")
    steps, error = drive("POST", [DONE], journaled=True, cut=(Authorize, 1, trouble))

    assert kinds(steps) == [Authorize]  # nothing was begun, so there is nothing to end
    assert error is trouble


def test_an_api_key_that_cannot_be_had_for_the_second_attempt():
    trouble = ValueError("the vault is closed")
    steps, error = drive("POST", [FAILED], journaled=True, cut=(Authorize, 2, trouble))

    assert error is trouble
    assert (settled(steps).state, settled(steps).error) == (SendState.NOT_SENT, trouble)


def test_an_api_key_that_cannot_be_had_does_not_undo_what_may_have_been_executed():
    trouble = ValueError("the vault is closed")
    steps, error = drive(
        "POST", [BROKEN], journaled=True, at_least_once=True, cut=(Authorize, 2, trouble)
    )

    assert type(error) is errors.ServerErrorOnSend
    assert error.__cause__ is trouble
    assert settled(steps).state is SendState.UNKNOWN


@pytest.mark.parametrize("step", [Admit, Begin])
def test_a_limiter_or_a_journal_that_fails(step):
    trouble = errors.NotSent("cannot be asked")
    steps, error = drive("POST", [DONE], journaled=True, limited=True, cut=(step, 1, trouble))

    assert error is trouble
    assert error.client_message_id == "ref-1"
    assert transmissions(steps) == 0
    assert Settle not in kinds(steps)


def test_a_limiter_that_fails_before_the_second_attempt_tells_of_the_first():
    trouble = errors.NotSent("cannot be asked")
    steps, error = drive("POST", [FAILED], journaled=True, limited=True, cut=(Admit, 2, trouble))

    assert error is trouble
    assert error.attempts == (Attempt(1, failure="connect", body_sent=None),)
    assert settled(steps).state is SendState.NOT_SENT


# --- interruptions ------------------------------------------------------------------------------------


NOT_SENT = ["op: the request was not sent"]
UNKNOWN = ["op: the request may have been executed; look for client_message_id ref-1"]
ACCEPTED = ["op: the API has accepted the request; look for client_message_id ref-1"]
REJECTED = ["op: the API has refused the request; look for client_message_id ref-1"]
NOTES = {
    SendState.NOT_SENT: NOT_SENT,
    SendState.UNKNOWN: UNKNOWN,
    SendState.ACCEPTED: ACCEPTED,
    SendState.REJECTED: REJECTED,
}


@pytest.mark.parametrize("kind", CUTS)
@pytest.mark.parametrize(
    ("body_sent", "state"),
    [(False, SendState.NOT_SENT), (True, SendState.UNKNOWN), (None, SendState.UNKNOWN)],
)
def test_cut_off_in_the_transport(kind, body_sent, state):
    cut = kind()
    happened = TransportFailure("interrupted", body_sent, cut)
    steps, error = drive("POST", [happened], journaled=True, at_least_once=True)

    assert error is cut
    assert error.__notes__ == NOTES[state]
    assert (settled(steps).state, settled(steps).error) == (state, cut)
    assert transmissions(steps) == 1  # and never again, whatever was known


@pytest.mark.parametrize("kind", CUTS)
@pytest.mark.parametrize(
    ("step", "number", "happenings", "state"),
    [
        (Admit, 1, [DONE], SendState.NOT_SENT),
        (Authorize, 1, [DONE], SendState.NOT_SENT),
        (Begin, 1, [DONE], SendState.NOT_SENT),
        (Pause, 1, [FAILED], SendState.NOT_SENT),
        (Freeze, 1, [BUSY], SendState.NOT_SENT),
        (Admit, 2, [FAILED], SendState.NOT_SENT),
        (Pause, 1, [BROKEN], SendState.UNKNOWN),
        (Pause, 2, [LOST, FAILED], SendState.UNKNOWN),
        # The shell was broken off while the request was in its hands: nobody knows.
        (Transmit, 1, [DONE], SendState.UNKNOWN),
        (Transmit, 2, [FAILED], SendState.UNKNOWN),
        # The send had ended, only its end could not be written down.
        (Settle, 1, [DONE], SendState.ACCEPTED),
        (Settle, 1, [REFUSED], SendState.REJECTED),
        (Settle, 1, [LOST, REFUSED], SendState.UNKNOWN),
    ],
)
def test_cut_off_in_a_step(kind, step, number, happenings, state):
    cut = kind()
    steps, error = drive(
        "POST",
        happenings,
        journaled=True,
        limited=True,
        at_least_once=True,
        cut=(step, number, cut),
    )

    assert error is cut
    assert error.__notes__ == NOTES[state]
    if Transmit in kinds(steps):
        assert settled(steps).state is state
    else:
        assert Settle not in kinds(steps)


def test_a_lookup_that_is_cut_off_has_nothing_to_tell():
    cut = KeyboardInterrupt()
    _, error = drive("GET", [TransportFailure("interrupted", body_sent=True, cause=cut)])

    assert error is cut
    assert not hasattr(error, "__notes__")


@pytest.mark.parametrize("after", [Authorize, Begin, Transmit, Settle])
def test_a_call_that_is_given_up_leaves_silently(after):
    life = exchange(a_call("POST"), rules(journaled=True), 0.0)
    step = next(life)
    while type(step) is not after:
        happened = {Begin: TICKET, Transmit: DONE}.get(type(step))
        step = life.send((happened, 0.0))
    life.close()

    with pytest.raises(StopIteration):
        next(life)


def test_a_generator_exit_of_the_transport_leaves_silently():
    # What an unfinished coroutine gets when its loop has ended: nobody is there to write anything down.
    given_up = GeneratorExit()
    happened = TransportFailure("interrupted", body_sent=True, cause=given_up)
    steps, error = drive("POST", [happened], journaled=True)

    assert error is given_up
    assert kinds(steps) == [Authorize, Begin, Transmit]
    assert not hasattr(error, "__notes__")
