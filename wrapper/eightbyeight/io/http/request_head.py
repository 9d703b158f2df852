"""The first lines of a request, as they go over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .address import Address
    from .backend import Headers


def head_of(method: str, address: Address, headers: Headers, content: bytes | None) -> bytes:
    """Return all that comes before the body. The headers have been checked: nothing in them can end a line."""
    return opening_of(method, address, headers) + end_of_head(content)


def opening_of(method: str, address: Address, headers: Headers) -> bytes:
    """Return what all requests to one place have in common."""
    return b"".join(
        [
            b"%s %s HTTP/1.1\r\nHost: %s\r\n" % (method.encode(), address.target, address.host),
            *[b"%s: %s\r\n" % header for header in headers],
        ]
    )


def end_of_head(content: bytes | None) -> bytes:
    """Return what follows the opening."""
    return b"\r\n" if content is None else b"Content-Length: %d\r\n\r\n" % len(content)
