"""What is known of a message that was to be sent, as one word."""

from __future__ import annotations

from enum import StrEnum


class SendState(StrEnum):
    """How far a message has come on its way to the API; what happens after that, receipts tell.

    ``PLANNED`` waits to be sent and ``IN_FLIGHT`` is being sent: both are found in a journal only. The others
    are ends: ``ACCEPTED`` by the API, ``REJECTED`` by it, ``NOT_SENT`` (safe to send again), ``UNKNOWN`` (it may
    have been executed), and ``INVALID``, refused by the client itself because a rule of the API is broken.
    """

    PLANNED = "planned"
    IN_FLIGHT = "in_flight"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    INVALID = "invalid"
