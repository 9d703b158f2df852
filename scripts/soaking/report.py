"""What a soak has shown, as a table and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .fates import FATES, GOOD

if TYPE_CHECKING:
    from .ledger import Verdict

_SHOWN = 5  # references of each kind of trouble


@dataclass(frozen=True)
class Report:
    """The end of a soak.

    Attributes:
        before: What the ledger said when nothing was left to send.
        after: What it said when the receipts had come.
        unproven: References that are still unknown although a receipt names them.
        fates: How many requests met each fate.
        outages: How many outages there were.
        settings: What the figures depend on.
        seconds: How long each part took, by its name.
    """

    before: Verdict
    after: Verdict
    unproven: list[str]
    fates: dict[str, int]
    outages: int
    settings: dict[str, Any]
    seconds: dict[str, float]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was doubled, lost, said falsely or left unproven."""
        return self.before.is_clean and self.after.is_clean and not self.unproven

    @property
    def rate(self) -> float:
        """Messages a second, while they were being sent."""
        return self.after.planned / self.seconds["send"]

    def troubles(self) -> dict[str, list[str]]:
        """Return the references of what must not be, by the kind of trouble."""
        return {
            name: sorted({*getattr(self.before, field), *getattr(self.after, field)})
            for name, field in (
                ("doubled", "doubled"),
                ("lost", "lost"),
                ("false accepted", "false_accepted"),
                ("false not sent", "false_not_sent"),
            )
        } | {"unproven by receipts": self.unproven}

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON."""
        return {
            "clean": self.is_clean,
            **self.settings,
            "sent": self.after.planned,
            "requests": sum(self.fates.values()),
            "accepted_by_the_server": self.after.executed,
            **{name.replace(" ", "_"): len(found) for name, found in self.troubles().items()},
            "states": {str(state): count for state, count in sorted(self.after.states.items())},
            "unknown": _unknown(self.before),
            "unknown_after_reconcile": _unknown(self.after),
            "fates": self.fates,
            "outages": self.outages,
            "seconds": {name: round(spent, 1) for name, spent in self.seconds.items()},
            "sends_per_second": round(self.rate),
        }

    def __str__(self) -> str:
        faults = sum(count for name, count in self.fates.items() if name not in GOOD)
        requests = sum(self.fates.values())
        states = self.after.states
        rows: list[tuple[str, int, str]] = [
            ("sent", self.after.planned, f"{self.rate:,.0f} a second"),
            (
                "requests",
                requests,
                f"{faults:,} met a fault ({faults / max(1, requests):.1%}), outages: {self.outages}",
            ),
            ("accepted by the server", self.after.executed, ""),
            *(
                (name, len(found), ", ".join(found[:_SHOWN]))
                for name, found in self.troubles().items()
            ),
            *((f"journal: {state}", count, "") for state, count in sorted(states.items())),
            ("unknown", *_told(self.before)),
            ("unknown after reconcile", *_told(self.after)),
        ]
        width = max(len(name) for name, _, _ in rows)
        lines = [f"{name:<{width}}  {count:>9,}  {more}".rstrip() for name, count, more in rows]
        spent = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())
        lines += ["", f"seconds  {spent}", "fates"]
        lines += [f"  {name:<{width - 2}}  {self.fates.get(name, 0):>9,}" for name in FATES]
        return "\n".join(lines)


def _unknown(verdict: Verdict) -> dict[str, int]:
    return {
        "executed": len(verdict.unknown_executed),
        "not_executed": len(verdict.unknown_not_executed),
    }


def _told(verdict: Verdict) -> tuple[int, str]:
    executed, not_executed = len(verdict.unknown_executed), len(verdict.unknown_not_executed)
    return executed + not_executed, f"{executed:,} executed, {not_executed:,} not executed"
