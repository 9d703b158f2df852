"""The body of a reply as it was before it was compressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def decoded(content: bytes, headers: Mapping[str, str]) -> bytes:
    """Return the body behind ``content``.

    Names of encodings that nobody asked for leave it as it is: whoever reads the body then says that it is none.
    Raises ValueError when it is not what the header says.
    """
    named = headers.get("content-encoding")
    if named is None or not content:
        return content
    for name in reversed([part.strip().lower() for part in named.split(",")]):
        if name in ("gzip", "x-gzip", "deflate"):
            content = _inflated(content)
    return content


def _inflated(content: bytes) -> bytes:
    import zlib

    # Some servers mean the bare format by "deflate"; the other two are told apart by zlib itself.
    formats = [zlib.MAX_WBITS | 32, -zlib.MAX_WBITS]
    for wbits in formats:
        decoder = zlib.decompressobj(wbits)
        try:
            whole = decoder.decompress(content) + decoder.flush()
        except zlib.error:
            continue
        if decoder.eof:
            return whole
    raise ValueError("the body of the reply is not compressed as its header says, or is cut off")
