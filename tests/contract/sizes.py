"""How much is drawn."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import hypothesis

DEEP = bool(os.environ.get("EIGHTBYEIGHT_DEEP"))
FACTOR = 20 if DEEP else 1


def cases(number: int) -> Callable[[Any], Any]:
    """Let hypothesis draw so many cases, or many times that in a deep run."""
    return hypothesis.settings(max_examples=number * FACTOR)
