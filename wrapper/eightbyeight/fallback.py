"""Fallback plans: which channel to try next, and when."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .content.wire import compact, refused, seconds
from .core.call_site import stack_level

if TYPE_CHECKING:
    from .content.wire import Wire

SHORTEST_WAIT, LONGEST_WAIT = 10, 86_400

_CHANNELS = {
    name.casefold(): name
    for name in (
        "SMS",
        "WhatsApp",
        "Facebook",
        "RCS",
        "Viber",
        "Line",
        "WeChat",
        "Zalo",
        "Instagram",
        "ZaloNotification",
    )
}
_STATUSES = {name.casefold(): name for name in ("Accepted", "Sent", "Delivered", "Read")}
# The receipts that a channel can give, where they are fewer than all: waiting for another never ends well.
_REPORTED = {
    "Line": ("Accepted", "Sent"),
    "SMS": ("Accepted", "Sent", "Delivered"),
    "ZaloNotification": ("Accepted", "Sent", "Delivered"),
}


class DuplicateDeliveryWarning(UserWarning):
    """A fallback may fire while the first message can still arrive, so that the recipient gets both."""


@dataclass(frozen=True, slots=True)
class _Step:
    channel: str
    after: int | None
    until: str | None
    channel_id: str | None


@dataclass(frozen=True, slots=True)
class Fallback:
    """A chain of channels, built from left to right and never changed.

    For example::

        Fallback.whatsapp(after=60, until="delivered").then_sms(
            source="ACME", text="Your parcel is here"
        )

    Each step but the last says how long to wait (``after``, 10 to 86,400 seconds or a timedelta) for which
    status (``until``: accepted, sent, delivered or read). A chain of one step pins the channel. The chain
    replaces the one that is configured for the sub-account; every attempt may be billed.

    Raises InvalidInput for what cannot work: an unknown channel or status, a status that the channel never
    reports, a wait outside the limits, a wait with nothing after it, the same channel twice.

    See https://developer.8x8.com/connect/reference/send-message
    """

    _steps: tuple[_Step, ...] = ()
    _sms: tuple[tuple[str, str], ...] = ()

    @classmethod
    def channel(
        cls,
        name: str,
        *,
        after: int | timedelta | None = None,
        until: str | None = None,
        channel_id: str | None = None,
    ) -> Fallback:
        """Start with the channel called ``name``."""
        return cls().then(name, after=after, until=until, channel_id=channel_id)

    @classmethod
    def whatsapp(
        cls,
        *,
        after: int | timedelta | None = None,
        until: str | None = None,
        channel_id: str | None = None,
    ) -> Fallback:
        """Start with WhatsApp."""
        return cls.channel("WhatsApp", after=after, until=until, channel_id=channel_id)

    @classmethod
    def rcs(
        cls,
        *,
        after: int | timedelta | None = None,
        until: str | None = None,
        channel_id: str | None = None,
    ) -> Fallback:
        """Start with RCS."""
        return cls.channel("RCS", after=after, until=until, channel_id=channel_id)

    @classmethod
    def viber(
        cls,
        *,
        after: int | timedelta | None = None,
        until: str | None = None,
        channel_id: str | None = None,
    ) -> Fallback:
        """Start with Viber."""
        return cls.channel("Viber", after=after, until=until, channel_id=channel_id)

    @classmethod
    def line(
        cls,
        *,
        after: int | timedelta | None = None,
        until: str | None = None,
        channel_id: str | None = None,
    ) -> Fallback:
        """Start with a LINE Official Account, which reports accepted and sent only."""
        return cls.channel("Line", after=after, until=until, channel_id=channel_id)

    @classmethod
    def sms(
        cls, *, text: str | None = None, source: str | None = None, encoding: str | None = None
    ) -> Fallback:
        """Go over SMS only."""
        return cls().then_sms(text=text, source=source, encoding=encoding)

    def then(
        self,
        name: str,
        *,
        after: int | timedelta | None = None,
        until: str | None = None,
        channel_id: str | None = None,
    ) -> Fallback:
        """Return the plan with one more channel at its end."""
        path = f"channels[{len(self._steps)}]"
        known = _CHANNELS.get(name.casefold()) if isinstance(name, str) else None
        if known is None:
            raise refused(
                f"{path}.channel", "enum", f"must be one of {', '.join(_CHANNELS.values())}"
            )
        step = _Step(
            known, _checked_wait(after, path), _checked_status(until, known, path), channel_id
        )
        if self._steps and self._steps[-1].after is None:
            raise refused(
                f"channels[{len(self._steps) - 1}].fallbackAfter",
                "required",
                f"is required: without after= the chain never leaves {self._steps[-1].channel} for {known}",
            )
        if any(
            (earlier.channel, earlier.channel_id) == (known, channel_id) for earlier in self._steps
        ):
            raise refused(f"{path}.channel", "uniqueItems", f"{known} is in the chain already")
        return replace(self, _steps=(*self._steps, step))

    def then_sms(
        self,
        *,
        text: str | None = None,
        source: str | None = None,
        encoding: str | None = None,
        after: int | timedelta | None = None,
        until: str | None = None,
    ) -> Fallback:
        """Return the plan with SMS at its end.

        ``text`` replaces the message's own text in the SMS, ``source`` is the sender ID, and ``encoding`` is
        ``AUTO``, ``GSM7`` or ``UCS2``.
        """
        plan = self.then("SMS", after=after, until=until)
        return replace(
            plan, _sms=tuple(compact(text=text, source=source, encoding=encoding).items())
        )

    @property
    def channels(self) -> list[Wire]:
        """The wire form of ``channels``. Raises InvalidInput when the last step waits for nothing."""
        if not self._steps:
            raise refused("channels", "minItems", "the plan names no channel")
        last = self._steps[-1]
        if last.after is not None or last.until is not None:
            raise refused(
                f"channels[{len(self._steps) - 1}]",
                "dependency",
                f"waits although {last.channel} is the last channel; leave after and until out, or add a channel",
            )
        return [
            compact(
                channel=s.channel,
                channelId=s.channel_id,
                fallbackAfter=s.after,
                successStatus=s.until,
            )
            for s in self._steps
        ]

    @property
    def has_sms(self) -> bool:
        """Whether SMS is part of the chain."""
        return any(step.channel == "SMS" for step in self._steps)

    def sms_settings(self) -> tuple[str | None, Wire | None]:
        """Return the text of the SMS and the wire form of ``content.sms``, None for what was not set."""
        settings = dict(self._sms)
        return settings.pop("text", None), settings or None

    def warn_if_early(self, ttl: float | None) -> None:
        """Warn when WhatsApp may still deliver after its fallback fired; ``ttl`` is the message's, in seconds."""
        for step in self._steps:
            if (
                step.channel == "WhatsApp"
                and step.after is not None
                and ttl is not None
                and step.after < ttl
            ):
                warnings.warn(
                    f"the fallback fires after {step.after} s, but WhatsApp may deliver the message for up to "
                    f"{ttl:.0f} s: the recipient may get both. Wait longer, or shorten the time to live",
                    DuplicateDeliveryWarning,
                    stacklevel=stack_level(),
                )

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form of the chain."""
        return {"channels": self.channels}

    def __repr__(self) -> str:
        return f"<Fallback {' > '.join(step.channel for step in self._steps)}>"


def _checked_wait(after: int | timedelta | None, path: str) -> int | None:
    if after is None:
        return None
    wait = seconds(after, f"{path}.fallbackAfter")
    if isinstance(wait, bool) or not isinstance(wait, int):
        raise refused(
            f"{path}.fallbackAfter", "type", "must be a whole number of seconds or a timedelta"
        )
    if not SHORTEST_WAIT <= wait <= LONGEST_WAIT:
        raise refused(
            f"{path}.fallbackAfter",
            "range",
            f"must be {SHORTEST_WAIT} to {LONGEST_WAIT} seconds; it is {wait}",
        )
    return wait


def _checked_status(until: str | None, channel: str, path: str) -> str | None:
    if until is None:
        return None
    known = _STATUSES.get(until.casefold()) if isinstance(until, str) else None
    if known is None:
        raise refused(
            f"{path}.successStatus", "enum", f"must be one of {', '.join(_STATUSES.values())}"
        )
    reported = _REPORTED.get(channel, tuple(_STATUSES.values()))
    if known not in reported:
        raise refused(
            f"{path}.successStatus",
            "enum",
            f"{channel} never reports {known}, so the fallback would always fire; use one of {', '.join(reported)}",
        )
    return known
