"""A request to the control plane, and how its parts are read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eightbyeight.mock.app import MockApp

_LIMIT, _MOST = 100, 1000


class ControlError(Exception):
    """A refusal of the control plane.

    Args:
        status: HTTP status.
        message: What is wrong, for people.
        headers: Headers that belong to such an answer.
    """

    def __init__(
        self, status: int, message: str, headers: tuple[tuple[bytes, bytes], ...] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers


class Question(NamedTuple):
    """A request to the control plane.

    Attributes:
        app: The mock that is asked.
        query: The query's parameters.
        body: The body as sent.
        name: What the path names: a message's id or a webhook's number.
    """

    app: MockApp
    query: Mapping[str, list[str]]
    body: bytes
    name: str = ""

    def single(self, name: str) -> str | None:
        """A parameter of the query; the last one counts."""
        values = self.query.get(name)
        return values[-1] if values else None

    def limit(self) -> int:
        """How many entries are asked for."""
        number = self.number("limit", _LIMIT)
        if not 1 <= number <= _MOST:
            raise ControlError(422, f"limit must be a whole number from 1 to {_MOST}")
        return number

    def number(self, name: str, default: int) -> int:
        """A whole number in the query."""
        text = self.single(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            raise ControlError(422, f"{name} must be a whole number")
        return int(text)

    def json(self) -> Any:
        """The body as JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise ControlError(400, "the body must be JSON") from None

    def fields(self, **kinds: type) -> dict[str, Any]:
        """The fields of the body, which may be left out altogether.

        Args:
            **kinds: The fields that there may be, with their types; `object` is for whoever reads on.
        """
        given = self.json() if self.body else {}
        if not isinstance(given, dict):
            raise ControlError(422, "the body must be an object")
        for name, value in given.items():
            kind = kinds.get(name)
            if kind is None:
                known = ", ".join(kinds) or "none"
                raise ControlError(422, f"no field is called {name[:40]!r}; there are: {known}")
            # A truth value is a whole number to Python, and never what was meant.
            numeric = kind is float and isinstance(value, int)
            if not (isinstance(value, kind) or numeric) or (
                isinstance(value, bool) and kind not in (bool, object)
            ):
                raise ControlError(422, f"{name} must be {_WORDS[kind]}")
        return given


_WORDS = {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}
