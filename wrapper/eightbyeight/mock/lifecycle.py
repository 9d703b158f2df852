"""How far a message has come.

For now a message stays queued on its first channel. Later states (sent, delivered, read, failed),
fallback to the next channel and the receipts they cause belong here: `settle` is called before any
look at a message, with the time of the look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eightbyeight.mock.identifiers import channel_id
from eightbyeight.mock.store import Message, Step

if TYPE_CHECKING:
    from datetime import datetime

QUEUED = "queued"
REJECTED = "rejected"


def first_step(
    subaccount: str,
    channel: str,
    now: datetime,
    *,
    state: str = QUEUED,
    own_channel_id: str | None = None,
) -> Step:
    """The step with which every message starts."""
    return Step(channel, own_channel_id or channel_id(subaccount, channel), state, now)


def settle(message: Message, now: datetime) -> None:
    """Bring a message to the state it has at this time."""
