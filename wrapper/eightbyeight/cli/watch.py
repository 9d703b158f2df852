"""`eightbyeight watch`: each change of a message, until it has arrived or failed."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from eightbyeight.cli.connection import Connection, connection_options
from eightbyeight.cli.exit_status import ExitStatus
from eightbyeight.cli.output import json_option, note, print_json_line, visible
from eightbyeight.cli.status import TITLES, row_of
from eightbyeight.errors import NotFound, RateLimited, ServerError, TransportError
from eightbyeight.webhooks.known_status import Goal, status_in

if TYPE_CHECKING:
    from eightbyeight import Client, MessageDetails

# The API allows one lookup a second for a sub-account.
_SHORTEST = 1.0
# A message that was just accepted may not be found for so long.
_APPEARS = 10.0


@click.command(context_settings={"show_default": True})
@click.argument("umid")
@click.option(
    "--until",
    type=click.Choice(["accepted", "sent", "delivered", "read"]),
    default="delivered",
    help="How far it should come. LINE messages never come further than sent.",
)
@click.option(
    "--channels",
    default=1,
    type=click.IntRange(min=1),
    help="It has failed when it failed on so many: say 2 for one with a fallback.",
)
@click.option(
    "--interval",
    default=_SHORTEST,
    type=click.FloatRange(min=_SHORTEST),
    help="Seconds between two lookups.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    show_default=False,
    help="Give up after so many seconds; never otherwise.",
)
@connection_options
@json_option
def watch(
    *,
    connection: Connection,
    umid: str,
    until: Goal,
    channels: int,
    interval: float,
    timeout: float | None,
    is_json: bool,
) -> None:
    """Show each change of the message UMID, until it has come far enough or failed.

    Exit status 0 when it has come as far as --until, 1 when it has failed or --timeout has passed. With --json, each
    change is a line of JSON.
    """
    with connection.client() as client:
        ended = _watch(client, umid, until, channels, interval, timeout, is_json=is_json)
    click.get_current_context().exit(ended)


def _watch(
    client: Client,
    umid: str,
    until: Goal,
    channels: int,
    interval: float,
    timeout: float | None,
    *,
    is_json: bool,
) -> ExitStatus:
    started = now()
    seen: set[tuple[object, ...]] = set()
    trouble = ""
    while True:
        try:
            details = client.messages.get(umid)
        except NotFound:
            if now() - started >= _APPEARS or seen:
                raise
        except (RateLimited, ServerError, TransportError) as error:
            kind = f"{type(error).__name__} {getattr(error, 'status', '')}"
            if trouble != kind:  # once, however long it lasts
                note(f"asking again: {error}")
            trouble = kind
        else:
            trouble = ""
            _show_changes(details, seen, is_json=is_json)
            status = status_in(umid, details.records)
            if status.has_reached(until):
                return ExitStatus.DONE
            if status.is_failed and len(status.channels) >= channels:
                note("it has failed")
                return ExitStatus.FAILED
        if timeout is not None and now() - started + interval > timeout:
            note(f"not {until} within {timeout:g} seconds")
            return ExitStatus.FAILED
        pause(interval)


def _show_changes(details: MessageDetails, seen: set[tuple[object, ...]], *, is_json: bool) -> None:
    """Print each record that is not as it was at any look before."""
    for record in details.records:
        row = row_of(record)
        if row in seen:
            continue
        seen.add(row)
        if is_json:
            print_json_line(dict(zip(TITLES, row, strict=True)))
            continue
        step, channel, state, detail, error, at = row
        told = [at or "-", f"{step or '?'}. {channel}", state, detail, error and f"error {error}"]
        click.echo(visible("  ".join(str(part) for part in told if part)))
        sys.stdout.flush()


def now() -> float:
    """Return seconds that only go forward."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)
