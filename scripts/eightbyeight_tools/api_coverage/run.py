"""Showing, writing and checking the coverage of the vendor's operations."""

from __future__ import annotations

import sys
from pathlib import Path

from ..errors import ToolError
from . import page
from .looking import look

TABLE, JSON, WRITE, CHECK = "table", "json", "write", "check"


def run(root: Path, task: str) -> int:
    """Look, and do one thing with what was found.

    Args:
        root: The project's folder.
        task: ``table`` and ``json`` print it, ``write`` writes the page, ``check`` tells whether it is current.

    Returns:
        The exit status: 1 if the page is stale, or something could not be looked at.
    """
    try:
        coverage = look(root)
    except ToolError as error:
        print(f"scripts/api-coverage: {error}", file=sys.stderr)
        return 1
    place = root / page.PAGE
    text = page.as_page(coverage)
    if task == WRITE:
        place.write_text(text, encoding="utf-8")
        print(f"{page.PAGE.as_posix()}: {len(coverage)} operations")
    elif task == CHECK:
        written = place.read_text(encoding="utf-8") if place.is_file() else ""
        if written != text:
            print(f"{page.PAGE.as_posix()} is stale: run scripts/api-coverage --write")
            return 1
    else:
        print(page.as_json(coverage) if task == JSON else page.as_table(coverage))
    return 0
