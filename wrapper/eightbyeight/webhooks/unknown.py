"""What is no event that this version of the library knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ..core.redaction import mask_numbers
from .event import EventView

if TYPE_CHECKING:
    from collections.abc import Mapping

Reason = Literal["type", "json", "object", "size"]


class UnknownEvent(EventView):
    """Anything else: an event that is new, or a body that is none.

    ``reason`` is ``type`` for a JSON object of an unknown kind, ``object`` for other JSON, ``json`` for what is no
    JSON and ``size`` for what is too long to be read. ``raw`` holds the body, except for a mapping that was parsed.
    """

    __slots__ = ("raw", "reason")
    __match_args__ = ("reason", "raw")
    kind: ClassVar[Literal["unknown"]] = "unknown"

    def __init__(self, envelope: Mapping[str, Any], raw: bytes, reason: Reason) -> None:
        super().__init__(envelope, envelope.get("payload"))
        self.raw = raw
        self.reason = reason

    @property
    def is_event(self) -> bool:
        """Whether it looks like an event: a JSON object."""
        return self.reason == "type"

    @property
    def identity(self) -> str | None:
        """None: nothing is known to tell it by."""
        return None

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) and isinstance(other, UnknownEvent) and self.raw == other.raw

    __hash__ = None  # it holds a dict

    def __repr__(self) -> str:
        name = mask_numbers((self.event_type or "")[:60])
        return f"UnknownEvent(event_type={name!r}, reason={self.reason!r})"
