"""`eightbyeight send sms`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from eightbyeight.cli.connection import Connection, connection_options
from eightbyeight.cli.dry_run import dry_run_option
from eightbyeight.cli.failures import usage_error
from eightbyeight.cli.output import json_option, note
from eightbyeight.cli.parameters import (
    country_option,
    encoding_option,
    expiry_option,
    numbers_of,
    receipts_option,
    reference_option,
    refuse_shared_reference,
    scheduled_option,
    text_of,
    to_option,
)
from eightbyeight.cli.sending import send_to_each
from eightbyeight.segments import segment, to_gsm7

if TYPE_CHECKING:
    from eightbyeight import AcceptedSms, Client


@click.command()
@click.argument("text")
@to_option
@country_option
@click.option("--source", metavar="SENDER", help="Sender ID, up to 16 characters.")
@encoding_option
@click.option(
    "--gsm7",
    "is_plain",
    is_flag=True,
    help="Replace typographic characters, so that the text takes fewer parts.",
)
@click.option(
    "--max-parts", type=click.IntRange(min=1), help="Refuse a text that takes more parts."
)
@reference_option
@scheduled_option
@expiry_option
@receipts_option
@connection_options
@dry_run_option
@json_option
def sms(
    *,
    connection: Connection,
    text: str,
    numbers: tuple[str, ...],
    country: str | None,
    encoding: str | None,
    is_plain: bool,
    max_parts: int | None,
    is_dry: bool,
    is_json: bool,
    **options: Any,
) -> None:
    """Send TEXT as an SMS; - reads it from standard input.

    MOMENT is like 2030-01-31T09:30:00+08:00.
    """
    text = _checked(text_of(text), encoding, max_parts, is_plain=is_plain)
    refuse_shared_reference(options["client_message_id"], numbers)

    def send(client: Client, number: str) -> AcceptedSms:
        return client.sms.send(number, text, encoding=encoding, **options)

    send_to_each(connection, numbers_of(numbers, country), send, is_dry=is_dry, is_json=is_json)


def _checked(text: str, encoding: str | None, max_parts: int | None, *, is_plain: bool) -> str:
    """Return the text as it is to be sent; say how it is changed, and when its end is lost."""
    if is_plain:
        plain = to_gsm7(text)
        text = plain.text
        if plain.replacements:
            note(f"replaced {len(plain.replacements)} characters by those of GSM-7")
        elif plain.remaining:
            note(f"cannot be in GSM-7: it has {plain.remaining[0].name}")
    parts = segment(text, encoding)
    if max_parts is not None and parts.count > max_parts:
        raise usage_error(
            f"the text takes {parts.count} parts in {parts.encoding_name}, more than --max-parts {max_parts}"
        )
    if parts.warning:
        note(f"warning: {parts.warning}")
    return text
