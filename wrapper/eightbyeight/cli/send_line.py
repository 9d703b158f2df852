"""`eightbyeight send line`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eightbyeight import SmsFallback
from eightbyeight.cli.connection import Connection, connection_options
from eightbyeight.cli.dry_run import dry_run_option
from eightbyeight.cli.failures import usage_error
from eightbyeight.cli.output import json_option
from eightbyeight.cli.parameters import (
    INPUT_FILE,
    country_option,
    json_in,
    numbers_of,
    read_pair,
    read_pairs,
    receipts_option,
    reference_option,
    refuse_shared_reference,
    to_option,
)
from eightbyeight.cli.sending import send_to_each

if TYPE_CHECKING:
    from eightbyeight import AcceptedMessage, Client


@click.command()
@to_option
@country_option
@click.option(
    "--card",
    "card_file",
    metavar="FILE",
    type=INPUT_FILE,
    help="A JSON file with the API's content, instead of the options that follow; - is standard input.",
)
@click.option("--title", metavar="TEXT", help="Headline.")
@click.option("--company", metavar="TEXT", help="Name of the sender.")
@click.option("--icon", metavar="NAME", help="A picture, such as calendarCheck.")
@click.option(
    "--emphasis", callback=read_pair, metavar="LABEL=VALUE", help="The line that stands out."
)
@click.option(
    "--item",
    "items",
    callback=read_pairs,
    multiple=True,
    metavar="LABEL=VALUE",
    help="May be repeated.",
)
@click.option("--greeting", metavar="TEXT", help="A friendly line.")
@click.option("--explanation", metavar="TEXT", help="Why the recipient gets this.")
@click.option(
    "--action",
    "actions",
    callback=read_pairs,
    multiple=True,
    metavar="LABEL=URL",
    help="A button; may be repeated.",
)
@click.option("--sms-text", metavar="TEXT", help="Text of the SMS when LINE cannot take it.")
@click.option("--sms-source", metavar="SENDER", help="Sender ID of that SMS.")
@reference_option
@receipts_option
@connection_options
@dry_run_option
@json_option
def line(
    *,
    connection: Connection,
    numbers: tuple[str, ...],
    country: str | None,
    card_file: Path | None,
    sms_text: str | None,
    sms_source: str | None,
    client_message_id: str | None,
    dlr_callback_url: str | None,
    is_dry: bool,
    is_json: bool,
    **parts: Any,
) -> None:
    """Send a LINE Official Notification, from options or from a JSON file."""
    refuse_shared_reference(client_message_id, numbers)
    if sms_source is not None and sms_text is None:
        raise usage_error("--sms-source goes with --sms-text")
    card = json_in(card_file, "the content of the notification") if card_file is not None else None
    fallback = SmsFallback(sms_text, source=sms_source) if sms_text is not None else None

    def send(client: Client, number: str) -> AcceptedMessage:
        return client.line.notify(
            number,
            card,
            sms_fallback=fallback,
            client_message_id=client_message_id,
            dlr_callback_url=dlr_callback_url,
            **parts,
        )

    send_to_each(connection, numbers_of(numbers, country), send, is_dry=is_dry, is_json=is_json)
