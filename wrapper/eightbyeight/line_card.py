"""The card of a LINE Official Notification."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from .content.wire import WireForm, compact, refused, to_wire

if TYPE_CHECKING:
    from .content.wire import Piece, Wire

# Lines as {label: value}, as (label, value) pairs, or in their wire form.
Lines: TypeAlias = "Mapping[str, str] | Iterable[tuple[str, str] | Piece]"


class LineCard(WireForm):
    """What a LINE notification shows; LINE's template decides which parts appear.

    ``emphasis`` is a (label, value) pair, ``items`` are lines as ``{label: value}``, ``actions`` are buttons
    as ``{label: url}``. ``icon`` is one of the names in ``eightbyeight_generated.models.LineIcon``.

    See https://developer.8x8.com/connect/reference/send-lon-message
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        title: str | None = None,
        company: str | None = None,
        icon: str | None = None,
        emphasis: tuple[str, str] | Piece | None = None,
        items: Lines = (),
        greeting: str | None = None,
        explanation: str | None = None,
        actions: Lines = (),
    ) -> None:
        super().__init__(
            compact(
                title=title,
                company=company,
                icon=str(icon) if icon is not None else None,
                emphasis=_line(emphasis, "content", "content.emphasis")
                if emphasis is not None
                else None,
                list=_lines(items, "content", "content.list") or None,
                greeting=greeting,
                explanation=explanation,
                actions=_lines(actions, "url", "content.actions") or None,
            )
        )
        if not self._wire:
            raise refused("content", "minProperties", "the card is empty; give at least a title")


class SmsFallback(WireForm):
    """The SMS that goes out when LINE cannot take a notification.

    ``source`` is the sender ID (up to 16 characters), ``encoding`` is ``AUTO``, ``GSM7`` or ``UCS2``.
    """

    __slots__ = ()

    def __init__(
        self, text: str, *, source: str | None = None, encoding: str | None = None
    ) -> None:
        super().__init__(compact(text=text, source=source, encoding=encoding))


def _line(line: tuple[str, str] | Piece, value_name: str, path: str) -> Wire:
    if isinstance(line, tuple):
        if len(line) != 2:
            raise refused(
                path, "type", f"must be a pair of label and value; it has {len(line)} parts"
            )
        return {"label" if value_name == "content" else "title": line[0], value_name: line[1]}
    return to_wire(line, path)


def _lines(lines: Lines, value_name: str, path: str) -> list[Wire]:
    if isinstance(lines, str) or not isinstance(lines, Iterable):
        raise refused(path, "type", f"must be a mapping or a list, not {type(lines).__name__}")
    pairs: Iterable[Any] = lines.items() if isinstance(lines, Mapping) else lines
    return [_line(line, value_name, f"{path}[{number}]") for number, line in enumerate(pairs)]
