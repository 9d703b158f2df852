"""A CSV file with what became of each row."""

from __future__ import annotations

import csv
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from eightbyeight.cli.failures import usage_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from eightbyeight import RowOutcome
    from eightbyeight.cli.csv_rows import SurveyRows

TITLES = ("row", "destination", "state", "umid", "client_message_id", "batch_id", "reason")


class Writer(Protocol):
    """Takes outcomes in the order of their rows."""

    def __call__(self, outcome: RowOutcome) -> None:
        """Write down one."""
        ...


def check_place(path: Path, rows: SurveyRows, *, may_exist: bool) -> None:
    """Raise Failure for a place whose content would be lost: the rows themselves, or what is known of other sends."""
    if not path.exists():
        return
    if rows.path.exists() and path.samefile(rows.path):
        raise usage_error(f"--outcomes would overwrite {rows.path}")
    if not may_exist:
        raise usage_error(
            f"{path} is there already, and may tell what became of earlier sends; give another name"
        )


@contextmanager
def outcome_file(path: Path, rows: SurveyRows) -> Iterator[Writer]:
    """Open the file, a new one for this user only since it holds numbers, and yield what writes into it.

    The destination is as it stands in ``rows``, which are read once more for it. Raises Failure when the file cannot
    be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise usage_error(f"cannot write {path}: {error.strerror}") from None
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(TITLES)
        sources = iter(rows.rows())
        column = rows.columns.destination

        def write(outcome: RowOutcome) -> None:
            source = next(row for row in sources if row.number == outcome.row)
            reason = rows.problems.get(outcome.row, outcome.reason)
            sheet.writerow(
                (
                    outcome.row,
                    source.cells.get(column, ""),
                    outcome.state,
                    outcome.umid or "",
                    outcome.client_message_id or "",
                    outcome.batch_id or "",
                    " ".join((reason or "").split()),
                )
            )

        yield write


def write_all(path: Path, rows: SurveyRows, outcomes: Iterable[RowOutcome]) -> None:
    """Write a file of outcomes that are all known."""
    with outcome_file(path, rows) as write:
        for outcome in outcomes:
            write(outcome)
