# Derived by scripts/regenerate from ../_async/runs.py. Do not edit: change that file instead.
"""Runs of many: with a journal, what is sent is written down first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...content.wire import refused
from ...sending.threads import run_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...client import Client
    from ...results.many import Progress, RowOutcome, SendReport
    from ...sending.plan import Plan
    from ...sending.reading import Rows


def send_all(
    client: Client,
    rows: Rows,
    plan: Callable[[Callable[[int], str] | None], Plan],
    *,
    run: str | None,
    longest_reference: int,
    concurrency: int,
    on_outcome: Callable[[RowOutcome], object] | None,
    on_progress: Callable[[Progress], object] | None,
    name: str = "rows",
) -> SendReport:
    """Send all rows.

    ``plan`` makes the plan from what gives references by their number, or from None. ``longest_reference`` is
    their longest length, ``name`` the argument that the rows came in.
    """
    journal = client.journal
    if journal is None:
        if run is not None:
            raise refused(
                "run", "journal", "is a name in a journal: Client(..., journal='sends.db')"
            )
        return run_threads(
            client.perform,
            rows,
            plan(None),
            concurrency=concurrency,
            on_outcome=on_outcome,
            on_progress=on_progress,
            name=name,
        )
    from .recovery import Recovery

    named = journal.new_run() if run is None else run
    return Recovery(client).send_run(
        named,
        rows,
        plan(lambda number: journal.reference(named, number, longest_reference)),
        concurrency=concurrency,
        on_outcome=on_outcome,
        on_progress=on_progress,
        name=name,
    )
