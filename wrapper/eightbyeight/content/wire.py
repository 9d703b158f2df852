"""From friendly arguments to the JSON that goes over the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeGuard

from ..core.problems import Problem
from ..errors import InvalidInput

if TYPE_CHECKING:
    Wire: TypeAlias = dict[str, Any]


class HasWireForm(Protocol):
    """Anything that knows its wire form: this library's content classes and the generated models."""

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form."""
        ...


class WireForm:
    """Base of the pieces that are their wire form in a friendlier shape."""

    __slots__ = ("_wire",)

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form."""
        return dict(self._wire)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"  # never the content


# A piece of a message: an object of this library, a generated model, or its wire form as a mapping.
Piece: TypeAlias = "HasWireForm | Mapping[str, Any]"


def compact(**fields: Any) -> Wire:
    """Return the fields that were given: None means left out."""
    return {name: value for name, value in fields.items() if value is not None}


def to_wire(piece: Piece, path: str) -> Wire:
    """Return the wire form of ``piece``. Raises InvalidInput that names ``path`` when it has none."""
    if isinstance(piece, dict):
        return dict(piece)
    if has_wire_form(piece):
        try:
            return piece.to_dict()
        except ValueError as error:  # a generated model refuses, a naive datetime for one
            raise refused(path, "value", str(error)) from None
    if isinstance(piece, Mapping):
        return dict(piece)
    raise refused(
        path, "type", f"must be an object of this library or a mapping, not {type(piece).__name__}"
    )


def has_wire_form(piece: object) -> TypeGuard[HasWireForm]:
    """Tell whether ``piece`` knows its wire form. Much cheaper than asking the protocol."""
    return hasattr(type(piece), "to_dict") and not isinstance(piece, type)


def list_to_wire(pieces: Iterable[Piece], path: str) -> list[Wire]:
    """Return the wire forms of ``pieces``."""
    if isinstance(pieces, str | bytes | Mapping) or not isinstance(pieces, Iterable):
        raise refused(path, "type", f"must be a list, not {type(pieces).__name__}")
    return [to_wire(piece, f"{path}[{number}]") for number, piece in enumerate(pieces)]


def moment(value: datetime | None, path: str) -> str | None:
    """Return ``value`` in RFC 3339. Raises InvalidInput when it has no UTC offset."""
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise refused(
            path, "type", f"must be a datetime with a UTC offset, not {type(value).__name__}"
        )
    if value.utcoffset() is None:
        raise refused(
            path,
            "format",
            "has no UTC offset, so it could mean several moments; add one, such as tzinfo=timezone.utc",
        )
    return value.isoformat()


def window(
    scheduled: datetime | None, expiry: datetime | None, path: str = ""
) -> dict[str, str | None]:
    """Return the wire forms of ``scheduled`` and ``expiry``.

    Raises InvalidInput when one has no UTC offset, or when the message would expire before it is sent.
    """
    fields = {
        "scheduled": moment(scheduled, f"{path}scheduled"),
        "expiry": moment(expiry, f"{path}expiry"),
    }
    if scheduled is not None and expiry is not None and expiry <= scheduled:
        raise refused(
            f"{path}expiry", "order", "is not after scheduled, so the message could never be sent"
        )
    return fields


def seconds(value: float | timedelta | None, path: str) -> int | float | None:
    """Return a number of seconds, whole where it can be. Raises InvalidInput for anything but a number or timedelta."""
    if isinstance(value, timedelta):
        value = value.total_seconds()
        return int(value) if value.is_integer() else value
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise refused(path, "type", "must be a whole number of seconds or a timedelta")
    return value


def minutes(value: float | timedelta | None) -> float | None:
    """Return a number of minutes from a number or a timedelta."""
    if value is None or isinstance(value, int | float):
        return value
    total = value.total_seconds() / 60
    return int(total) if total.is_integer() else total


def refused(path: str, rule: str, message: str) -> InvalidInput:
    """Make the error for one field that cannot be right."""
    return InvalidInput.because([Problem(path, rule, message)])
