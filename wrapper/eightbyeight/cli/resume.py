"""`eightbyeight resume`: go on with the sends in a journal."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from eightbyeight import Client, ConfigurationError, Journal, Progress, SendState
from eightbyeight.errors import EightByEightError, SendStopped

_LEFT = (SendState.PLANNED, SendState.NOT_SENT, SendState.UNKNOWN, SendState.IN_FLIGHT)
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
def resume(
    journal: str,
    run: str | None,
    concurrency: int,
    is_status: bool,
    reconciles: bool,
    at_least_once: bool,
) -> None:
    """Send what a journal still plans to send.

    JOURNAL is a file or an SQLAlchemy URL. The API key and the rest come from EIGHTBYEIGHT_API_KEY,
    EIGHTBYEIGHT_SUBACCOUNT_ID, EIGHTBYEIGHT_REGION and EIGHTBYEIGHT_BASE_URL. Several workers may resume the same
    journal at once. Exit status 0 when nothing is left to send and nothing unknown, 1 otherwise.
    """
    if "://" not in journal and not Path(journal).is_file():
        raise click.ClickException(f"there is no journal at {journal}")
    try:
        with Journal(journal) as opened:
            if not is_status:
                _work(opened, run, concurrency, reconciles=reconciles, again=at_least_once)
            is_done = _show(opened, run)
    except SendStopped as error:
        raise click.ClickException(f"stopped: {error.__cause__ or error}") from None
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from None
    except EightByEightError as error:
        raise click.ClickException(str(error)) from None
    sys.exit(0 if is_done or is_status else 1)


def _work(
    journal: Journal, run: str | None, concurrency: int, *, reconciles: bool, again: bool
) -> None:
    delivery = "at_least_once" if again else "at_most_once"
    with Client(journal=journal, delivery=delivery) as client:  # type: ignore[arg-type]  # two literals
        client.resume(run, concurrency=concurrency, on_progress=_show_progress)
        if reconciles:
            client.reconcile()


def _show_progress(progress: Progress) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{progress.done} sent ", nl=False, err=True)


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
