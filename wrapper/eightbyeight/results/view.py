"""Tolerant views on JSON."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import UnreadableReply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.reply import Reply


class View:
    """A JSON object of a reply. ``to_dict()`` is the object as it came."""

    __slots__ = ("_data",)
    known_fields: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, data: object) -> None:
        self._data: Mapping[str, Any] = data if isinstance(data, dict) else {}

    @property
    def unknown_fields(self) -> dict[str, Any]:
        """Fields that this version of the library has no name for."""
        return {name: value for name, value in self._data.items() if name not in self.known_fields}

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as it came."""
        return dict(self._data)

    def text_or_none(self, name: str) -> str | None:
        """Return a field if it is there and a string."""
        value = self._data.get(name)
        return value if isinstance(value, str) else None

    def _number(self, name: str) -> int | None:
        value = self._data.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def _moment(self, name: str) -> datetime | None:
        try:
            return datetime.fromisoformat(self._data.get(name, ""))
        except (TypeError, ValueError):
            return None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and type(self) is type(other) and self._data == other._data

    __hash__ = None  # type: ignore[assignment]  # it holds a dict

    def __getstate__(self) -> dict[str, Any]:
        return {
            name: getattr(self, name)
            for cls in type(self).__mro__
            for name in getattr(cls, "__slots__", ())
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)


class Result(View):
    """An answer of the API, with the reply as it came in ``response``."""

    __slots__ = ("response",)

    def __init__(self, response: Reply) -> None:
        self.response = response
        try:
            data = response.json()
        except (ValueError, RecursionError):
            data = None
        super().__init__(data)

    @property
    def is_readable(self) -> bool:
        """Whether the reply held the JSON object that was expected.

        When it did not, the request was accepted all the same: look at ``response``, do not send again.
        """
        return bool(self._data)

    def _needed(self, name: str) -> str:
        value = self.text_or_none(name)
        if value is None:
            raise UnreadableReply(
                f"the API accepted the request (HTTP {self.response.status}), but its answer holds no {name}; "
                "look at .response, and do not send again",
                response=self.response,
            )
        return value


def objects_in(value: object) -> list[Any]:
    """Return the objects of a JSON array; nothing for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
