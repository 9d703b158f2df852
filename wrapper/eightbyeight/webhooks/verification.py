"""Is it 8x8 that calls? Two ways to tell.

The vendor documents no signature: no algorithm, no secret and no header that could be checked. So there is none
here either; a check that was made up would either refuse real events or prove nothing. What there is: a value of
your choice that 8x8 sends in the header Authorization, and the addresses that it sends from. Use HTTPS with both.

With OAuth, 8x8 brings a token that your own server has given it: check it in a function of your own.
"""

from __future__ import annotations

import enum
import hmac
import ipaddress
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from ..errors import ConfigurationError
from ..regions import Region

if TYPE_CHECKING:
    from .request import IncomingRequest

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


class Refusal(enum.IntEnum):
    """Why a request is not taken: the HTTP status that it is answered with."""

    UNAUTHORIZED = 401
    FORBIDDEN = 403


#: Looks at a request and returns None if it may pass. Anything but None refuses it.
Verify: TypeAlias = "Callable[[IncomingRequest], Refusal | None]"


class StaticAuthorization:
    """Passes requests whose header Authorization is one of ``values``, compared in constant time.

    Register the same value as ``httpAuthorization`` of the webhook. Give two while you change it.
    Raises ConfigurationError for values that cannot stand in a header.
    """

    __slots__ = ("_values",)

    def __init__(self, *values: str) -> None:
        if not values:
            raise ConfigurationError("StaticAuthorization needs at least one value")
        for value in values:
            if not isinstance(value, str) or not value.strip():
                raise ConfigurationError("a value of StaticAuthorization is empty or no string")
            if not value.isascii() or not value.isprintable() or value != value.strip():
                raise ConfigurationError(
                    "a value of StaticAuthorization holds a line break, a non-ASCII character or "
                    "a blank at its end: a header cannot hold it"
                )
        self._values = tuple(value.encode() for value in values)

    def __call__(self, request: IncomingRequest) -> Refusal | None:
        """Look at a request."""
        given = request.headers.get("authorization", "").encode("utf-8", "replace")
        # All of them are compared, so that the time does not tell which one it was.
        matches = [hmac.compare_digest(given, value) for value in self._values]
        return None if any(matches) else Refusal.UNAUTHORIZED

    def __repr__(self) -> str:
        return f"StaticAuthorization({len(self._values)} values)"


_ADDRESSES = {
    Region.APAC: ("52.220.117.120", "52.220.109.9", "18.136.13.204"),
    Region.ID: ("34.101.157.207", "34.101.215.77", "34.34.217.244", "34.101.109.67"),
    Region.EU: ("34.142.20.188", "34.142.64.178", "34.39.69.103", "34.39.114.155"),
    Region.NA: ("50.112.250.190", "100.21.170.42", "52.10.10.63"),
}


class SourceAddresses:
    """Passes requests that come from 8x8's addresses, as the vendor listed them in October 2025.

    Args:
        regions: Only the addresses of these regions, such as ``["apac"]``.
        networks: Other addresses or networks, such as ``"192.0.2.0/24"``, instead.
        proxies: How many proxies of yours stand before the application. With 0 the address of the connection
            counts, and the header X-Forwarded-For is not looked at, because anybody can send one. With 1 the last
            address in it counts, the one that your proxy has put there; with 2 the last but one.

    Raises:
        ConfigurationError: An argument makes no sense.

    See https://developer.8x8.com/connect/docs/ip-address-list
    """

    __slots__ = ("_networks", "_proxies")

    def __init__(
        self,
        regions: Iterable[str] | None = None,
        *,
        networks: Iterable[str | Network] | None = None,
        proxies: int = 0,
    ) -> None:
        if regions is not None and networks is not None:
            raise ConfigurationError("give regions or networks, not both")
        if isinstance(regions, str) or isinstance(networks, str):
            raise ConfigurationError("regions and networks are lists of strings")
        if isinstance(proxies, bool) or not isinstance(proxies, int) or proxies < 0:
            raise ConfigurationError("proxies must be a whole number, 0 or more")
        if networks is None:
            names = list(Region) if regions is None else [Region.parse(name) for name in regions]
            networks = [address for name in names for address in _ADDRESSES[name]]
        self._networks = tuple(map(_network, networks))
        if not self._networks:
            raise ConfigurationError("SourceAddresses needs at least one address")
        self._proxies = proxies

    def __call__(self, request: IncomingRequest) -> Refusal | None:
        """Look at a request."""
        address = _address(self._source(request))
        if address is None:
            return Refusal.FORBIDDEN
        is_known = any(address in network for network in self._networks)
        return None if is_known else Refusal.FORBIDDEN

    def _source(self, request: IncomingRequest) -> str | None:
        if not self._proxies:
            return request.peer
        hops = request.headers.get("x-forwarded-for", "").split(",")
        return hops[-self._proxies] if len(hops) >= self._proxies else None

    def __repr__(self) -> str:
        return f"SourceAddresses({len(self._networks)} networks, proxies={self._proxies})"


def all_of(*checks: Verify) -> Verify:
    """Return a check that passes what all of ``checks`` pass; the first that does not decides the answer."""
    if not checks:
        raise ConfigurationError("all_of needs at least one check")

    def check(request: IncomingRequest) -> Refusal | None:
        return next((found for one in checks if (found := one(request)) is not None), None)

    return check


def _network(value: str | Network) -> Network:
    try:
        return ipaddress.ip_network(value)
    except ValueError as error:
        raise ConfigurationError(f"networks: {error}") from None


def _address(text: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read an address as proxies write it: perhaps with a port, perhaps IPv4 within IPv6."""
    if text is None:
        return None
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    inner = getattr(address, "ipv4_mapped", None)
    return inner or address
