"""Where an exception comes from, without its words, which may hold anything: a text, a number, a key."""

from __future__ import annotations

import traceback


def where_raised(error: BaseException) -> str:
    """Return the name of the exception's class and the place of the code that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {frames[-1].name}, {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
