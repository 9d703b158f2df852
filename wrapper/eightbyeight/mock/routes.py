"""Where a message goes: its channels in their order, and the times between which it may go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from eightbyeight.mock.channels import LINE_NOTIFICATION, SMS, best_success
from eightbyeight.mock.identifiers import channel_id
from eightbyeight.mock.moments import moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from eightbyeight.mock.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """One channel of a chain; equal ones are shared.

    Attributes:
        channel: Its name, as requests write it.
        channel_id: Which of several such channels.
        wait: Seconds after which the next leg starts, if `success` has not been reached.
        success: The state that ends the chain.
        is_open: Whether the message has what the channel needs: a number and a text for an SMS.
    """

    channel: str
    channel_id: str
    wait: float
    success: str
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Route:
    """The way of a message; messages of a batch share one.

    Attributes:
        legs: The channels, at least one.
        scheduled: Before this nothing happens.
        expiry: What has not been sent by then never is.
    """

    legs: tuple[Leg, ...]
    scheduled: datetime | None = None
    expiry: datetime | None = None


# Most messages go the same few ways: sharing these saves time and room.
_timeless_route = lru_cache(maxsize=4096)(Route)


def _route(legs: tuple[Leg, ...], scheduled: str | None, expiry: str | None) -> Route:
    if scheduled is None and expiry is None:
        return _timeless_route(legs)
    return Route(legs, moment(scheduled), moment(expiry))


def sms_route(
    subaccount: str, settings: Settings, scheduled: str | None, expiry: str | None
) -> Route:
    """The way of an SMS or a survey."""
    return _route((_leg(subaccount, SMS, settings.fallback_after),), scheduled, expiry)


def message_route(subaccount: str, settings: Settings, body: Mapping[str, Any]) -> Route:
    """The way of a message of the messaging apps.

    Its own chain, or the sub-account's: the default channel, and SMS if the message brings a text
    for it.
    """
    content = body["content"]
    chain = list(body.get("channels") or [{"channel": settings.default_channel}])
    if not body.get("channels") and content.get("fallbackText") and chain[0]["channel"] != SMS:
        chain.append({"channel": SMS})
    has_text = bool(content.get("fallbackText") or content.get("text"))
    legs = _legs(subaccount, settings, chain, can_be_sms=has_text and _has_number(body))
    return _route(legs, body.get("scheduled"), body.get("expiry"))


def notification_route(subaccount: str, settings: Settings, body: Mapping[str, Any]) -> Route:
    """The way of a LINE notification: LINE, and SMS if it brings a text for that."""
    text = (body.get("smsFallback") or {}).get("text")
    chain = [{"channel": LINE_NOTIFICATION}]
    if text:
        chain.append({"channel": SMS})
    return _timeless_route(_legs(subaccount, settings, chain, can_be_sms=_has_number(body)))


def _legs(
    subaccount: str, settings: Settings, chain: list[dict[str, Any]], *, can_be_sms: bool
) -> tuple[Leg, ...]:
    legs = []
    for step in chain:
        channel, wait = step["channel"], step.get("fallbackAfter")
        legs.append(
            _leg(
                subaccount,
                channel,
                settings.fallback_after if wait is None else wait,
                step.get("channelId"),
                step.get("successStatus"),
                can_be_sms or channel != SMS,
            )
        )
    return tuple(legs)


@lru_cache(maxsize=4096, typed=True)
def _leg(
    subaccount: str,
    channel: str,
    wait: float,
    own_id: str | None = None,
    success: str | None = None,
    is_open: bool = True,
) -> Leg:
    return Leg(
        channel,
        own_id or channel_id(subaccount, channel),
        wait,
        success.lower() if success else best_success(channel),
        is_open,
    )


def _has_number(body: Mapping[str, Any]) -> bool:
    return bool(body["user"].get("msisdn"))
