"""The mock's time: real, or fixed and moved by hand, and the two ways the API writes it down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

SEEDED_START = datetime(2026, 1, 1, tzinfo=UTC)
SEEDED_STEP = timedelta(milliseconds=250)

# Characters of an ISO time; `isoformat` writes it three times as fast as `strftime`.
_TO_HUNDREDTHS, _TO_MILLISECONDS, _TO_MICROSECONDS = 22, 23, 26


class Clock(Protocol):
    """What the mock asks of a clock."""

    def now(self) -> datetime:
        """The current time, with an offset."""
        ...

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""

    def tick(self) -> None:
        """A request has arrived."""

    def announced_wait(self, seconds: float) -> None:
        """The client was told to come back in so many seconds."""

    def reset(self) -> None:
        """Return to the initial time."""


class RealClock:
    """The machine's clock, plus whatever it was advanced by."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The current time in UTC."""
        return datetime.now(UTC) + self._ahead

    def advance(self, seconds: float) -> None:
        """Jump forward."""
        self._ahead += timedelta(seconds=seconds)

    def tick(self) -> None:
        """Real time needs no help."""

    def announced_wait(self, seconds: float) -> None:
        """Real time needs no help."""

    def reset(self) -> None:
        """Fall back to the machine's time."""
        self._ahead = timedelta()


class FixedClock:
    """A clock that only moves by a fixed step a request, so that a run can be repeated exactly.

    Nobody waits on such a clock, so a wait that the mock announces (`Retry-After`) counts as done:
    a client that obeys it is let through, however fast it comes back in real time.
    """

    def __init__(self, start: datetime = SEEDED_START, step: timedelta = SEEDED_STEP) -> None:
        if start.tzinfo is None:
            raise ValueError("start needs a time zone")
        self._start = start
        self._step = step
        self._now = start

    def now(self) -> datetime:
        """The time at which the clock stands."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the clock by hand."""
        self._now += timedelta(seconds=seconds)

    def tick(self) -> None:
        """Move one step, so that two requests never share a time unless the step is zero."""
        self._now += self._step

    def announced_wait(self, seconds: float) -> None:
        """Take the announced wait as done."""
        self._now += timedelta(seconds=seconds)

    def reset(self) -> None:
        """Return to the start."""
        self._now = self._start


def hundredths(moment: datetime) -> str:
    """Format as message statuses do: `2026-01-01T00:00:00.25Z`."""
    return f"{moment.isoformat(timespec='milliseconds')[:_TO_HUNDREDTHS]}Z"


def ticks(moment: datetime) -> str:
    """Format as error bodies do, seven digits of a second: `2026-01-01T00:00:00.2500000+00:00`."""
    return f"{moment.isoformat(timespec='microseconds')[:_TO_MICROSECONDS]}0+00:00"


def milliseconds(moment: datetime) -> str:
    """Format as inbound SMS do: `2026-01-01T00:00:00.250Z`."""
    return f"{moment.isoformat(timespec='milliseconds')[:_TO_MILLISECONDS]}Z"
