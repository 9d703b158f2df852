"""The options of every command that talks to the API, and the client that they describe."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eightbyeight import Client
from eightbyeight.cli.api_key import find_key, no_key_argument
from eightbyeight.cli.failures import usage_error

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

_HIDDEN_KEY = "hidden"


@dataclass(frozen=True, slots=True)
class Connection:
    """Whom a command talks to, and as whom."""

    subaccount: str | None
    region: str | None
    base_url: str | None
    key_file: Path | None
    from_keyring: bool

    def client(self, **options: Any) -> Client:
        """Make the client. Raises Failure or ConfigurationError for settings that are missing or wrong."""
        subaccount = self._subaccount()
        return self._client(self.key(subaccount)[0], subaccount, options)

    def dry_client(self, transport: httpx.BaseTransport | None) -> Client:
        """Make a client without a key, that sends into ``transport``; with None it is only asked for its settings."""
        options = {"transport": transport, "rate_limits": False}
        return self._client(_HIDDEN_KEY, self._subaccount(), options)

    def key(self, subaccount: str) -> tuple[str, str]:
        """Return the API key and where it came from."""
        return find_key(self.key_file, from_keyring=self.from_keyring, subaccount=subaccount)

    def _subaccount(self) -> str:
        if not self.subaccount:
            raise usage_error(
                "missing: subaccount_id (--subaccount NAME, or EIGHTBYEIGHT_SUBACCOUNT_ID in the environment)"
            )
        return self.subaccount

    def _client(self, key: str, subaccount: str, options: dict[str, Any]) -> Client:
        return Client(key, subaccount, self.region, base_url=self.base_url, **options)


_OPTIONS = (
    click.option(
        "--subaccount",
        metavar="NAME",
        envvar="EIGHTBYEIGHT_SUBACCOUNT_ID",
        show_envvar=True,
        help="The sub-account that sends.",
    ),
    click.option(
        "--region",
        metavar="REGION",
        envvar="EIGHTBYEIGHT_REGION",
        show_envvar=True,
        help="apac (default), na, eu or id.",
    ),
    click.option(
        "--base-url",
        metavar="URL",
        envvar="EIGHTBYEIGHT_BASE_URL",
        show_envvar=True,
        help="Another server, such as the mock.",
    ),
    click.option(
        "--api-key-file",
        "key_file",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Read the API key from a file, instead of EIGHTBYEIGHT_API_KEY.",
    ),
    click.option(
        "--api-key-keyring",
        "from_keyring",
        is_flag=True,
        help="Read the API key from the system's keyring.",
    ),
    no_key_argument,
)


def connection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options, and hand it the ``connection`` that they make."""

    @functools.wraps(command)
    def with_connection(
        *,
        subaccount: str | None,
        region: str | None,
        base_url: str | None,
        key_file: Path | None,
        from_keyring: bool,
        **others: Any,
    ) -> Any:
        connection = Connection(subaccount, region, base_url, key_file, from_keyring)
        return command(connection=connection, **others)

    decorated: Callable[..., Any] = with_connection
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated
