"""The server under test, and the refusal of hosts that would really send."""

from __future__ import annotations

import ipaddress
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

#: The vendor's domains; every host below them may belong to it.
_DOMAINS = ("8x8.com", "8x8.uk", "8x8.id", "8x8.us")

# Strict on purpose: parsers disagree about what is odd here, and then a check looks at another host than
# the one that gets the request.
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?P<path>/[A-Za-z0-9._~/-]*)?"
)


class TargetError(ValueError):
    """A URL that cannot be used, or one that is refused."""


@dataclass(frozen=True)
class Target:
    """Where the operations of each product are.

    Attributes:
        urls: Base URLs by product, without a slash at the end.
    """

    urls: Mapping[str, str]

    @property
    def hosts(self) -> list[str]:
        """The hosts, each once."""
        return list(dict.fromkeys(host_of(url) for url in self.urls.values()))

    @property
    def distant_hosts(self) -> list[str]:
        """The hosts that are not this machine."""
        return [host for host in self.hosts if not is_loopback(host)]

    @contextmanager
    def reached_directly(self) -> Iterator[None]:
        """Keep a proxy of the environment from getting what is meant for this machine."""
        near = [host for host in self.hosts if is_loopback(host)]
        before = {name: os.environ.get(name) for name in ("no_proxy", "NO_PROXY")}
        for name, value in before.items():
            os.environ[name] = ",".join([*filter(None, [value]), *near])
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def make_target(
    products: Iterable[str],
    base_url: str | None,
    own: Mapping[str, str | None],
    vendor_hosts: Iterable[str],
    *,
    vendor_allowed: bool,
) -> Target:
    """Find each product's URL, and refuse those of the vendor. Nothing is resolved or contacted.

    Args:
        products: The products of the document.
        base_url: A URL with the products below it, as the mock has them.
        own: Product URLs of their own, which win.
        vendor_hosts: The hosts that the document names.
        vendor_allowed: Whether somebody accepts that messages are really sent.

    Raises:
        TargetError: A URL cannot be used or is refused, or there is none.
    """
    urls: dict[str, str] = {}
    for product in products:
        given = own.get(product)
        if given:
            urls[product] = checked(given)
        elif base_url:
            urls[product] = f"{checked(base_url)}/{product}"
    if not urls:
        raise TargetError(
            "there is no server to test: give --base-url, or --har for recorded traffic"
        )
    target = Target(urls)
    known = set(vendor_hosts)
    for host in target.hosts:
        if is_vendor(host, known) and not vendor_allowed:
            raise TargetError(
                f"{host} is a host of the vendor: this would send real messages to made-up numbers and cost "
                "money. Nothing was sent. Test a mock or a staging server, or add --i-know-this-sends-messages"
            )
    return target


def checked(url: str) -> str:
    """A base URL without a slash at its end.

    Raises:
        TargetError: It is not one; the message does not repeat it, it may hold a password.
    """
    found = _URL.fullmatch(url.strip())
    if found is None:
        raise TargetError(
            "a base URL is http:// or https://, a host in ASCII, perhaps a port and a path; "
            "it has no user name, query or fragment"
        )
    try:
        port = urlsplit(url.strip()).port
    except ValueError:
        port = 0
    if port == 0:
        raise TargetError("the port of a base URL is a number from 1 to 65535")
    return url.strip().rstrip("/")


def host_of(url: str) -> str:
    """The host of a URL in lower case, without a dot at its end."""
    return (urlsplit(url).hostname or "").lower().rstrip(".")


def is_vendor(host: str, known: Iterable[str] = ()) -> bool:
    """Whether a host is the vendor's: one of the document's, or any below its domains."""
    host = host.lower().rstrip(".")
    return host in known or any(
        host == domain or host.endswith(f".{domain}") for domain in _DOMAINS
    )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name alone."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
