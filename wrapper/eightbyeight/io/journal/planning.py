"""Plans runs: writes down what is to be sent before the first of it is."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from ...core.problems import Problem
from ...core.send_state import SendState
from ...errors import InvalidInput
from .entry import InvalidRow
from .flight import fingerprint
from .tables import invalid_rows, runs, sends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from ...core.call import Call

_DIGEST = 10  # hexadecimal digits of a run's name in its references; the shortest reference has room for 20 in all


@dataclass(frozen=True, slots=True)
class Planned:
    """A request of a run: its number there, the rows that it holds, and the call; or only rows that are invalid."""

    number: int
    rows: tuple[tuple[int, int], ...]
    call: Call[Any] | None
    host: str
    invalid: tuple[InvalidRow, ...] = ()


def reference(journal: str, run: str, number: int, length: int) -> str:
    """Make a reference that only this journal's run gives to this number."""
    digest = hashlib.sha256(f"{journal}\0{run}".encode()).hexdigest()
    text = f"-{number}"
    room = min(32, length - len("x8-") - len(text))
    if room < _DIGEST:
        raise InvalidInput(f"the run has too many batches for references of {length} characters")
    return f"x8-{digest[:room]}{text}"


def plan(connection: Connection, run: str, units: Sequence[Planned], now: float) -> None:
    """Add units to a run; see ``Journal.plan``."""
    if connection.execute(select(runs.c.name).where(runs.c.name == run)).first() is None:
        connection.execute(insert(runs).values(name=run, is_planned=False, planned_at=now))
    calls = [(unit, unit.call) for unit in units if unit.call is not None]
    bad = [row for unit in units for row in unit.invalid]
    numbers = [unit.number for unit, _ in calls] + [row.row for row in bad]
    known = dict(
        connection.execute(
            select(sends.c.number, sends.c.fingerprint).where(
                sends.c.run == run, sends.c.number.in_(numbers)
            )
        ).all()
    )
    owners = {
        line.reference: (line.run, line.row_ranges)
        for line in connection.execute(
            select(sends.c.reference, sends.c.run, sends.c.row_ranges).where(
                sends.c.reference.in_([call.client_message_id for _, call in calls])
            )
        )
    }
    for row in bad:
        if row.row in known:
            raise _changed(run, ((row.row, row.row),))
    lines: list[dict[str, Any]] = []
    for unit, call in calls:
        mark = fingerprint(call)
        reference = call.client_message_id or ""
        ranges = json.dumps(unit.rows)
        if unit.number in known:
            if known[unit.number] != mark:
                raise _changed(run, unit.rows)
        elif reference in owners:
            bad += [
                InvalidRow(row, _taken_by(*owners[reference], run))
                for first, last in unit.rows
                for row in range(first, last + 1)
            ]
        else:
            owners[reference] = (run, ranges)
            lines.append(
                {
                    "run": run,
                    "number": unit.number,
                    "row_ranges": ranges,
                    "reference": reference,
                    "fingerprint": mark,
                    "operation": call.operation,
                    "product": call.product,
                    "host": unit.host,
                    "path": call.path,
                    "content": call.content,
                    "state": SendState.PLANNED,
                    "attempt": 0,
                    "planned_at": now,
                    "changed_at": now,
                }
            )
    if lines:
        connection.execute(insert(sends), lines)
        # A row may have been mended since.
        mended = [line["number"] for line in lines]
        connection.execute(
            delete(invalid_rows).where(
                invalid_rows.c.run == run, invalid_rows.c.row_number.in_(mended)
            )
        )
    _note_invalid(connection, run, bad)


def finish(connection: Connection, run: str, now: float) -> None:
    """Mark a run as planned to its end."""
    done = connection.execute(update(runs).where(runs.c.name == run).values(is_planned=True))
    if not done.rowcount:
        connection.execute(insert(runs).values(name=run, is_planned=True, planned_at=now))


def _note_invalid(connection: Connection, run: str, rows: list[InvalidRow]) -> None:
    known = set(
        connection.execute(
            select(invalid_rows.c.row_number).where(
                invalid_rows.c.run == run,
                invalid_rows.c.row_number.in_([row.row for row in rows]),
            )
        ).scalars()
    )
    new = {row.row: row.reason for row in rows if row.row not in known}
    if new:
        connection.execute(
            insert(invalid_rows),
            [{"run": run, "row_number": row, "reason": reason} for row, reason in new.items()],
        )


def _changed(run: str, ranges: tuple[tuple[int, int], ...]) -> InvalidInput:
    rows = ", ".join(
        str(first) if first == last else f"{first} to {last}" for first, last in ranges
    )
    return InvalidInput.because(
        [
            Problem(
                f"row {rows}",
                "run",
                f"was planned with other content in run {run!r}; a run must bring the same rows in the same order "
                "when it is started again. Give another message a run of its own",
            )
        ]
    )


def _taken_by(run: str | None, ranges: str | None, own: str) -> str:
    row = json.loads(ranges)[0][0] if ranges else None
    where = f"row {row}" if run == own and row else f"run {run!r}" if run else "a single send"
    return f"client_message_id was already used by {where}"
