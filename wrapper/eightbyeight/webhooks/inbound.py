"""What people write to you, and what you write from the app on a phone."""

from __future__ import annotations

from typing import ClassVar, Literal

from .event import EventView
from .fields import Addressee, MessageContent, Price, Sender


class InboundSms(EventView):
    """An SMS to one of your numbers.

    See https://developer.8x8.com/connect/reference/inbound-sms
    """

    __slots__ = ()
    __match_args__ = ("source", "text")
    kind: ClassVar[Literal["inbound_sms"]] = "inbound_sms"
    known_fields = frozenset(
        {
            "umid",
            "subAccountId",
            "timestamp",
            "source",
            "destination",
            "body",
            "encoding",
            "smsCount",
            "price",
        }
    )

    @property
    def channel(self) -> str:
        """``sms``."""
        return "sms"

    @property
    def source(self) -> str | None:
        """Who wrote it."""
        return self.text_or_none("source")

    @property
    def destination(self) -> str | None:
        """Your number."""
        return self.text_or_none("destination")

    @property
    def text(self) -> str | None:
        """What it says."""
        return self.text_or_none("body")

    @property
    def encoding(self) -> str | None:
        """``GSM7`` or ``UCS2``."""
        return self.text_or_none("encoding")

    @property
    def sms_count(self) -> int | None:
        """How many parts the text came in."""
        return self._number("smsCount")

    @property
    def price(self) -> Price | None:
        """What the message costs, where it costs something."""
        value = self._data.get("price")
        return Price(value) if isinstance(value, dict) else None


class _WithContent(EventView):
    """A message over a messaging app."""

    __slots__ = ()
    __match_args__ = ("content_type", "content")
    known_fields = frozenset(
        {
            "umid",
            "subAccountId",
            "timestamp",
            "channel",
            "user",
            "recipient",
            "type",
            "content",
            "replyToUmid",
        }
    )

    @property
    def recipient(self) -> Addressee:
        """Your side."""
        return Addressee(self._data.get("recipient"))

    @property
    def channel(self) -> str | None:
        """The channel; letter case varies."""
        return self.recipient.channel or self.text_or_none("channel")

    @property
    def user(self) -> Sender:
        """The other side. Without a number for LINE, and on WhatsApp for some."""
        return Sender(self._data.get("user"))

    @property
    def content_type(self) -> str | None:
        """Kind of content, such as ``Text`` or ``Interactive``."""
        return self.text_or_none("type")

    @property
    def content(self) -> MessageContent:
        """What was written."""
        return MessageContent(self._data.get("content"))

    @property
    def text(self) -> str | None:
        """The text, or the caption of a file."""
        return self.content.text

    @property
    def reply_to(self) -> str | None:
        """The umid of the message that this one answers."""
        return self.text_or_none("replyToUmid")

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(umid={(self.umid or '')[:60]!r}, channel={self.channel!r}, "
            f"content_type={self.content_type!r})"
        )


class InboundMessage(_WithContent):
    """A message that somebody wrote to you over a messaging app.

    The first form of LINE messages, which has no payload, is one as well.
    See https://developer.8x8.com/connect/docs/inbound-chatapps-message
    """

    __slots__ = ()
    kind: ClassVar[Literal["inbound_message"]] = "inbound_message"
    # In LINE's first form these two stand beside the others.
    known_fields = _WithContent.known_fields | {"version", "eventType"}


class AppMessage(_WithContent):
    """A message that you wrote to somebody from the WhatsApp Business app, beside the API.

    See https://developer.8x8.com/connect/docs/whatsapp/whatsapp-webhooks
    """

    __slots__ = ()
    kind: ClassVar[Literal["app_message"]] = "app_message"
