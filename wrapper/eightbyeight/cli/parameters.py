"""Options that several commands have, and the kinds of values that options and arguments take."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eightbyeight import InvalidInput
from eightbyeight.cli.failures import usage_error
from eightbyeight.phone import to_e164

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def read_moment(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> datetime | None:
    """Read a date and time in RFC 3339, as the callback of an option. One without an offset is refused."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(
            "must be a date and time such as 2030-01-31T09:30:00+08:00", context, parameter
        ) from None
    if moment.utcoffset() is None:
        raise click.BadParameter(
            "needs its offset from UTC at the end, such as +08:00 or Z", context, parameter
        )
    return moment


def read_pair(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> tuple[str, str] | None:
    """Split LABEL=VALUE at the first equals sign, as the callback of an option."""
    if value is None:
        return None
    label, sign, content = value.partition("=")
    if not (sign and label):
        raise click.BadParameter("must be LABEL=VALUE", context, parameter)
    return label, content


def read_pairs(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Split each of several LABEL=VALUE, likewise."""
    pairs = (read_pair(context, parameter, value) for value in values)
    return tuple(pair for pair in pairs if pair is not None)


#: A file to read; ``-`` is standard input.
INPUT_FILE = click.Path(dir_okay=False, allow_dash=True, path_type=Path)

to_option = click.option(
    "--to", "numbers", multiple=True, required=True, metavar="NUMBER", help="May be repeated."
)
country_option = click.option(
    "--country",
    metavar="CC",
    help="Two letters; read numbers without a country code as national ones of this country.",
)
encoding_option = click.option(
    "--encoding",
    type=click.Choice(["AUTO", "GSM7", "UCS2"], case_sensitive=False),
    help="AUTO when left out.",
)
reference_option = click.option(
    "--client-message-id", metavar="ID", help="Your reference; for one number only."
)
scheduled_option = click.option(
    "--scheduled", callback=read_moment, metavar="MOMENT", help="When to send."
)
expiry_option = click.option(
    "--expiry", callback=read_moment, metavar="MOMENT", help="When to give up."
)
receipts_option = click.option("--dlr-callback-url", metavar="URL", help="Where receipts go.")


def refuse_shared_reference(reference: str | None, numbers: Collection[str]) -> None:
    """Raise Failure when one reference is to stand for the messages to several numbers."""
    if reference is not None and len(numbers) > 1:
        raise usage_error("--client-message-id stands for one message; give one --to with it")


def numbers_of(given: Iterable[str], country: str | None) -> list[str]:
    """Return the numbers to send to, in E.164 if there is a country. Raises Failure that names one that is none."""
    if country is None:
        return list(given)
    numbers = []
    for number in given:
        try:
            numbers.append(to_e164(number, country))
        except InvalidInput as error:
            raise usage_error(f"--to {number}: {error}") from None
    return numbers


def text_of(given: str) -> str:
    """Return a text that was given as an argument; ``-`` stands for standard input without its last line break."""
    if given != "-":
        return given
    try:
        text = sys.stdin.read()
    except UnicodeDecodeError:
        raise usage_error("standard input is not text in the terminal's encoding") from None
    return text.removesuffix("\n").removesuffix("\r")


def json_in(path: Path, what: str) -> dict[str, Any]:
    """Read a JSON object from a file; ``-`` stands for standard input. Raises Failure that names the place."""
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8-sig")
        value = json.loads(text)
    except OSError as error:
        raise usage_error(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise usage_error(f"{path} is not in UTF-8") from None
    except json.JSONDecodeError as error:
        raise usage_error(
            f"{path} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        ) from None
    except RecursionError:
        raise usage_error(f"{path} is nested too deeply") from None
    if not isinstance(value, dict):
        raise usage_error(f"{path} must hold a JSON object, {what}")
    return value
