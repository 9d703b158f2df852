"""A finished HTTP answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_encode = json.JSONEncoder(separators=(",", ":")).encode
_KIND = (b"content-type", b"application/json")


class Response(NamedTuple):
    """Status, headers with lower-case names, and body."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: bytes) -> bytes | None:
        """The value of a header, or None."""
        for own, value in self.headers:
            if own == name:
                return value
        return None


def json_response(
    status: int, payload: Any, headers: Iterable[tuple[bytes, bytes]] = ()
) -> Response:
    """An answer with a JSON body, or without any when the payload is None."""
    if payload is None:
        return Response(status, [*headers, (b"content-length", b"0")], b"")
    body = _encode(payload).encode()
    return Response(status, [*headers, _KIND, (b"content-length", b"%d" % len(body))], body)
