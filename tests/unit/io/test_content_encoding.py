"""Compressed replies, whole and broken."""

from __future__ import annotations

import gzip
import zlib

import pytest

from eightbyeight.io.http.content_encoding import decoded

BODY = b'{"umid": "bda3d56d-1424-e711-813c-06ed3428fe67"}' * 9


def bare_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


@pytest.mark.parametrize(
    ("named", "content"),
    [
        ("gzip", gzip.compress(BODY)),
        ("GZip", gzip.compress(BODY)),
        ("x-gzip", gzip.compress(BODY)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", bare_deflate(BODY)),
        ("deflate, gzip", gzip.compress(zlib.compress(BODY))),
        ("identity", BODY),
        ("br", BODY),  # not asked for: whoever reads it finds that it is no JSON
        ("", BODY),
    ],
)
def test_the_body_is_what_it_was(named, content):
    assert BODY == decoded(content, {"content-encoding": named})


def test_without_the_header_or_a_body_nothing_is_done():
    assert gzip.compress(b"x", mtime=0) == decoded(gzip.compress(b"x", mtime=0), {})
    assert b"" == decoded(b"", {"content-encoding": "gzip"})


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(BODY)[:-1],
        gzip.compress(BODY)[:20],
        gzip.compress(BODY)[:-8] + b"\0" * 8,
        zlib.compress(BODY)[:-1],
        bare_deflate(BODY)[:-1],
        BODY,
    ],
)
def test_what_is_broken_or_cut_off_is_said_to_be(content):
    with pytest.raises(ValueError, match="not compressed as its header says, or is cut off"):
        decoded(content, {"content-encoding": "gzip"})
