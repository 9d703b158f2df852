"""What all events have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ..results.view import View
from .fields import moment_of, text_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_ENVELOPE = frozenset({"version", "namespace", "eventType", "description", "payload"})


class EventView(View):
    """Base of all events. Reading never fails: what is missing or of another type is None.

    Fields are read from the part that tells of the event (``payload`` or ``eventDetails``); ``to_dict()`` is the
    whole JSON object as it came.
    """

    __slots__ = ("_envelope",)
    envelope_fields: ClassVar[frozenset[str]] = _ENVELOPE

    def __init__(self, envelope: Mapping[str, Any], payload: object) -> None:
        super().__init__(payload)
        self._envelope = envelope

    @property
    def event_type(self) -> str | None:
        """The API's name for this kind of event."""
        return text_in(self._envelope, "eventType")

    @property
    def namespace(self) -> str | None:
        """``SMS`` or ``ChatApps``, where the event tells it."""
        return text_in(self._envelope, "namespace")

    @property
    def version(self) -> int | None:
        """Version of the event's form, where it tells one."""
        value = self._envelope.get("version")
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    @property
    def umid(self) -> str | None:
        """ID of the message that the event is about."""
        return self.text_or_none("umid")

    @property
    def subaccount_id(self) -> str | None:
        """The sub-account of the message."""
        return self.text_or_none("subAccountId")

    @property
    def moment(self) -> datetime | None:
        """When it happened, with an offset; None where it cannot be read."""
        return moment_of(self._data.get("timestamp"))

    @property
    def identity(self) -> str | None:
        """The same for each delivery of the same event; None where the event has nothing to know it by."""
        return self._identified(self.umid)

    def _identified(self, *parts: str | None) -> str | None:
        """Join what identifies the event, if the first part is there."""
        if not parts[0]:
            return None
        return "\n".join([type(self).__name__, *(part or "" for part in parts)])

    @property
    def unknown_fields(self) -> dict[str, Any]:
        """Fields that this version of the library has no name for, of the payload and around it."""
        unknown = super().unknown_fields
        if self._envelope is not self._data:
            around = self._envelope.items()
            unknown = {k: v for k, v in around if k not in self.envelope_fields} | unknown
        return unknown

    def to_dict(self) -> dict[str, Any]:
        """Return the whole JSON object as it came."""
        return dict(self._envelope)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, EventView)
            and type(self) is type(other)
            and self._envelope == other._envelope
        )

    __hash__ = None  # it holds a dict

    def __repr__(self) -> str:
        return f"{type(self).__name__}(umid={(self.umid or '')[:60]!r})"
