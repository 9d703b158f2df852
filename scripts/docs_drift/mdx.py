"""Facts out of the vendor's ``.api.mdx`` pages, which hold their operation in the front matter."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from typing import Any

from .errors import PageError
from .facts import MDX, Facts
from .openapi import Reader

_MOST_BYTES = 50_000_000
_FIELD = re.compile(r"^api:[ \t]*[\"']?(?P<blob>[A-Za-z0-9+/=_\-\s]*?)[\"']?[ \t]*$", re.MULTILINE)


def is_mdx(text: str) -> bool:
    """Whether a file is such a page: front matter first, with the operation in it."""
    return text.lstrip("\ufeff").startswith("---") and bool(re.search(r"^api:", text, re.MULTILINE))


def read(page: str, source: str, text: str) -> Facts:
    """Extract the facts.

    Args:
        page: The page's name.
        source: Where it comes from, for messages.
        text: The file.

    Returns:
        The facts.

    Raises:
        PageError: If the front matter holds no operation that can be read.
    """
    operation = decoded(source, text)
    path, method = operation.get("path"), operation.get("method")
    if not (isinstance(path, str) and isinstance(method, str)):
        raise PageError(f"{source}: the operation in its front matter has no path and method")
    servers = operation.get("servers")
    entries = Reader().read(
        path=path,
        method=method,
        operation=operation,
        shared=[],
        servers=servers if isinstance(servers, list) else [],
    )
    return Facts(page, MDX, source, entries)


def decoded(source: str, text: str) -> dict[str, Any]:
    """Unpack the operation: base64 of deflated JSON."""
    parts = text.lstrip("\ufeff").split("\n---", 1)
    match = _FIELD.search(parts[0])
    if match is None or not match["blob"].strip():
        raise PageError(f"{source}: no operation in its front matter: `api:` is missing or empty")
    try:
        packed = base64.b64decode("".join(match["blob"].split()), validate=True)
        unpacker = zlib.decompressobj()
        document = json.loads(unpacker.decompress(packed, _MOST_BYTES))
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        raise PageError(f"{source}: `api:` in its front matter is damaged: {error}") from error
    if not isinstance(document, dict):
        raise PageError(f"{source}: `api:` in its front matter holds no operation")
    return document
