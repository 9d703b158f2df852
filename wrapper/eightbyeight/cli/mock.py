"""`eightbyeight mock`: serve a local 8x8."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eightbyeight.mock.app import MockApp, create_app
from eightbyeight.mock.document import DocumentError
from eightbyeight.mock.server import listen, run, url_of
from eightbyeight.mock.settings import SettingsError

if TYPE_CHECKING:
    import socket

DEFAULT_PORT = 8808


@click.command(context_settings={"show_default": True})
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option(
    "--port", default=DEFAULT_PORT, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option(
    "--strict/--lenient",
    "strict",
    default=True,
    help="Follow the spec to the letter, or forgive what the vendor's own samples get wrong.",
)
@click.option("--seed", type=int, help="Repeatable ids and times.", show_default=False)
@click.option(
    "--api-key",
    "api_keys",
    multiple=True,
    envvar="EIGHTBYEIGHT_MOCK_API_KEY",
    show_envvar=True,
    show_default=False,
    help="An accepted key; may be repeated. Without any, every non-empty key will do.",
)
@click.option(
    "--subaccount",
    "subaccounts",
    multiple=True,
    show_default=False,
    help="A sub-account that exists; may be repeated. Without any, all do.",
)
@click.option(
    "--region",
    show_default=False,
    help="Home region of the account; hosts of other regions answer 403.",
)
@click.option(
    "--rate-limit/--no-rate-limit", default=True, help="Apply the documented request limits."
)
@click.option(
    "--require-tls13",
    is_flag=True,
    help="Answer every SMS request with 426, as a client with an old TLS sees it.",
)
@click.option(
    "--document",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    show_default=False,
    help="Another composed OpenAPI document than the shipped one.",
)
def mock(
    host: str,
    port: int,
    strict: bool,
    seed: int | None,
    api_keys: tuple[str, ...],
    subaccounts: tuple[str, ...],
    region: str | None,
    rate_limit: bool,
    require_tls13: bool,
    document: Path | None,
) -> None:
    """Serve a local 8x8: validates, stores and answers like the real one, and sends nothing."""
    try:
        app = create_app(
            document,
            seed=seed,
            mode="strict" if strict else "lenient",
            api_keys=api_keys,
            subaccounts=subaccounts or None,
            region=region,
            rate_limit=rate_limit,
            require_tls13=require_tls13,
        )
    except SettingsError as error:
        raise click.UsageError(str(error)) from None
    except DocumentError as error:
        raise click.ClickException(str(error)) from None
    try:
        listener = listen(host, port)
    except (OSError, UnicodeError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise click.ClickException(f"cannot listen on {host} port {port}: {reason}") from None
    click.echo(banner(app, listener))
    run(app, listener)


def banner(app: MockApp, listener: socket.socket) -> str:
    """What a person needs to start: the URL, the mode and a first request."""
    url = url_of(listener)
    keys = f"{len(app.settings.api_keys)} accepted" if app.settings.api_keys else "any"
    seed = "none" if app.seed is None else f"{app.seed} (repeatable ids and times)"
    key = "$EIGHTBYEIGHT_API_KEY" if app.settings.api_keys else "any-key"
    path = f"{url}/chatapps/api/v1/subaccounts/acme_hq/messages"
    return f"""\
A local 8x8 is ready. It validates, stores and answers; it sends nothing.

  export EIGHTBYEIGHT_BASE_URL={url}

  mode {app.settings.mode} | seed {seed} | keys {keys}
  messaging apps {url}/chatapps | sms {url}/sms | control {url}/__mock__

Try it:

  curl {path} \\
    -H "Authorization: Bearer {key}" -H "Content-Type: application/json" \\
    -d '{{"user":{{"msisdn":"+6591234567"}},"type":"text","content":{{"text":"Hello"}}}}'
  curl {url}/__mock__/messages

Ctrl-C ends it."""
