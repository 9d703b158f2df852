"""What all receipts of a message say together, in whatever order they came. Pure.

On one channel the state that is further along wins: queued, accepted, sent, then failed (or rejected, undelivered,
error), then delivered, read. A message that was seen on the recipient's phone has arrived, whatever a carrier says
before or after that. Of two states that are equally far the later one wins. A state that is not known here counts
as sent, because it is not final.

Over several channels (fallback) the best one wins: read, delivered, sent, accepted, queued, and failed only
when no channel is better.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..results.messages import MessageRecord, MessageStatus
    from .receipts import ReceiptView

Goal: TypeAlias = Literal["accepted", "sent", "delivered", "read"]

_FAILURE = 4
_NOT_KNOWN = 3
_RANKS = {
    "unknown": 0,
    "queued": 1,
    "accepted": 2,
    "sent": 3,
    "rejected": _FAILURE,
    "failed": _FAILURE,
    "undelivered": _FAILURE,
    "error": _FAILURE,
    "delivered": 5,
    "read": 6,
}
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """How far a message came on one channel. ``channel`` is in lower case."""

    channel: str | None
    state: str | None
    detail: str | None = None
    error_code: int | None = None
    error_message: str | None = None
    moment: datetime | None = None

    @property
    def rank(self) -> int:
        """How far that is: 0 for nothing, 6 for read."""
        return 0 if self.state is None else _RANKS.get(self.state.casefold(), _NOT_KNOWN)

    @property
    def is_failed(self) -> bool:
        """Whether it ended without arriving."""
        return self.rank == _FAILURE

    @property
    def order(self) -> tuple[int, datetime, str, str, int, str]:
        """What two states are compared by: how far, then when, then the rest, so that it is never a draw."""
        return (
            self.rank,
            self.moment or _EARLIEST,
            self.state or "",
            self.detail or "",
            self.error_code or 0,
            self.error_message or "",
        )

    def __repr__(self) -> str:
        return (
            f"ChannelStatus(channel={self.channel!r}, state={self.state!r}, "
            f"error_code={self.error_code})"
        )


@dataclass(frozen=True, slots=True)
class KnownStatus:
    """What is known of a message. ``channels`` holds one status a channel, sorted by the channels' names."""

    umid: str
    channels: tuple[ChannelStatus, ...] = ()
    client_message_id: str | None = None

    @property
    def best(self) -> ChannelStatus:
        """The channel on which the message came furthest."""
        return max(
            self.channels,
            key=lambda status: (not status.is_failed, status.order, status.channel or ""),
            default=ChannelStatus(None, None),
        )

    @property
    def state(self) -> str | None:
        """State on the best channel; compare with MessageState."""
        return self.best.state

    @property
    def channel(self) -> str | None:
        """The best channel, in lower case."""
        return self.best.channel

    @property
    def detail(self) -> str | None:
        """How far the message came there, such as ``delivered_to_recipient``."""
        return self.best.detail

    @property
    def error_code(self) -> int | None:
        """Delivery error code there; another number space than the codes of ``ApiError``."""
        return self.best.error_code

    @property
    def moment(self) -> datetime | None:
        """When that was, with an offset."""
        return self.best.moment

    @property
    def is_delivered(self) -> bool:
        """Whether the message has arrived on any channel."""
        return self.has_reached("delivered")

    @property
    def is_failed(self) -> bool:
        """Whether the message has failed on all channels seen so far; with fallback others may follow."""
        return bool(self.channels) and all(status.is_failed for status in self.channels)

    def has_reached(self, state: Goal) -> bool:
        """Tell whether the message came as far as ``state``, or further, on any channel."""
        best = self.best
        return not best.is_failed and best.rank >= _RANKS[state]

    def __repr__(self) -> str:
        return f"KnownStatus(umid={self.umid!r}, channels={list(self.channels)!r})"


def status_of(receipt: ReceiptView) -> KnownStatus | None:
    """Return what one receipt says. None if it does not say of which message, or no state."""
    if not receipt.umid or receipt.state is None:
        return None
    status = _on_channel(receipt.channel, receipt.status, receipt.moment)
    return KnownStatus(receipt.umid, (status,), receipt.client_message_id or None)


def status_in(umid: str, records: Iterable[MessageRecord]) -> KnownStatus:
    """Return what the records of a lookup say."""
    found = KnownStatus(umid)
    for record in records:
        moment = record.status.timestamp
        if moment is not None and moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        status = _on_channel(record.channel, record.status, moment)
        found = merge(found, KnownStatus(umid, (status,), record.client_message_id or None))
    return found


def merge(one: KnownStatus, other: KnownStatus) -> KnownStatus:
    """Put together what is known of a message. The order does not matter, nor does anything that comes twice.

    Raises:
        ValueError: They tell of two messages.
    """
    if one.umid != other.umid:
        raise ValueError(f"{one.umid!r} and {other.umid!r} are two messages")
    channels: dict[str | None, ChannelStatus] = {}
    for status in (*one.channels, *other.channels):
        known = channels.get(status.channel)
        channels[status.channel] = (
            status if known is None else max(known, status, key=lambda s: s.order)
        )
    references = [r for r in (one.client_message_id, other.client_message_id) if r is not None]
    return KnownStatus(
        one.umid,
        tuple(sorted(channels.values(), key=lambda status: status.channel or "")),
        max(references, default=None),
    )


def _on_channel(
    channel: str | None, status: MessageStatus, moment: datetime | None
) -> ChannelStatus:
    return ChannelStatus(
        channel.casefold() if channel else None,
        status.state,
        status.detail,
        status.error_code or None,
        status.error_message or None,
        moment,
    )
