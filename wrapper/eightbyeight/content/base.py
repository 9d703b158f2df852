"""What all contents have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from .wire import compact, list_to_wire, refused, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from .rcs import Suggestion
    from .wire import Piece, Wire

# Time to live of WhatsApp messages whose sender sets none, in seconds, by category.
DEFAULT_TTL = {"authentication": 600, "utility": 2_592_000, "marketing": 2_592_000}


class Content:
    """What a message says. Make one of the subclasses: Text, Image, Template, ReplyButtons ...

    ``type`` is the message type of the API, ``body`` the wire form of ``content``. ``ttl`` is how many seconds
    WhatsApp may take to deliver it, where that is known; ``own_text`` is what an SMS fallback can use.
    """

    __slots__ = ("body", "ttl")
    type: ClassVar[str] = ""

    def __init__(self, body: Wire, ttl: float | None = None) -> None:
        self.body = body
        self.ttl = ttl

    @property
    def own_text(self) -> str | None:
        """The text that an SMS fallback uses unless it has its own."""
        text = self.body.get("text")
        return text if isinstance(text, str) else None

    def to_dict(self) -> dict[str, Any]:
        """Return ``type`` and ``content`` as they go over the wire."""
        return {"type": self.type, "content": dict(self.body)}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Content) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]  # the wire form is a dict

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"  # never the text


class DirectSend:
    """WhatsApp's way to send a utility message without a registered template.

    Goes with Text, LinkButton and ReplyButtons. ``ttl`` (30 s to 12 h; seconds or a timedelta) drops the
    message when it is not delivered by then; WhatsApp's default is 30 days.

    See https://developer.8x8.com/connect/reference/send-message
    """

    __slots__ = ("category", "ttl")

    def __init__(self, *, ttl: int | timedelta | None = None, category: str = "utility") -> None:
        self.ttl = seconds(ttl, "content.whatsApp.directSend.ttlSeconds")
        self.category = category

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form of ``content.whatsApp``."""
        return {"directSend": compact(category=self.category, ttlSeconds=self.ttl)}

    def __repr__(self) -> str:
        return f"DirectSend(ttl={self.ttl}, category={self.category!r})"


def direct_send_ttl(direct_send: DirectSend | None) -> float | None:
    """Return the time to live that ``direct_send`` gives a message."""
    if direct_send is None:
        return None
    return direct_send.ttl if direct_send.ttl is not None else DEFAULT_TTL["utility"]


def suggestions_to_wire(suggestions: Iterable[Suggestion | Piece]) -> list[Wire] | None:
    """Return the wire form of RCS suggestions, None for none."""
    return list_to_wire(suggestions, "content.suggestions") or None


def only_one(path: str, **choices: object) -> None:
    """Raise InvalidInput unless exactly one of ``choices`` was given."""
    given = [name for name, value in choices.items() if value is not None]
    if len(given) != 1:
        names = ", ".join(choices)
        raise refused(path, "oneOf", f"needs exactly one of {names}; {len(given)} were given")
