"""Delivery receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ..results.messages import MessageStatus, MessageUser
from .event import EventView
from .fields import Price, id_in, moment_of, text_in

if TYPE_CHECKING:
    from datetime import datetime

_COMMON = frozenset(
    {"umid", "batchId", "clientMessageId", "clientBatchId", "subAccountId", "status"}
)


class ReceiptView(EventView):
    """What both kinds of receipts tell."""

    __slots__ = ()
    __match_args__ = ("umid", "state")

    @property
    def status(self) -> MessageStatus:
        """The state that the message has come to."""
        return MessageStatus(self._data.get("status"))

    @property
    def state(self) -> str | None:
        """General state; compare with MessageState. Treat one that you do not know as not final."""
        return self.status.state

    @property
    def detail(self) -> str | None:
        """How far the message came, such as ``delivered_to_recipient``."""
        return self.status.detail

    @property
    def error_code(self) -> int | None:
        """Delivery error code; another number space than the codes of ``ApiError``. 0 counts as none."""
        return self.status.error_code or None

    @property
    def error_message(self) -> str | None:
        """The delivery error in words."""
        return self.status.error_message or None

    @property
    def moment(self) -> datetime | None:
        """When the state was seen, with an offset; None where it cannot be read."""
        return moment_of(self.status.to_dict().get("timestamp"))

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
    def channel(self) -> str | None:
        """The channel that the receipt is from; letter case varies."""
        return self.text_or_none("channel")

    @property
    def identity(self) -> str | None:
        """The same for each delivery of the same receipt."""
        moment = self.status.text_or_none("timestamp")
        if not (self.umid and moment):
            return None
        channel = (self.channel or "").casefold()
        return self._identified(self.umid, channel, self.state, self.detail, moment)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(umid={(self.umid or '')[:60]!r}, channel={self.channel!r}, "
            f"state={self.state!r}, error_code={self.error_code})"
        )


class SmsReceipt(ReceiptView):
    """What became of an SMS.

    See https://developer.8x8.com/connect/docs/delivery-receipts-for-outbound-sms
    """

    __slots__ = ()
    kind: ClassVar[Literal["sms_receipt"]] = "sms_receipt"
    known_fields = _COMMON | {"source", "destination", "price", "smsCount"}

    @property
    def channel(self) -> str:
        """``sms``."""
        return "sms"

    @property
    def source(self) -> str | None:
        """What the recipient sees as the sender."""
        return self.text_or_none("source")

    @property
    def destination(self) -> str | None:
        """The recipient's number."""
        return self.text_or_none("destination")

    @property
    def price(self) -> Price | None:
        """What the message costs, where it costs something."""
        value = self._data.get("price")
        return Price(value) if isinstance(value, dict) else None

    @property
    def sms_count(self) -> int | None:
        """How many parts the text went in."""
        return self._number("smsCount")


class MessageReceipt(ReceiptView):
    """What became of a message over messaging apps, on one channel.

    With fallback, each channel has receipts of its own under the same umid.
    See https://developer.8x8.com/connect/docs/delivery-receipts-for-outbound-chatapps
    """

    __slots__ = ()
    kind: ClassVar[Literal["message_receipt"]] = "message_receipt"
    known_fields = _COMMON | {"channel", "user", "whatsapp", "viber", "outboundContent"}

    @property
    def user(self) -> MessageUser:
        """The recipient as the API knows it. Without a number for LINE, and on WhatsApp for some."""
        return MessageUser(self._data.get("user"))

    @property
    def _provider(self) -> dict[str, Any]:
        for name in ("whatsapp", "viber"):
            value = self._data.get(name)
            if isinstance(value, dict):
                return value
        return {}

    @property
    def provider_error_code(self) -> str | None:
        """The error code of WhatsApp or Viber itself."""
        return id_in(self._provider, "providerErrorCode")

    @property
    def pricing_category(self) -> str | None:
        """What WhatsApp or Viber charges the message as."""
        return text_in(self._provider, "pricingCategory")

    @property
    def is_billable(self) -> bool | None:
        """Whether Viber charges the message."""
        value = self._provider.get("billable")
        return value if isinstance(value, bool) else None

    @property
    def outbound_content(self) -> dict[str, Any] | None:
        """What the recipient got (WhatsApp, when delivered), as it came; codes in it are masked."""
        value = self._data.get("outboundContent")
        return dict(value) if isinstance(value, dict) else None
