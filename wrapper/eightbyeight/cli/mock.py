"""`eightbyeight mock`: serve a local 8x8."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

import click

from eightbyeight.mock.app import MockApp, create_app
from eightbyeight.mock.chaos import ChaosError
from eightbyeight.mock.document import DocumentError
from eightbyeight.mock.server import listen, run, url_of
from eightbyeight.mock.settings import SettingsError
from eightbyeight.mock.tls import Certificate, TlsError, certificate_in, hosts_of

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
    help="Answer SMS requests with 426 unless they come over TLS 1.3, which needs --tls.",
)
@click.option(
    "--chaos",
    "chaos",
    multiple=True,
    metavar="RULE",
    show_default=False,
    help="Make requests fail, such as '5% reset-after' or '+6591234567 429:2'; may be repeated. "
    "docs/chaos.md explains the words.",
)
@click.option(
    "--callback-url",
    envvar="EIGHTBYEIGHT_MOCK_CALLBACK_URL",
    show_default=False,
    help="Where receipts are posted, unless a request says.",
)
@click.option(
    "--inbound-url",
    envvar="EIGHTBYEIGHT_MOCK_INBOUND_URL",
    show_default=False,
    help="Where the answers of users are posted.",
)
@click.option(
    "--lifecycle",
    type=click.Choice(["auto", "manual"]),
    default="auto",
    help="Messages come further by themselves, or wait to be told.",
)
@click.option("--tls", "is_tls", is_flag=True, help="Serve https, as the vendor's hosts.")
@click.option(
    "--tls-dir",
    type=click.Path(file_okay=False, path_type=Path),
    show_default=False,
    help="Serve https, and keep the CA and the certificate here for the next run.",
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
    chaos: tuple[str, ...],
    callback_url: str | None,
    inbound_url: str | None,
    lifecycle: Literal["auto", "manual"],
    is_tls: bool,
    tls_dir: Path | None,
    document: Path | None,
) -> None:
    """Serve a local 8x8: validates, stores and answers like the real one, and sends nothing."""
    try:
        app = create_app(
            document,
            seed=seed,
            chaos=chaos,
            mode="strict" if strict else "lenient",
            api_keys=api_keys,
            subaccounts=subaccounts or None,
            region=region,
            rate_limit=rate_limit,
            require_tls13=require_tls13,
            callback_url=callback_url,
            inbound_url=inbound_url,
            lifecycle=lifecycle,
        )
    except (ChaosError, SettingsError) as error:
        raise click.UsageError(str(error)) from None
    except DocumentError as error:
        raise click.ClickException(str(error)) from None
    with ExitStack() as stack:
        certificate = None
        if is_tls or tls_dir is not None:
            temporary = stack.enter_context(TemporaryDirectory(prefix="eightbyeight-mock-"))
            try:
                certificate = certificate_in(tls_dir or Path(temporary), hosts_of(app.document))
            except TlsError as error:
                raise click.ClickException(str(error)) from None
        listener = _listening(host, port)
        click.echo(banner(app, listener, certificate))
        run(app, listener, certificate)


def _listening(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except (OSError, UnicodeError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise click.ClickException(f"cannot listen on {host} port {port}: {reason}") from None


def banner(app: MockApp, listener: socket.socket, certificate: Certificate | None = None) -> str:
    """What a person needs to start: the URL, the mode and a first request."""
    url = url_of(listener, "http" if certificate is None else "https")
    keys = f"{len(app.settings.api_keys)} accepted" if app.settings.api_keys else "any"
    seed = "none" if app.seed is None else f"{app.seed} (repeatable ids and times)"
    key = "$EIGHTBYEIGHT_API_KEY" if app.settings.api_keys else "any-key"
    path = f"{url}/chatapps/api/v1/subaccounts/acme_hq/messages"
    trust = (
        "" if certificate is None else f"\n  export SSL_CERT_FILE={certificate.ca_file.resolve()}"
    )
    option = "" if certificate is None else '--cacert "$SSL_CERT_FILE" '
    rules = f" | chaos rules {len(app.chaos)}" if len(app.chaos) else ""
    hosts = "" if certificate is None else _hosts_hint(app, listener)
    return f"""\
A local 8x8 is ready. It validates, stores and answers; it sends nothing.

  export EIGHTBYEIGHT_BASE_URL={url}{trust}

  mode {app.settings.mode} | seed {seed} | keys {keys}{rules}
  messaging apps {url}/chatapps | sms {url}/sms | control {url}/__mock__
  inbox {url}/__mock__/inbox

Try it:

  curl {option}{path} \\
    -H "Authorization: Bearer {key}" -H "Content-Type: application/json" \\
    -d '{{"user":{{"msisdn":"+6591234567"}},"type":"text","content":{{"text":"Hello"}}}}'
  curl {option}{url}/__mock__/messages
{hosts}
Ctrl-C ends it."""


def _hosts_hint(app: MockApp, listener: socket.socket) -> str:
    """How a client that is not to be changed reaches the mock under the vendor's names."""
    _, _, place = url_of(listener).partition("//")
    url = next((url for regions in app.document.servers.values() for url in regions.values()), "")
    return f"""
SSL_CERT_FILE replaces the usual CAs: set it only where the mock is used. The certificate holds
the vendor's hosts too, for clients that are not to be changed:

  curl --cacert "$SSL_CERT_FILE" --connect-to ::{place} \\
    {url}/api/v1/subaccounts/acme_hq/messages ...
"""
