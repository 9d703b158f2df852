"""Parts that several events share."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..results.messages import MessageUser
from ..results.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping


def moment_of(value: object) -> datetime | None:
    """Read a timestamp; one without an offset is UTC, as the vendor's pages say of all of them."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def real_of(value: object) -> float | None:
    """Read a number that is not infinite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def text_in(values: Mapping[str, Any], name: str) -> str | None:
    """Return a field if it is there and a string."""
    value = values.get(name)
    return value if isinstance(value, str) else None


def id_in(values: Mapping[str, Any], name: str) -> str | None:
    """Return an ID as a string; some come as numbers."""
    value = values.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 1 << 64 else None
    return text_in(values, name)


class Price(View):
    """What a message costs."""

    __slots__ = ()
    known_fields = frozenset({"total", "perSms", "currency"})

    @property
    def total(self) -> float | None:
        """Price of the whole message."""
        return real_of(self._data.get("total"))

    @property
    def per_sms(self) -> float | None:
        """Price of one of its parts."""
        return real_of(self._data.get("perSms"))

    @property
    def currency(self) -> str | None:
        """Three-letter currency."""
        return self.text_or_none("currency")

    def __repr__(self) -> str:
        return f"Price(total={self.total}, currency={self.currency!r})"


class Sender(MessageUser):
    """Who wrote a message. What the API does not know is missing."""

    __slots__ = ()
    known_fields = MessageUser.known_fields | {"name", "username"}

    @property
    def name(self) -> str | None:
        """Name of the user's profile."""
        return self.text_or_none("name")

    @property
    def username(self) -> str | None:
        """Name that a user without a visible number goes by (WhatsApp)."""
        return self.text_or_none("username")

    def __repr__(self) -> str:
        return super().__repr__().replace("MessageUser", "Sender", 1)


class Addressee(View):
    """Your side of an inbound message."""

    __slots__ = ()
    known_fields = frozenset({"channel", "channelId", "recipientId"})

    @property
    def channel(self) -> str | None:
        """The channel; letter case varies."""
        return self.text_or_none("channel")

    @property
    def channel_id(self) -> str | None:
        """Which of several channels of this kind it was."""
        return self.text_or_none("channelId")

    @property
    def recipient_id(self) -> str | None:
        """The ID in the first form of LINE messages."""
        return self.text_or_none("recipientId")

    def __repr__(self) -> str:
        return f"Addressee(channel={self.channel!r})"


class Place(View):
    """A location that was sent."""

    __slots__ = ()
    known_fields = frozenset({"latitude", "longitude", "name", "address"})

    @property
    def latitude(self) -> float | None:
        """Degrees north."""
        return real_of(self._data.get("latitude"))

    @property
    def longitude(self) -> float | None:
        """Degrees east."""
        return real_of(self._data.get("longitude"))

    @property
    def name(self) -> str | None:
        """Name of the place (LINE)."""
        return self.text_or_none("name")

    @property
    def address(self) -> str | None:
        """Address of the place (LINE)."""
        return self.text_or_none("address")

    def __repr__(self) -> str:
        return "Place()"


class InteractiveReply(View):
    """What a user chose or filled in; ``type`` says which of the fields are there."""

    __slots__ = ()
    known_fields = frozenset(
        {"type", "button_reply", "list_reply", "nfmReply", "callPermissionReply"}
    )

    @property
    def type(self) -> str | None:
        """``button_reply``, ``list_reply``, ``nfmReply`` (a flow) or ``callPermissionReply``."""
        return self.text_or_none("type")

    @property
    def _answer(self) -> dict[str, Any]:
        answer = self._data.get(self.type or "")
        return answer if isinstance(answer, dict) else {}

    @property
    def id(self) -> str | None:
        """ID that you gave to the button or row."""
        return text_in(self._answer, "id")

    @property
    def title(self) -> str | None:
        """Title of the button or row."""
        return text_in(self._answer, "title")

    @property
    def description(self) -> str | None:
        """Description of the row."""
        return text_in(self._answer, "description")

    @property
    def flow_answers(self) -> str | None:
        """What a flow collected: JSON in a string, as it came."""
        return text_in(self._answer, "responseJson")

    @property
    def response(self) -> str | None:
        """``accept`` or ``reject``, to the request for permission to call."""
        return text_in(self._answer, "response")

    @property
    def is_permanent(self) -> bool:
        """Whether the permission to call has no end."""
        return self._answer.get("isPermanent") is True

    @property
    def expires(self) -> datetime | None:
        """When a permission to call ends."""
        return moment_of(self._answer.get("expirationTimestamp"))

    @property
    def response_source(self) -> str | None:
        """``user_action`` or ``automatic``."""
        return text_in(self._answer, "responseSource")

    def __repr__(self) -> str:
        return f"InteractiveReply(type={self.type!r})"


class MessageContent(View):
    """What was written; the message's ``content_type`` says which of the fields are there."""

    __slots__ = ()
    known_fields = frozenset({"text", "url", "payload", "location", "interactive"})

    @property
    def text(self) -> str | None:
        """The text, or the caption of a file."""
        return self.text_or_none("text")

    @property
    def url(self) -> str | None:
        """Where the file can be fetched, for 24 hours."""
        return self.text_or_none("url")

    @property
    def payload(self) -> str | None:
        """What you gave to the button that was pressed."""
        return self.text_or_none("payload")

    @property
    def location(self) -> Place | None:
        """The location."""
        value = self._data.get("location")
        return Place(value) if isinstance(value, dict) else None

    @property
    def interactive(self) -> InteractiveReply | None:
        """The answer to an interactive message."""
        value = self._data.get("interactive")
        return InteractiveReply(value) if isinstance(value, dict) else None

    def __repr__(self) -> str:
        return f"MessageContent({', '.join(sorted(self.known_fields & self._data.keys()))})"
