"""What a run asks of the shell that carries it out, and what it wants to hear."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.reply import Reply
    from ..results.many import Progress, RowOutcome
    from .unit import Unit


@dataclass(slots=True, eq=False)
class Place:
    """The place of a unit in the order of the run, from the time it was read until its rows are told.

    ``outcomes`` is None until they are known; ``told`` counts those that have been handed over.
    """

    unit: Unit
    outcomes: Sequence[RowOutcome] | None = None
    reply: Reply | None = None
    told: int = 0


@dataclass(frozen=True, slots=True)
class Next:
    """Wait for a request to finish, or read rows until they make up a unit, if that is allowed.

    Send back a Finished, a Unit, Rows.END, or None when no request is under way and nothing may be read. A request
    may be given back again until its place has outcomes.
    """

    may_read: bool


@dataclass(frozen=True, slots=True)
class Start:
    """Begin the request of this place, and do not wait for it."""

    place: Place


@dataclass(frozen=True, slots=True)
class Hand:
    """Call ``on_outcome``."""

    outcome: RowOutcome


@dataclass(frozen=True, slots=True)
class Show:
    """Call ``on_progress``."""

    progress: Progress


@dataclass(frozen=True, slots=True)
class StopReading:
    """Read no more; send back a unit that has been read in the meantime, or None."""


@dataclass(frozen=True, slots=True)
class Abandon:
    """Cancel the requests that are under way, where that can be done."""


class Finished(NamedTuple):
    """A request has ended with this result, or with this exception."""

    place: Place
    result: Any


class Rows(Enum):
    """What is read when there is no more to read."""

    END = auto()


Step: TypeAlias = Next | Start | Hand | Show | StopReading | Abandon
Heard: TypeAlias = "Finished | Unit | Rows | None"
