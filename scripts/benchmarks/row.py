"""One line of the report, and the report as a table."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

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
    """

    bench: str
    what: str
    value: float
    unit: str
    against: str
    baseline: float
    target: float | None = None

    @property
    def ratio(self) -> float:
        """How many times the baseline it costs."""
        return self.value / self.baseline

    @property
    def verdict(self) -> str:
        """Whether the target is met; empty without one."""
        if self.target is None:
            return ""
        return "ok" if self.ratio <= self.target else "MISSED"

    @property
    def is_far_off(self) -> bool:
        """Whether the target is missed by more than the slack."""
        return self.target is not None and self.ratio > self.target * SLACK

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON."""
        ratio = {"ratio": round(self.ratio, 4), "verdict": self.verdict or None}
        return {**asdict(self), **ratio}


_HEAD = ("bench", "what", "cost", "against", "cost", "ratio", "target", "")
_ALIGNED_RIGHT = (2, 4, 5, 6)


def table(rows: list[Row]) -> str:
    """Write rows as aligned columns."""
    cells = [_HEAD]
    for row in rows:
        target = "" if row.target is None else f"{row.target:.2f}"
        ours, theirs = _amount(row.value, row.unit), _amount(row.baseline, row.unit)
        cells.append(
            (
                row.bench,
                row.what,
                ours,
                row.against,
                theirs,
                f"{row.ratio:.2f}",
                target,
                row.verdict,
            )
        )
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in _ALIGNED_RIGHT else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    )


def _amount(value: float, unit: str) -> str:
    number = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
    return f"{number} {unit}"
