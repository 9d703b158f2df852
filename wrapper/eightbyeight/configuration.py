"""What a client needs to know, from arguments and from the environment."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from eightbyeight_generated.servers import SERVERS

from .core.retry import Timeouts
from .errors import ConfigurationError
from .regions import Region

if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    from .drift import DriftWatch
    from .hook_guard import GuardedHooks
    from .io.journal import Journal
    from .io.limiter import Limiter

ApiKey: TypeAlias = "str | Callable[[], str]"
AsyncApiKey: TypeAlias = "str | Callable[[], str | Awaitable[str]]"

# Whether a send whose outcome is unknown is left alone, or repeated because a duplicate is better than a loss.
Delivery: TypeAlias = 'Literal["at_most_once", "at_least_once"]'

_ENVIRONMENT = {
    "api_key": "EIGHTBYEIGHT_API_KEY",
    "subaccount_id": "EIGHTBYEIGHT_SUBACCOUNT_ID",
    "region": "EIGHTBYEIGHT_REGION",
    "base_url": "EIGHTBYEIGHT_BASE_URL",
    "backend": "EIGHTBYEIGHT_BACKEND",
}


class Configuration(NamedTuple):
    """Checked settings of a client. ``hosts`` maps each product to the URL before its paths."""

    api_key: ApiKey | AsyncApiKey
    subaccount_id: str
    region: Region
    hosts: Mapping[str, str]
    timeouts: Timeouts
    max_attempts: int
    delivery: Delivery
    limiter: Limiter | None
    journal: Journal | None
    owns_journal: bool
    drift: DriftWatch | None
    hooks: GuardedHooks | None

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in self._asdict().items() if name != "api_key")
        return f"Configuration({', '.join(shown)})"


def configure(
    *,
    api_key: ApiKey | AsyncApiKey | None = None,
    subaccount_id: str | None = None,
    region: str | None = None,
    base_url: str | Mapping[str, str] | None = None,
    timeouts: Timeouts | None = None,
    max_attempts: int = 3,
    delivery: Delivery = "at_most_once",
    limiter: Limiter | None = None,
    journal: Journal | None = None,
    owns_journal: bool = False,
    drift: DriftWatch | None = None,
    hooks: GuardedHooks | None = None,
    environment: Mapping[str, str] | None = None,
) -> Configuration:
    """Put together a client's settings: arguments first, then the environment.

    ``environment`` stands in for ``os.environ``. Raises ConfigurationError that names everything that is
    missing or wrong.
    """
    env = os.environ if environment is None else environment
    key = api_key if api_key is not None else env.get(_ENVIRONMENT["api_key"]) or None
    subaccount = (
        subaccount_id
        if subaccount_id is not None
        else env.get(_ENVIRONMENT["subaccount_id"]) or None
    )
    missing = [
        name for name, value in (("api_key", key), ("subaccount_id", subaccount)) if value is None
    ]
    if missing or key is None or subaccount is None:
        raise ConfigurationError(
            "missing: "
            + ", ".join(
                f"{name} (argument, or {_ENVIRONMENT[name]} in the environment)" for name in missing
            )
        )
    if not callable(key):
        check_key(key)
    for phase, limit in _phases(timeouts or Timeouts()):
        if (
            isinstance(limit, bool)
            or not isinstance(limit, int | float)
            or not 0 < limit < float("inf")
        ):
            raise ConfigurationError(f"timeouts.{phase} must be a number of seconds above 0")
    if not isinstance(subaccount, str):
        raise ConfigurationError(f"subaccount_id must be a string, not {type(subaccount).__name__}")
    if isinstance(max_attempts, bool) or not isinstance(max_attempts, int):
        raise ConfigurationError("max_attempts must be a whole number")
    if max_attempts < 1:
        raise ConfigurationError("max_attempts must be at least 1")
    if delivery not in ("at_most_once", "at_least_once"):
        raise ConfigurationError("delivery must be at_most_once or at_least_once")
    where = Region.parse(region or env.get(_ENVIRONMENT["region"]) or Region.APAC)
    return Configuration(
        api_key=key,
        subaccount_id=subaccount,
        region=where,
        hosts=_hosts(where, base_url or env.get(_ENVIRONMENT["base_url"]) or None),
        timeouts=timeouts or Timeouts(),
        max_attempts=max_attempts,
        delivery=delivery,
        limiter=limiter,
        journal=journal,
        owns_journal=owns_journal,
        drift=drift,
        hooks=hooks,
    )


def choose_backend(backend: str | None, *, is_brought: bool) -> str:
    """Return the name of the backend: the argument first, then the environment, else httpx.

    ``is_brought`` says that the caller gave a client or transport of httpx; the environment does not replace those.
    """
    if backend is not None:
        return backend
    return "httpx" if is_brought else os.environ.get(_ENVIRONMENT["backend"]) or "httpx"


def check_key(key: object) -> str:
    """Return ``key`` if it can stand in an HTTP header. Raises ConfigurationError, without showing it, otherwise."""
    if not isinstance(key, str):
        raise ConfigurationError(f"the API key must be a string, not {type(key).__name__}")
    if not key.strip():
        raise ConfigurationError("the API key is empty")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigurationError(
            "the API key holds a blank, a line break or a non-ASCII character; it was probably cut or pasted wrongly"
        )
    return key


def _hosts(region: Region, base_url: str | Mapping[str, str] | None) -> Mapping[str, str]:
    """Map products to base URLs. A single URL serves all products under their names, as the mock does."""
    if base_url is None:
        return MappingProxyType({product: region.host(product) for product in SERVERS})
    if isinstance(base_url, str):
        return MappingProxyType(
            {product: f"{_checked_url(base_url)}/{product}" for product in SERVERS}
        )
    unknown = sorted(set(base_url) - set(SERVERS))
    if unknown:
        raise ConfigurationError(
            f"base_url names unknown products {unknown}: use {', '.join(SERVERS)}"
        )
    return MappingProxyType(
        {
            product: _checked_url(base_url[product])
            if product in base_url
            else region.host(product)
            for product in SERVERS
        }
    )


def _phases(timeouts: object) -> list[tuple[str, object]]:
    if not isinstance(timeouts, Timeouts):
        raise ConfigurationError("timeouts must be a Timeouts, such as Timeouts(read=10)")
    return list(timeouts._asdict().items())


def _checked_url(url: str) -> str:
    if not isinstance(url, str):
        raise ConfigurationError(f"base_url must be a string, not {type(url).__name__}")
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ConfigurationError(f"base_url cannot be read: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(
            "base_url must be an absolute http or https URL, such as http://127.0.0.1:8808"
        )
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ConfigurationError("base_url must hold neither credentials nor a query")
    return url.rstrip("/")
