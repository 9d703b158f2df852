"""`eightbyeight send message`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eightbyeight import Fallback
from eightbyeight.cli.connection import Connection, connection_options
from eightbyeight.cli.dry_run import dry_run_option
from eightbyeight.cli.failures import usage_error
from eightbyeight.cli.output import json_option
from eightbyeight.cli.parameters import (
    INPUT_FILE,
    country_option,
    expiry_option,
    json_in,
    numbers_of,
    receipts_option,
    reference_option,
    refuse_shared_reference,
    scheduled_option,
    text_of,
    to_option,
)
from eightbyeight.cli.sending import send_to_each

if TYPE_CHECKING:
    from eightbyeight import AcceptedMessage, Client


@click.command()
@click.argument("text", required=False)
@to_option
@country_option
@click.option(
    "--content",
    "content_file",
    metavar="FILE",
    type=INPUT_FILE,
    help="Instead of TEXT: a JSON file with the API's type and content; - is standard input.",
)
@click.option(
    "--channel",
    "channels",
    multiple=True,
    metavar="NAME[:SECONDS[:STATUS]]",
    help="Try this channel, so many seconds for this status (accepted, sent, delivered, read), then the next one; "
    "repeat it in their order. Without any, the sub-account's own chain is used.",
)
@click.option("--sms-text", metavar="TEXT", help="Text of the SMS at the end of the chain.")
@click.option("--sms-source", metavar="SENDER", help="Sender ID of that SMS.")
@reference_option
@scheduled_option
@expiry_option
@receipts_option
@click.option("--reply-to", metavar="UMID", help="The message that this one answers.")
@connection_options
@dry_run_option
@json_option
def message(
    *,
    connection: Connection,
    text: str | None,
    numbers: tuple[str, ...],
    country: str | None,
    content_file: Path | None,
    channels: tuple[str, ...],
    sms_text: str | None,
    sms_source: str | None,
    is_dry: bool,
    is_json: bool,
    **options: Any,
) -> None:
    """Send TEXT, or another content, over messaging apps; - reads TEXT from standard input.

    For example: eightbyeight send message --to +6591234567 --channel whatsapp:60:delivered --channel sms "Hello"
    """
    if (text is None) is (content_file is None):
        raise click.UsageError("give TEXT or --content FILE, one of them")
    refuse_shared_reference(options["client_message_id"], numbers)
    content: str | dict[str, Any] = ""
    if content_file is not None:
        content = json_in(content_file, 'such as {"type": "text", "content": {"text": "Hello"}}')
    elif text is not None:
        content = text_of(text)
    fallback = _plan(channels, sms_text, sms_source)

    def send(client: Client, number: str) -> AcceptedMessage:
        return client.messages.send(number, content, fallback=fallback, **options)

    send_to_each(connection, numbers_of(numbers, country), send, is_dry=is_dry, is_json=is_json)


def _plan(
    channels: tuple[str, ...], sms_text: str | None, sms_source: str | None
) -> Fallback | None:
    """Make the fallback plan. Raises InvalidInput for one that cannot work."""
    has_sms = bool(channels) and channels[-1].partition(":")[0].casefold() == "sms"
    if not has_sms and (sms_text is not None or sms_source is not None):
        raise usage_error("--sms-text and --sms-source go with --channel sms as the last channel")
    if not channels:
        return None
    plan = Fallback()
    for channel in channels[:-1] if has_sms else channels:
        name, after, until = _read(channel)
        plan = plan.then(name, after=after, until=until)
    if not has_sms:
        return plan
    _, after, until = _read(channels[-1])
    return plan.then_sms(text=sms_text, source=sms_source, after=after, until=until)


def _read(channel: str) -> tuple[str, int | None, str | None]:
    """Split one value of --channel."""
    name, _, rest = channel.partition(":")
    seconds, _, until = rest.partition(":")
    if seconds and not (seconds.isascii() and seconds.isdigit()):
        raise usage_error(
            f"--channel {channel}: after the colon stands a number of seconds, as in {name}:60:delivered"
        )
    return name, int(seconds[:9]) if seconds else None, until or None
