"""Where a request goes: what a connection is made to, and what stands in the first lines of the request."""

from __future__ import annotations

import functools
from typing import NamedTuple
from urllib.parse import quote, urlsplit

_PORTS = {"http": 80, "https": 443}
# What may stand in a path and query as it is; "%" because what is quoted already stays as it is.
_SAFE = "!#$%&'()*+,/:;=?@[]~"


class Origin(NamedTuple):
    """What a connection is made to. ``host`` is a name in ASCII, or an address without brackets."""

    scheme: str
    host: str
    port: int


class Address(NamedTuple):
    """A URL, taken apart for a request. ``host`` is the value of the header, ``target`` follows the method."""

    origin: Origin
    host: bytes
    target: bytes


@functools.lru_cache(maxsize=256)
def address_of(url: str) -> Address:
    """Take a URL apart. Raises ValueError for one that nothing can be sent to."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("not an absolute http or https URL")
    host = parts.hostname
    if not host.isascii():
        import idna  # few hosts have such names

        host = idna.encode(host, uts46=True).decode()
    port = _PORTS[parts.scheme] if parts.port is None else parts.port
    shown = f"[{host}]" if ":" in host else host
    if port != _PORTS[parts.scheme]:
        shown += f":{port}"
    target = quote(parts.path or "/", safe=_SAFE)
    if parts.query:
        target += "?" + quote(parts.query, safe=_SAFE)
    return Address(Origin(parts.scheme, host, port), shown.encode(), target.encode())
