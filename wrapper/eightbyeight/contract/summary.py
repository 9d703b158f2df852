"""A report for people, and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eightbyeight.contract.report import Breach, Report, Tally

_MOST_UNKNOWN = 20


def as_text(report: Report) -> str:
    """The table, each breach and what else is worth knowing."""
    return "\n".join(_lines(report))


def as_json(report: Report) -> dict[str, Any]:
    """The same for programs."""
    return {
        "exitStatus": report.exit_status,
        "seed": report.seed,
        "targets": report.targets,
        "seconds": round(report.seconds, 1),
        "operations": {
            operation: {**vars(tally), "breaches": len(report.breaches_of(operation))}
            for operation, tally in report.tallies.items()
        },
        "breaches": [
            {name: value for name, value in asdict(breach).items() if name != "kind"}
            for breach in report.breaches
        ],
        "unknown": dict(sorted(report.unknown.items())),
        "repeat": report.repeat,
        "notes": report.notes,
        "problems": report.problems,
    }


def _lines(report: Report) -> Iterator[str]:
    tallies = report.tallies.values()
    columns = ["operation"]
    if any(tally.entries for tally in tallies):
        columns += ["recorded"]
    if any(tally.examples for tally in tallies):
        columns += ["examples"]
    if any(tally.cases for tally in tallies):
        columns += ["cases", "accepted", "refused"]
    columns += ["breaches"]
    rows = [_row(report, operation, tally, columns) for operation, tally in report.tallies.items()]
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    for row in [columns, *rows]:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield "  ".join(cells)
    for number, breach in enumerate(report.breaches, 1):
        yield ""
        yield from _told(number, breach)
    if report.unknown:
        yield ""
        yield from _unknown(report)
    if report.notes or report.problems:
        yield ""
    yield from (f"note: {note}" for note in report.notes)
    yield from (f"problem: {problem}" for problem in report.problems)
    yield ""
    yield _verdict(report)
    if report.repeat is not None:
        yield f"repeat: {report.repeat}"


def _row(report: Report, operation: str, tally: Tally, columns: list[str]) -> list[str]:
    cells = {
        "operation": operation,
        "recorded": f"{tally.entries:,}",
        "examples": f"{tally.examples - tally.examples_failed}/{tally.examples}",
        "cases": f"{tally.cases:,}",
        "accepted": f"{tally.accepted:,}",
        "refused": f"{tally.refused:,}",
        "breaches": f"{len(report.breaches_of(operation)):,}",
    }
    return [cells[column] for column in columns]


def _told(number: int, breach: Breach) -> Iterator[str]:
    times = f", seen {breach.count:,} times" if breach.count > 1 else ""
    where = "" if breach.test == breach.check else f" in {breach.test}"
    yield f"{number}. {breach.operation}: {breach.check}{where}{times}"
    yield f"   sent      {breach.sent}"
    yield f"   expected  {breach.expected}"
    yield f"   came      {breach.came}"
    if breach.repeat is not None:
        yield f"   repeat    {breach.repeat}"


def _unknown(report: Report) -> Iterator[str]:
    yield f"{report.unknown.total():,} recorded requests to no operation of the document:"
    for place, count in sorted(report.unknown.items())[:_MOST_UNKNOWN]:
        yield f"  {count:>6,}  {place}"
    if len(report.unknown) > _MOST_UNKNOWN:
        yield f"  ... and {len(report.unknown) - _MOST_UNKNOWN:,} other places"


def _verdict(report: Report) -> str:
    if report.breaches:
        count = len(report.breaches)
        verdict = f"{count} breach{'' if count == 1 else 'es'} of the contract"
    elif report.problems:
        verdict = "not tested in full"
    else:
        verdict = "the contract is kept"
    seed = "" if report.seed is None else f", seed {report.seed}"
    return f"{verdict} ({report.seconds:.1f} s{seed})"
