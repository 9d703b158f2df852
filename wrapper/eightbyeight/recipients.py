"""Whom a message goes to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from .content.wire import HasWireForm, compact, refused, to_wire
from .core.phone import check_number
from .core.redaction import mask_number
from .errors import InvalidInput

if TYPE_CHECKING:
    from .content.wire import Wire


class Recipient:
    """A person, known by phone number, by the ID that a channel gave, or both (then the number wins).

    ``msisdn`` is in E.164 (``+6591234567``), or national together with ``country`` (two letters).
    ``channel_user_id`` is a WhatsApp business-scoped user ID or a LINE user ID; ``line_user_id`` is the older
    field for the latter. Raises InvalidInput when there is no address, or a number that would have to be
    guessed.

    See https://developer.8x8.com/connect/reference/send-message
    """

    __slots__ = ("_wire",)

    def __init__(
        self,
        msisdn: str | None = None,
        *,
        country: str | None = None,
        channel_user_id: str | None = None,
        line_user_id: str | None = None,
    ) -> None:
        if not (msisdn or channel_user_id or line_user_id):
            raise refused("user", "required", "needs one of msisdn, channel_user_id, line_user_id")
        if msisdn is not None:
            problems = check_number(msisdn, country, "user.msisdn")
            if problems:
                raise InvalidInput.because(problems)
        self._wire: Wire = compact(
            msisdn=msisdn, country=country, channelUserId=channel_user_id, lineUserId=line_user_id
        )

    @property
    def has_number(self) -> bool:
        """Whether an SMS can reach this recipient."""
        return "msisdn" in self._wire

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form of ``user``."""
        return dict(self._wire)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipient) and self._wire == other._wire

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._wire.items())))

    def __repr__(self) -> str:
        number = self._wire.get("msisdn")
        return f"Recipient({mask_number(number)!r})" if number else "Recipient(<channel user>)"


# A number in E.164, a Recipient, a generated model, or the wire form of ``user``.
To: TypeAlias = "str | Recipient | HasWireForm | Mapping[str, Any]"


def recipient_to_wire(to: To, country: str | None = None) -> Wire:
    """Return the wire form of ``user``. Raises InvalidInput when nobody is addressed."""
    if isinstance(to, str):
        to = Recipient(to, country=country)
    elif country is not None:
        raise refused(
            "country",
            "conflict",
            "goes with a plain number only; put it into the Recipient instead",
        )
    wire = to_wire(to, "user")
    if not any(wire.get(name) for name in ("msisdn", "channelUserId", "lineUserId")):
        raise refused("user", "required", "needs one of msisdn, channelUserId, lineUserId")
    return wire
