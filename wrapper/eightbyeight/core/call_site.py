"""Where in the user's code a call began, for warnings that point there."""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = str(Path(__file__).parents[1])


def stack_level() -> int:
    """Return the ``stacklevel`` with which ``warnings.warn`` in the calling function names the user's line."""
    level = 1
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
        level += 1
    return level
