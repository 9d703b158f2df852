"""How far a long run has come: a bar on a terminal, a line from time to time anywhere else. Both go to stderr."""

from __future__ import annotations

import sys
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Self

from eightbyeight.cli.output import note

if TYPE_CHECKING:
    from eightbyeight import Progress

_SECONDS_BETWEEN_LINES = 10.0


class Lines:
    """One line at the first news, at the end, and every ten seconds between them.

    With ``is_quiet`` there is none for a run that ends before ten seconds have passed. ``total`` is None when nobody
    knows how much there is.
    """

    def __init__(self, total: int | None, *, is_quiet: bool = False) -> None:
        self._total = total
        self._is_quiet = is_quiet
        self._started = time.monotonic()
        self._told = self._started if is_quiet else -_SECONDS_BETWEEN_LINES
        self._last: Progress | None = None
        self._is_told = True

    def __call__(self, progress: Progress) -> None:
        """Note how far the run has come."""
        self._last, self._is_told = progress, self._is_quiet
        now = time.monotonic()
        if now - self._told >= _SECONDS_BETWEEN_LINES:
            self._told = now
            self._is_quiet = False
            self._tell(progress)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._last is not None and not self._is_told:
            self._tell(self._last)

    def _tell(self, progress: Progress) -> None:
        self._is_told = True
        elapsed = time.monotonic() - self._started
        rate = progress.done / elapsed if elapsed > 0 else 0.0
        of = "" if self._total is None else f" of {self._total:,}"
        words = f"{progress.done:,}{of} rows, {rate:,.0f} a second"
        left = 0 if self._total is None else self._total - progress.done
        if left > 0 and rate > 0:
            words += f", {duration(left / rate)} left"
        note(words)


class Bar:
    """A bar with the rate and the time left. ``total`` is None when nobody knows how much there is."""

    def __init__(self, total: int | None) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self._bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("left{task.fields[trouble]}"),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task("", total=total, rate="", trouble="")
        self._started = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Show how far the run has come."""
        elapsed = time.monotonic() - self._started
        trouble = progress.rejected + progress.not_sent + progress.unknown + progress.invalid
        fields: dict[str, Any] = {
            "rate": f"{progress.done / elapsed:,.0f}/s" if elapsed > 0 else "",
            "trouble": f", {trouble:,} not accepted" if trouble else "",
        }
        self._bar.update(self._task, completed=progress.done, **fields)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def showing(total: int | None, *, is_quiet: bool = False) -> Bar | Lines:
    """Return what shows the progress of a run of so many rows."""
    has_bar = sys.stderr.isatty() and find_spec("rich") is not None
    return Bar(total) if has_bar else Lines(total, is_quiet=is_quiet)


def duration(seconds: float) -> str:
    """Return a time in words: ``45 s``, ``3 min``, ``2 h 5 min``."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
