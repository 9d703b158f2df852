"""What goes wrong in a way that a person can mend."""

from __future__ import annotations


class ReleaseError(Exception):
    """A release cannot be checked, or a check of it failed; the message says why."""
