"""The arithmetic of rate limits."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from eightbyeight.core.rate import Rate, after_freeze, after_slot, quotas_of, wait_for_slot


def slots(rate: Rate, asked_at: list[float]) -> list[float]:
    """Return when each request, asked for at a time, may go out."""
    full_at, granted = 0.0, []
    for now in sorted(asked_at):
        granted.append(now + wait_for_slot(full_at, now, rate))
        full_at = after_slot(full_at, now, rate)
    return granted


def test_one_a_second_spaces_requests_by_a_second():
    assert [0.0, 1.0, 2.0] == slots(Rate(1), [0.0, 0.0, 0.0])


def test_a_burst_goes_out_at_once_and_the_rest_at_the_rate():
    assert [0.0, 0.0, 0.0, 0.1, 0.2] == [round(t, 9) for t in slots(Rate(10, burst=3), [0.0] * 5)]


def test_idle_time_earns_no_more_than_the_burst():
    granted = slots(Rate(10, burst=2), [0.0] + [100.0] * 4)

    assert [0.0, 100.0, 100.0, 100.1, 100.2] == [round(t, 9) for t in granted]


def test_a_frozen_bucket_has_no_slot_before_its_time():
    rate = Rate(1_800, burst=180)
    full_at = after_freeze(0.0, 5.0, rate)

    assert 5.0 == round(wait_for_slot(full_at, 0.0, rate), 9)
    assert 0.0 == wait_for_slot(full_at, 5.001, rate)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(
    rate=st.integers(1, 50),
    burst=st.integers(1, 10),
    asked=st.lists(st.integers(0, 4_000).map(lambda ms: ms / 1000), min_size=1, max_size=120),
)
def test_no_second_holds_more_than_the_burst_and_the_rate(rate, burst, asked):
    granted = slots(Rate(rate, burst=burst), asked)

    for start in granted:
        within = sum(start - 1e-9 <= time < start + 1 - 1e-6 for time in granted)
        assert within <= burst + rate


def test_lookups_and_sms_are_limited_by_subaccount():
    details = quotas_of("getMessageDetails", "https://chatapps.8x8.com", "acme_hq")
    sms = quotas_of("sendSms", "https://sms.8x8.com", "acme_hq")

    assert [Rate(1)] == [quota.rate for quota in details]
    assert [1_800, 3_000] == [quota.rate.per_second for quota in sms]
    assert sms != quotas_of("sendSms", "https://sms.8x8.com", "acme_uk")
    assert sms == quotas_of("sendSurveyBatch", "https://sms.8x8.com", "acme_hq")


def test_chat_sends_have_no_limit_but_a_bucket_that_can_be_frozen():
    (quota,) = quotas_of("sendMessage", "https://chatapps.8x8.com", "acme_hq")

    assert [0.0] * 1_000 == slots(quota.rate, [0.0] * 1_000)
    assert 5.0 == wait_for_slot(after_freeze(0.0, 5.0, quota.rate), 0.0, quota.rate)
    assert math.inf == quota.rate.per_second
    assert (quota,) == quotas_of("sendLineNotification", "https://chatapps.8x8.com", "acme_hq")
    assert quota not in quotas_of("sendMessage", "https://chatapps.8x8.com", "acme_uk")
    assert quota not in quotas_of("getMessageDetails", "https://chatapps.8x8.com", "acme_hq")
