"""The vendor's rate limits, and the arithmetic that keeps to them (GCRA). No clock in here."""

from __future__ import annotations

import functools
import math
from typing import NamedTuple


class Rate(NamedTuple):
    """So many requests a second, of which ``burst`` may come at once."""

    per_second: float
    burst: int = 1


class Quota(NamedTuple):
    """A bucket that requests draw from, and how fast it fills."""

    bucket: str
    rate: Rate


class Slot(NamedTuple):
    """A place among the requests that a quota allows.

    ``wait`` is the time in seconds until it may be used. ``is_taken`` tells whether it is kept for the one who
    asked; otherwise ask again after the wait.
    """

    wait: float
    is_taken: bool


# One lookup a second for a sub-account.
# https://developer.8x8.com/connect/reference/get-chatapps-message-details
_DETAILS = Rate(1)
# 1,800 requests a second for a sub-account and 3,000 for an IP address. How the API counts within
# the second is not documented, so no more than a tenth goes out at once.
# https://developer.8x8.com/connect/docs/api-rate-limiting
_SMS, _SMS_ADDRESS = Rate(1_800, burst=180), Rate(3_000, burst=300)
# No limit is documented for sends over messaging apps, but a 429 must hold back all of them.
_UNLIMITED = Rate(math.inf)


@functools.lru_cache(maxsize=256)
def quotas_of(operation: str, host: str, subaccount_id: str) -> tuple[Quota, ...]:
    """Return what a request of ``operation`` draws from."""
    if operation == "getMessageDetails":
        return (Quota(f"{host} {subaccount_id} details", _DETAILS),)
    if operation in ("sendSms", "sendSurveyBatch"):
        return (Quota(f"{host} {subaccount_id} sms", _SMS), Quota(f"{host} sms", _SMS_ADDRESS))
    return (Quota(f"{host} {subaccount_id}", _UNLIMITED),)


def wait_for_slot(full_at: float, now: float, rate: Rate) -> float:
    """Return the seconds until a bucket has a slot.

    ``full_at`` is the bucket's whole state: the time at which it would be as good as untouched.
    """
    return max(0.0, full_at - (rate.burst - 1) / rate.per_second - now)


def after_slot(full_at: float, now: float, rate: Rate) -> float:
    """Return a bucket's state after one slot was taken."""
    return max(full_at, now) + 1.0 / rate.per_second


def after_freeze(full_at: float, until: float, rate: Rate) -> float:
    """Return a bucket's state when it has no slot before ``until``."""
    return max(full_at, until + (rate.burst - 1) / rate.per_second)
