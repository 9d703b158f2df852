"""What a journal holds, read from a copy of its files if all workers are gone: a look would mend what kills left."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from eightbyeight.core.send_state import SendState
from eightbyeight.io.journal.entry import Entry
from eightbyeight.io.journal.tables import invalid_rows, runs, sends
from eightbyeight.sending.recorded import outcomes_in

if TYPE_CHECKING:
    from pathlib import Path

    from eightbyeight.results.many import RowOutcome

_COPY = "copy.db"


@dataclass
class Snapshot:
    """A journal at one moment: its entries by their references, and what it says of runs."""

    entries: dict[str, Entry] = field(default_factory=dict)
    invalid: dict[tuple[str, int], str] = field(default_factory=dict)
    planned: set[str] = field(default_factory=set)

    def rows(self) -> dict[tuple[str, int], Entry]:
        """Return the entry of each row of each run."""
        return {
            (entry.run, row): entry
            for entry in self.entries.values()
            if entry.run is not None
            for first, last in entry.rows
            for row in range(first, last + 1)
        }

    def outcomes(self) -> dict[tuple[str, int], RowOutcome]:
        """Return what the journal says of each row that was planned."""
        return {
            (entry.run, outcome.row): outcome
            for entry in self.entries.values()
            if entry.run is not None
            for outcome in outcomes_in(entry)
        }


def read(place: Path, *, is_open: bool) -> Snapshot:
    """Read the journal at ``place``; an empty one if there is none. Raises AssertionError for a broken file.

    While a worker has it open (``is_open``), a look does no harm. It is needed, too: a transaction whose worker was
    killed while it was flushed counts only when nobody is left who has not seen it.
    """
    if not place.exists():
        return Snapshot()
    with closing(sqlite3.connect(place if is_open else _copy(place))) as connection:
        connection.row_factory = sqlite3.Row
        health = connection.execute("PRAGMA quick_check").fetchone()[0]
        assert health == "ok", f"the file is broken: {health}"
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if runs.name not in tables:  # whoever was to make them was killed
            return Snapshot()
        return Snapshot(
            {line["reference"]: _entry(line) for line in _lines(connection, sends.name)},
            {
                (line["run"], line["row_number"]): line["reason"]
                for line in _lines(connection, invalid_rows.name)
            },
            {line["name"] for line in _lines(connection, runs.name) if line["is_planned"]},
        )


def _copy(place: Path) -> Path:
    for ending in ("", "-wal", "-shm"):
        source, target = (place.with_name(name + ending) for name in (place.name, _COPY))
        target.unlink(missing_ok=True)
        if ending != "-shm" and source.exists():
            shutil.copyfile(source, target)
    return place.with_name(_COPY)


def _lines(connection: sqlite3.Connection, table: str) -> list[sqlite3.Row]:
    return connection.execute(f"SELECT * FROM {table}").fetchall()


def _entry(line: sqlite3.Row) -> Entry:
    values: dict[str, Any] = dict(line) | {"state": SendState(line["state"])}
    return Entry.from_line(SimpleNamespace(_mapping=values))
