"""`eightbyeight resume`: go on with the sends in a journal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eightbyeight import ConfigurationError, Journal, SendState
from eightbyeight.cli.connection import Connection, connection_options
from eightbyeight.cli.output import note
from eightbyeight.cli.progress import showing
from eightbyeight.errors import EightByEightError, SendStopped

if TYPE_CHECKING:
    from eightbyeight import Client

_WAITING = (SendState.PLANNED, SendState.NOT_SENT)
_LEFT = (*_WAITING, SendState.UNKNOWN, SendState.IN_FLIGHT)
_MEANINGS = {
    SendState.PLANNED: "wait to be sent",
    SendState.IN_FLIGHT: "are being sent",
    SendState.ACCEPTED: "taken by the API",
    SendState.REJECTED: "refused by the API",
    SendState.NOT_SENT: "not sent; run this again",
    SendState.UNKNOWN: "may have been sent; left alone",
    SendState.INVALID: "rows that broke a rule",
}


@click.command(context_settings={"show_default": True})
@click.argument("journal", metavar="JOURNAL")
@click.option("--run", help="Only this run; all of them otherwise.", show_default=False)
@click.option(
    "--concurrency", default=10, type=click.IntRange(1, 1000), help="Requests at the same time."
)
@click.option("--status", "is_status", is_flag=True, help="Only show what the journal holds.")
@click.option(
    "--reconcile/--no-reconcile",
    "reconciles",
    default=True,
    help="Settle what is unknown by receipts and lookups.",
)
@click.option(
    "--at-least-once",
    is_flag=True,
    help="Also repeat what may have been sent: a duplicate is better than a loss.",
)
@connection_options
def resume(
    *,
    connection: Connection,
    journal: str,
    run: str | None,
    concurrency: int,
    is_status: bool,
    reconciles: bool,
    at_least_once: bool,
) -> None:
    """Send what a journal still plans to send.

    JOURNAL is a file or an SQLAlchemy URL. The API key comes from EIGHTBYEIGHT_API_KEY, a file or the keyring. Several
    workers may resume the same journal at once. Exit status 0 when nothing is left to send and nothing unknown, 1
    otherwise.
    """
    if "://" not in journal and not Path(journal).is_file():
        raise click.ClickException(f"there is no journal at {journal}")
    try:
        with Journal(journal) as opened:
            if not is_status:
                delivery = "at_least_once" if at_least_once else "at_most_once"
                with connection.client(journal=opened, delivery=delivery) as client:
                    _work(client, opened, run, concurrency, reconciles=reconciles)
            is_done = _show(opened, run)
    except SendStopped as error:
        raise click.ClickException(f"stopped: {error.__cause__ or error}") from None
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from None
    except EightByEightError as error:
        raise click.ClickException(str(error)) from None
    sys.exit(0 if is_done or is_status else 1)


def _work(
    client: Client, journal: Journal, run: str | None, concurrency: int, *, reconciles: bool
) -> None:
    try:
        with showing(_rows_left(journal, run), is_quiet=True) as progress:
            client.resume(run, concurrency=concurrency, on_progress=progress)
    except KeyboardInterrupt:
        note("Run the same command again to go on.")
        raise
    if reconciles:
        client.reconcile()


def _rows_left(journal: Journal, run: str | None) -> int | None:
    """Return how many rows wait, or None for batches, whose rows only their bodies tell."""
    first = next(journal.entries(run, *_WAITING), None)
    if first is not None and first.operation == "sendSurveyBatch":
        return None
    counts = journal.counts(run)
    return sum(counts.get(state, 0) for state in _WAITING)


def _show(journal: Journal, run: str | None) -> bool:
    """Print what the journal holds. Returns whether nothing is left to do."""
    counts = journal.counts(run)
    if not counts:
        click.echo("the journal is empty" if run is None else f"the journal has no run {run!r}")
    for state in SendState:
        if counts.get(state):
            click.echo(f"{counts[state]:>12,}  {state:<10} {_MEANINGS[state]}")
    for name in journal.unfinished_plans(run):
        click.echo(
            f"planning run {name!r} was cut off: start it again with the same rows to plan the rest"
        )
    return not any(counts.get(state) for state in _LEFT)
