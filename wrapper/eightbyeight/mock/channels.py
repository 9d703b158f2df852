"""What each channel reports of a message.

See also: https://developer.8x8.com/connect/reference/message-status-reference
"""

from __future__ import annotations

QUEUED, ACCEPTED, SENT, DELIVERED, READ = "queued", "accepted", "sent", "delivered", "read"
REJECTED, FAILED, UNDELIVERED = "rejected", "failed", "undelivered"

#: How far a message has come, the least first.
PROGRESS = (QUEUED, ACCEPTED, SENT, DELIVERED, READ)
FAILURES = frozenset({REJECTED, FAILED, UNDELIVERED})
_RANKS = {state: rank for rank, state in enumerate(PROGRESS)}

SMS = "SMS"
WHATSAPP = "WhatsApp"
LINE_NOTIFICATION = "LineNotification"

_WITH_READ = (SENT, DELIVERED, READ)
_USUAL = (SENT, DELIVERED)
_REPORTED = {
    WHATSAPP: _WITH_READ,
    "Viber": _WITH_READ,
    "RCS": _WITH_READ,
    "Line": (ACCEPTED, SENT),
}

# Receipts write the names of channels in another way than requests, but for two.
_AS_IT_IS = frozenset({LINE_NOTIFICATION, "ZaloNotification"})


def reported(channel: str) -> tuple[str, ...]:
    """The states that a message on this channel passes, in their order."""
    return _REPORTED.get(channel, _USUAL)


def has_reached(state: str, wanted: str) -> bool:
    """Whether a state is as good as the wanted one; a failure never is."""
    return _RANKS.get(state, -1) >= _RANKS[wanted]


def best_success(channel: str) -> str:
    """What counts as success where the request does not say: delivered, or all there is."""
    return DELIVERED if DELIVERED in reported(channel) else reported(channel)[-1]


def name_in_receipts(channel: str) -> str:
    """The channel as webhooks call it."""
    return channel if channel in _AS_IT_IS else channel.lower()
