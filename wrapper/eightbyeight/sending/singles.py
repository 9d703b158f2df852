"""Runs of single messages: each row is a request of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..requests.prepare import new_reference
from .plan import Plan
from .unit import Unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..requests.rows import RowRequests


class Singles(Plan):
    """Makes a unit of each row.

    Args:
        requests: Makes the request of a row.
        references: Returns the client message ID of a row that brings none, by the row's number.
    """

    def __init__(
        self, requests: RowRequests, references: Callable[[int], str] | None = None
    ) -> None:
        super().__init__()
        self._requests = requests
        self._references = references

    def rest(self) -> Unit | None:
        """Return what is left when no more rows come: at most a row that was set aside."""
        invalid = tuple(self._aside)
        self._aside.clear()
        return Unit(invalid=invalid) if invalid else None

    def _take(self, row: object) -> Unit:
        arguments = self._requests.arguments(row)
        own = arguments.get("client_message_id")
        if own is None:
            own = self._references(self._row) if self._references is not None else new_reference()
            call = self._requests.call(arguments | {"client_message_id": own})
        else:
            self._own = own if isinstance(own, str) else None
            call = self._requests.call(arguments)
            self._seen.claim(own, self._row)
        return Unit(((self._row, self._row),), call, (own,))

    def _after_bad_row(self) -> Unit | None:
        return self.rest()
