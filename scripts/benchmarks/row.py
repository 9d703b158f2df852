"""One line of the report, and the report as a table."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

#: How far beyond its target a ratio may be before `--check` minds: machines differ.
SLACK = 1.15


@dataclass(frozen=True)
class Row:
    """A cost of ours beside the cost of doing the same without us.

    Attributes:
        bench: The benchmark that measured it.
        what: What was measured.
        value: Its cost.
        unit: The unit of both costs.
        against: What it is compared with.
        baseline: The cost of that.
        target: The highest ratio that is fine, or None where there is no target.
        more_is_better: What was measured is a yield and no cost: the target is the lowest ratio.
    """

    bench: str
    what: str
    value: float
    unit: str
    against: str
    baseline: float
    target: float | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float:
        """How many times the baseline it costs."""
        return self.value / self.baseline

    @property
    def verdict(self) -> str:
        """Whether the target is met; empty without one."""
        if self.target is None:
            return ""
        return "MISSED" if self._is_beyond(self.target) else "ok"

    @property
    def is_far_off(self) -> bool:
        """Whether the target is missed by more than the slack."""
        if self.target is None:
            return False
        return self._is_beyond(self.target / SLACK if self.more_is_better else self.target * SLACK)

    def _is_beyond(self, limit: float) -> bool:
        return self.ratio < limit if self.more_is_better else self.ratio > limit

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON."""
        ratio = {"ratio": round(self.ratio, 4), "verdict": self.verdict or None}
        return {**asdict(self), **ratio}


@dataclass(frozen=True)
class NotMeasured:
    """What could not be measured here, and why; it is no verdict.

    Attributes:
        bench: The benchmark that would have measured it.
        what: What it would have measured.
        reason: Why it could not.
    """

    bench: str
    what: str
    reason: str
    is_far_off: ClassVar[bool] = False

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON."""
        return {**asdict(self), "verdict": "not measured"}


_HEAD = ("bench", "what", "cost", "against", "cost", "ratio", "target", "")
_ALIGNED_RIGHT = (2, 4, 5, 6)


def table(rows: Sequence[Row | NotMeasured]) -> str:
    """Write rows as aligned columns, and below them what was not measured."""
    cells = [_HEAD, *(_cells(row) for row in rows if isinstance(row, Row))]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if place in _ALIGNED_RIGHT else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
    missing = [row for row in rows if isinstance(row, NotMeasured)]
    lines += [f"{row.bench}: {row.what}: not measured: {row.reason}" for row in missing]
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    target = "" if row.target is None else f"{row.target:.2f}"
    return (
        row.bench,
        row.what,
        _amount(row.value, row.unit),
        row.against,
        _amount(row.baseline, row.unit),
        f"{row.ratio:.2f}",
        f">= {target}" if row.more_is_better and target else target,
        row.verdict,
    )


def _amount(value: float, unit: str) -> str:
    number = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
    return f"{number} {unit}"
