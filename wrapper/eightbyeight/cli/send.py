"""`eightbyeight send`: one message to one or a few people."""

from __future__ import annotations

import click

from eightbyeight.cli.api_key import no_key_argument
from eightbyeight.cli.lazy_group import Home, LazyGroup

_HOMES = {
    "line": Home("send_line", "A LINE notification."),
    "message": Home("send_message", "A message over WhatsApp, RCS, Viber and others."),
    "sms": Home("send_sms", "A text message."),
}


@click.group(cls=LazyGroup, homes=_HOMES)
@no_key_argument
def send() -> None:
    """Send a message to one or a few people.

    The API key comes from EIGHTBYEIGHT_API_KEY, a file or the keyring. Exit status 0 when all were accepted, 1 when
    only some were, 2 when the input is wrong, 3 when nothing was sent, 4 when the API refused it, 5 when any may have
    been sent.
    """
