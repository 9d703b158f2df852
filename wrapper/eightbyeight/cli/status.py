"""`eightbyeight status`: what became of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from eightbyeight.cli.connection import Connection, connection_options
from eightbyeight.cli.output import json_option, note, print_json, print_table

if TYPE_CHECKING:
    from eightbyeight import MessageRecord


#: What ``row_of`` returns.
TITLES = ("step", "channel", "state", "detail", "error", "at")


@click.command()
@click.argument("umid")
@connection_options
@json_option
def status(*, connection: Connection, umid: str, is_json: bool) -> None:
    """Look up the message UMID, one line for each channel that was tried.

    The API allows one lookup a second. With --json, its answer is printed as it came.
    """
    with connection.client() as client:
        details = client.messages.get(umid)
    if is_json:
        print_json(details.to_dict())
        return
    print_table(TITLES, map(row_of, details.records))
    if not details.records:
        note("the API knows the message, but tells nothing of it yet")


def row_of(record: MessageRecord) -> tuple[object, ...]:
    """Return what is told of a message on one channel: no number, no text."""
    found = record.status
    error = " ".join(str(part) for part in (found.error_code, found.error_message) if part) or None
    at = found.timestamp.isoformat() if found.timestamp is not None else None
    return record.step, record.channel, found.state, found.detail, error, at
