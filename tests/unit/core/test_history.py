"""What the attempts of a call say about its state."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.core.driving import DONE, KINDS, failure

from eightbyeight import errors
from eightbyeight.core.history import History
from eightbyeight.core.outcome import Effect, effect_of_failure, effect_of_status
from eightbyeight.core.reply import Attempt, Reply
from eightbyeight.core.send_state import SendState

ENDS = [KeyboardInterrupt(), ValueError(), errors.NotSent(), errors.Rejected()]


def after(*happenings):
    history = History()
    for happened in happenings:
        history.note(happened)
    return history


def test_nothing_has_happened_yet():
    assert History().state(KeyboardInterrupt()) is SendState.NOT_SENT
    assert History().reply is None


@pytest.mark.parametrize("error", ENDS, ids=repr)
def test_a_request_in_the_hands_of_the_transport_may_be_executed(error):
    history = after(failure("connect"))
    history.is_transmitting = True

    assert history.state(error) is SendState.UNKNOWN


def test_a_transmission_that_is_noted_is_over():
    history = History()
    history.is_transmitting = True
    history.note(failure("connect"))

    assert history.state(KeyboardInterrupt()) is SendState.NOT_SENT


@pytest.mark.parametrize(
    ("happened", "error", "state"),
    [
        (DONE, None, SendState.ACCEPTED),
        (DONE, KeyboardInterrupt(), SendState.ACCEPTED),
        (DONE, errors.MessageRejected(), SendState.REJECTED),
        (Reply(400, {}, b""), errors.BadRequest(), SendState.REJECTED),
        (Reply(429, {}, b""), errors.RateLimited(), SendState.NOT_SENT),
        (failure("connect"), errors.ConnectionFailed(), SendState.NOT_SENT),
        (failure("read", body_sent=False), KeyboardInterrupt(), SendState.NOT_SENT),
        (failure("read", body_sent=True), errors.ConnectionLost(), SendState.UNKNOWN),
        (Reply(500, {}, b""), KeyboardInterrupt(), SendState.UNKNOWN),
    ],
)
def test_state_after_one_attempt(happened, error, state):
    assert after(happened).state(error) is state


def test_what_was_known_before_counts_as_unknown():
    assert History().state(errors.OutcomeUnknown()) is SendState.UNKNOWN


def test_a_record_is_kept_of_every_attempt():
    history = after(failure("write", body_sent=False), Reply(503, {}, b""))

    assert history.attempts == [
        Attempt(1, failure="write", body_sent=False),
        Attempt(2, status=503),
    ]
    assert history.reply == Reply(503, {}, b"")


HAPPENINGS = st.one_of(
    st.builds(failure, st.sampled_from([*KINDS, "interrupted"]), st.sampled_from([None, False])),
    st.builds(failure, st.sampled_from([*KINDS, "interrupted"]), st.just(True)),
    st.builds(Reply, st.sampled_from([200, 307, 400, 408, 429, 500]), st.just({}), st.just(b"")),
)


@settings(derandomize=True, database=None)
@given(st.lists(HAPPENINGS, min_size=1, max_size=6), st.sampled_from(ENDS))
def test_nothing_undoes_what_may_have_been_executed(happenings, error):
    state = after(*happenings).state(error)
    effects = {
        effect_of_status(one.status) if isinstance(one, Reply) else effect_of_failure(one)
        for one in happenings
    }

    assert (state is SendState.UNKNOWN) is (Effect.UNKNOWN in effects)
