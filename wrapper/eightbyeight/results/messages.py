"""Answers about messages over messaging apps and LINE."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from ..core.redaction import mask_number
from .view import Result, View, objects_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


class MessageState(StrEnum):
    """Known states of a message. The API may add others: ``MessageStatus.state`` is a plain string."""

    UNKNOWN = "unknown"
    QUEUED = "queued"
    REJECTED = "rejected"
    FAILED = "failed"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    READ = "read"
    OK = "ok"
    ERROR = "error"


class MessageStatus(View):
    """State of a message at one moment."""

    __slots__ = ()
    known_fields = frozenset({"state", "detail", "errorCode", "errorMessage", "timestamp"})

    @property
    def state(self) -> str | None:
        """General state; compare with MessageState. Treat one that you do not know as not final."""
        return self.text_or_none("state")

    @property
    def detail(self) -> str | None:
        """How far the message came, such as ``delivered_to_recipient``."""
        return self.text_or_none("detail")

    @property
    def error_code(self) -> int | None:
        """Delivery error code; another number space than the codes of ``ApiError``."""
        return self._number("errorCode")

    @property
    def error_message(self) -> str | None:
        """The delivery error in words."""
        return self.text_or_none("errorMessage")

    @property
    def timestamp(self) -> datetime | None:
        """When the state was seen; naive where the API gave no offset, None where it cannot be read."""
        return self._moment("timestamp")

    def __repr__(self) -> str:
        return f"MessageStatus(state={self.state!r}, detail={self.detail!r}, error_code={self.error_code})"


class MessageUser(View):
    """The recipient as the API knows it; values may be masked."""

    __slots__ = ()
    known_fields = frozenset({"msisdn", "country", "channelUserId"})

    @property
    def msisdn(self) -> str | None:
        """Phone number, often masked."""
        return self.text_or_none("msisdn")

    @property
    def country(self) -> str | None:
        """Two-letter country of the number."""
        return self.text_or_none("country")

    @property
    def channel_user_id(self) -> str | None:
        """ID of the user on the channel."""
        return self.text_or_none("channelUserId")

    def __repr__(self) -> str:
        return f"MessageUser({mask_number(self.msisdn or '')!r})"


class AcceptedMessage(Result):
    """A message over messaging apps or LINE that the API has taken."""

    __slots__ = ()
    known_fields = frozenset({"umid", "status", "user", "clientMessageId"})

    @property
    def umid(self) -> str:
        """The message's ID. Raises UnreadableReply when the answer held none."""
        return self._needed("umid")

    @property
    def client_message_id(self) -> str | None:
        """Your reference, as the API repeats it."""
        return self.text_or_none("clientMessageId")

    @property
    def status(self) -> MessageStatus:
        """State right after the request, usually ``queued``."""
        return MessageStatus(self._data.get("status"))

    @property
    def user(self) -> MessageUser:
        """The recipient as the API knows it."""
        return MessageUser(self._data.get("user"))

    def __repr__(self) -> str:
        return f"AcceptedMessage(umid={self.text_or_none('umid')!r}, state={self.status.state!r})"


class MessageRecord(View):
    """A message on one of the channels that were tried."""

    __slots__ = ()
    known_fields = frozenset(
        {
            "umid",
            "subAccountId",
            "channel",
            "channelId",
            "direction",
            "country",
            "status",
            "user",
            "contentType",
            "content",
            "createdAt",
            "clientMessageId",
            "clientBatchId",
            "batchId",
            "step",
        }
    )

    @property
    def umid(self) -> str | None:
        """The message's ID."""
        return self.text_or_none("umid")

    @property
    def subaccount_id(self) -> str | None:
        """The sub-account that sent it."""
        return self.text_or_none("subAccountId")

    @property
    def channel(self) -> str | None:
        """The channel; letter case varies."""
        return self.text_or_none("channel")

    @property
    def channel_id(self) -> str | None:
        """Which of several channels of this kind it was."""
        return self.text_or_none("channelId")

    @property
    def direction(self) -> str | None:
        """``outbound`` or ``inbound``, in lower case."""
        direction = self.text_or_none("direction")
        return direction.lower() if direction else None

    @property
    def country(self) -> str | None:
        """Two-letter country of the recipient."""
        return self.text_or_none("country")

    @property
    def status(self) -> MessageStatus:
        """State on this channel."""
        return MessageStatus(self._data.get("status"))

    @property
    def user(self) -> MessageUser:
        """The recipient, masked."""
        return MessageUser(self._data.get("user"))

    @property
    def content_type(self) -> str | None:
        """Kind of content, such as ``Text``."""
        return self.text_or_none("contentType")

    @property
    def content(self) -> str | None:
        """The content, ``**MASKED**`` unless 8x8's support lifted that."""
        return self.text_or_none("content")

    @property
    def created_at(self) -> datetime | None:
        """When the message was handed to the API."""
        return self._moment("createdAt")

    @property
    def client_message_id(self) -> str | None:
        """Your reference of the message."""
        return self.text_or_none("clientMessageId")

    @property
    def client_batch_id(self) -> str | None:
        """Your reference of the batch."""
        return self.text_or_none("clientBatchId")

    @property
    def batch_id(self) -> str | None:
        """The API's ID of the batch."""
        return self.text_or_none("batchId")

    @property
    def step(self) -> int | None:
        """Which attempt this is, from 1."""
        return self._number("step")

    def __repr__(self) -> str:
        return f"MessageRecord(step={self.step}, channel={self.channel!r}, state={self.status.state!r})"


class MessageDetails(Result):
    """The records of one message, one for each channel that was tried."""

    __slots__ = ()
    known_fields = frozenset({"data"})

    @property
    def records(self) -> tuple[MessageRecord, ...]:
        """The records in the order of their steps."""
        records = map(MessageRecord, objects_in(self._data.get("data")))
        return tuple(sorted(records, key=lambda record: record.step or 0))

    @property
    def latest(self) -> MessageRecord | None:
        """The record of the last channel that was tried."""
        return max(self.records, key=lambda record: record.step or 0, default=None)

    @property
    def is_readable(self) -> bool:
        """Whether the reply held a list of records."""
        return isinstance(self._data.get("data"), list)

    def __iter__(self) -> Iterator[MessageRecord]:
        return iter(self.records)

    def __repr__(self) -> str:
        return f"MessageDetails({list(self.records)!r})"
