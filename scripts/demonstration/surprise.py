"""What the demo does when something is not as it should be."""

from __future__ import annotations


class Surprise(Exception):
    """Something came out differently from what it should."""


def expect(is_so: object, otherwise: str) -> None:
    """Raise Surprise unless something is as it should be."""
    if not is_so:
        raise Surprise(otherwise)
