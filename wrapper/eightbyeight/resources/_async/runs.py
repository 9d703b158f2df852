"""Runs of many: with a journal, what is sent is written down first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...content.wire import refused
from ...sending.tasks import run_tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...async_client import AsyncClient
    from ...results.many import Progress, RowOutcome, SendReport
    from ...sending.plan import Plan
    from ...sending.reading import AsyncRows


async def send_all(
    client: AsyncClient,
    rows: AsyncRows,
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
        return await run_tasks(
            client.perform,
            rows,
            plan(None),
            concurrency=concurrency,
            on_outcome=on_outcome,
            on_progress=on_progress,
            name=name,
        )
    from .recovery import AsyncRecovery

    named = journal.new_run() if run is None else run
    return await AsyncRecovery(client).send_run(
        named,
        rows,
        plan(lambda number: journal.reference(named, number, longest_reference)),
        concurrency=concurrency,
        on_outcome=on_outcome,
        on_progress=on_progress,
        name=name,
    )
