# Derived by scripts/regenerate from ../_async/waiting.py. Do not edit: change that file instead.
"""Waits until a message has come as far as somebody wants it to."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from ...content.wire import refused
from ...errors import (
    MessageFailed,
    NotFound,
    RateLimited,
    ServerError,
    TransportError,
    WaitTimeout,
)
from ...io import waiting
from ...webhooks.known_status import Goal, KnownStatus, merge, status_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...client import Client
    from ...webhooks.status_book import StatusBook

# Seconds between two lookups: the first wait, its growth and its end.
_FIRST, _GROWTH, _LONGEST = 1.0, 1.5, 15.0
# A message that was just accepted may not be found for so long.
_APPEARS = 10.0
# The last lookup comes so many seconds before the end, to have time for an answer.
_LAST_LOOK = 2.0
_SHORTEST = 0.001


def wait_for(
    client: Client,
    umid: str,
    *,
    until: Goal,
    timeout: float,
    receipts: StatusBook | None,
    channels: int,
) -> KnownStatus:
    """Wait for one message; see ``messages.wait``."""
    _check(umid, until, timeout, channels)

    def is_over(status: KnownStatus) -> bool:
        has_failed = status.is_failed and len(status.channels) >= channels
        return has_failed or status.has_reached(until)

    if receipts is None:
        status = _looked_up(client, umid, timeout, is_over)
    else:
        try:
            status = waiting.told(receipts.when(umid, is_over), timeout)
        except TimeoutError:
            raise _late(receipts.get(umid) or KnownStatus(umid), timeout) from None
    if status.has_reached(until):
        return status
    best = status.best
    code = f", code {best.error_code}" if best.error_code is not None else ""
    raise MessageFailed(
        f"the message {umid} has failed: {best.state} on {best.channel or 'an unnamed channel'}{code}",
        umid=umid,
        status=status,
    )


def _looked_up(
    client: Client, umid: str, timeout: float, is_over: Callable[[KnownStatus], bool]
) -> KnownStatus:
    """Ask the API, again and again."""
    started = waiting.now()
    ends = started + timeout
    known = KnownStatus(umid)
    interval = _FIRST
    trouble: Exception | None = None
    while (left := ends - waiting.now()) > 0:
        asked = 0.0
        hurried = client.with_options(timeouts=client.timeouts.within(max(left, _SHORTEST)))
        try:
            details = hurried.messages.get(umid)
            trouble = None
        except NotFound:
            if waiting.now() - started >= _APPEARS:
                raise
        except (RateLimited, ServerError, TransportError) as error:
            trouble = error
            asked = getattr(error, "retry_after", None) or 0.0
        else:
            known = merge(known, status_in(umid, details.records))
            if is_over(known):
                return known
        left = ends - waiting.now()
        if left <= 0:
            break
        wanted = max(interval, asked)
        latest = left - _LAST_LOOK if left > _LAST_LOOK + _FIRST else left
        waiting.pause(min(wanted, latest))
        interval = min(interval * _GROWTH, _LONGEST)
    raise _late(known, timeout) from trouble


def _late(known: KnownStatus, timeout: float) -> WaitTimeout:
    state = known.state or "not known"
    return WaitTimeout(
        f"the message {known.umid} took longer than {timeout:g} seconds; its state is {state}",
        umid=known.umid,
        status=known,
    )


def _check(umid: str, until: Goal, timeout: float, channels: int) -> None:
    """Raise InvalidInput for what cannot be waited for."""
    if not isinstance(umid, str) or not umid:
        raise refused("umid", "type", "must be the ID of a message")
    if until not in get_args(Goal):
        raise refused("until", "enum", f"must be one of {', '.join(get_args(Goal))}")
    is_number = isinstance(timeout, int | float) and not isinstance(timeout, bool)
    if not is_number or not 0 < timeout < float("inf"):
        raise refused("timeout", "type", "must be a number of seconds above 0")
    if isinstance(channels, bool) or not isinstance(channels, int) or channels < 1:
        raise refused("channels", "type", "must be a whole number, 1 or more")
