"""`eightbyeight doctor`: is everything here that a send needs?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from eightbyeight.cli.checks import TIMEOUTS, Check, check_key, check_server
from eightbyeight.cli.connection import Connection, connection_options
from eightbyeight.cli.exit_status import ExitStatus
from eightbyeight.cli.failures import Failure
from eightbyeight.cli.output import json_option, print_json, visible
from eightbyeight.configuration import check_key as check_form
from eightbyeight.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDTHS = (13, 21)


@click.command()
@connection_options
@json_option
def doctor(*, connection: Connection, is_json: bool) -> None:
    """Check the API key, the region, the connection, TLS and the clock; each is a line.

    It sends no message. Exit status 0 when nothing is wrong, 1 otherwise.
    """
    found: list[Check] = []
    for check in _checks(connection):
        found.append(check)
        if not is_json:
            _tell(check)
    if is_json:
        print_json({"checks": [asdict(check) for check in found]})
    if any(check.verdict == "failed" for check in found):
        click.get_current_context().exit(ExitStatus.FAILED)


def _checks(connection: Connection) -> Iterator[Check]:
    key = _key(connection)
    yield key
    try:
        client = connection.dry_client(None)
    except ConfigurationError as error:
        yield Check("settings", "failed", str(error), "Correct the setting that it names.")
        return
    except Failure as error:
        yield Check("settings", "failed", error.message, "Nothing else can be checked without it.")
        return
    with client:
        where = connection.base_url or f"8x8, region {client.region}"
        yield Check("settings", "ok", f"{client.subaccount_id} at {where}")
        for product, url in client.hosts.items():
            yield from check_server(product, url)
    if key.verdict == "ok":
        with connection.client(timeouts=TIMEOUTS, max_attempts=1) as known:
            yield check_key(known)


def _key(connection: Connection) -> Check:
    """Check that there is a key that can be one. Not a character of it is shown."""
    try:
        key, place = connection.key(connection.subaccount or "")
        check_form(key)
    except ConfigurationError as error:
        return Check("API key", "failed", str(error), "Copy it from 8x8 Connect once more.")
    except Failure as error:
        return Check("API key", "failed", error.message, "A key is made in 8x8 Connect.")
    return Check("API key", "ok", f"from {place}")


def _tell(check: Check) -> None:
    verdict, name = (
        word.ljust(width) for word, width in zip((check.verdict, check.name), _WIDTHS, strict=True)
    )
    click.echo(visible(f"{verdict}{name}{check.found}"))
    if check.advice is not None:
        click.echo(visible(f"{' ' * sum(_WIDTHS)}{check.advice}"))
