"""Files and locations, as blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from eightbyeight.mock.inbox.blocks import Media, Place

if TYPE_CHECKING:
    from collections.abc import Mapping


def medium(kind: str, address: str, name: str | None = None) -> Media:
    """A file; its name is the end of its address, if it has no other."""
    return Media("document" if kind == "file" else kind, name or _file_name(address), address)


def place(location: Mapping[str, Any]) -> Place:
    """A location."""
    return Place(
        location["latitude"],
        location["longitude"],
        location.get("name") or "",
        location.get("address") or "",
    )


def _file_name(address: str) -> str:
    try:
        path = urlsplit(address).path
    except ValueError:
        path = address
    return unquote(path.rstrip("/").rpartition("/")[2]) or address
