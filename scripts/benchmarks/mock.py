"""The local 8x8: beside Prism, with a full batch of surveys, and its memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import mock_batch, mock_memory, mock_sends, mock_start

if TYPE_CHECKING:
    from .row import NotMeasured, Row


def run(*, quick: bool) -> list[Row | NotMeasured]:
    """Measure all of that."""
    return [
        row
        for part in (mock_sends, mock_start, mock_batch, mock_memory)
        for row in part.run(quick=quick)
    ]
