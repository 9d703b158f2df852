"""From rows to units, one row at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from ..core.send_state import SendState
from ..errors import InvalidInput
from ..results.many import RowOutcome
from .outcomes import lightened, words_for
from .seen import Seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .unit import Unit


class Plan(ABC):
    """Takes the rows of a run in their order and gives the units that they make up.

    A subclass makes a unit of good rows. Bad ones are set aside here, until the unit that they are told with.
    """

    def __init__(self) -> None:
        self._seen = Seen()
        self._row = 0
        # The reference that the row at hand brought itself.
        self._own: str | None = None
        self._aside: list[RowOutcome] = []

    def add(self, row: object) -> Unit | None:
        """Take the next row; return a unit when one is complete.

        What a row raises that is no InvalidInput is raised again; the row is among the rest then, as not sent.
        """
        self._row += 1
        self._own = None
        try:
            return self._take(row)
        except InvalidInput as error:
            self._set_aside(SendState.INVALID, words_for(error), lightened(error))
            return self._after_bad_row()
        except Exception as error:
            self._set_aside(
                SendState.NOT_SENT, f"{type(error).__name__} while its request was made"
            )
            raise

    @property
    def taken(self) -> int:
        """How many rows were taken."""
        return self._row

    def add_some(self, rows: Sequence[object]) -> Unit | None:
        """Take at least one more row of a list whose first ``taken`` rows have been taken; else like ``add``."""
        return self.add(rows[self._row])

    @abstractmethod
    def rest(self) -> Unit | None:
        """Return what is left when no more rows come, or None."""

    @abstractmethod
    def _take(self, row: object) -> Unit | None:
        """Take a row that may be good. Raises InvalidInput when it is not."""

    @abstractmethod
    def _after_bad_row(self) -> Unit | None:
        """Return the unit that a row completes which was set aside, or None."""

    def _set_aside(self, state: SendState, reason: str, error: Exception | None = None) -> None:
        self._aside.append(RowOutcome(self._row, state, self._own, reason=reason, error=error))
