"""Telling a page that was not saved, or not fetched, to its end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .errors import PageError
from .facts import RESPONSES
from .rendered import json_blocks

if TYPE_CHECKING:
    from .facts import Entry, Facts

_CUT = "is it cut off? It has to be saved in full"


def demand_end_of_html(source: str, text: str) -> None:
    """Refuse a document that begins as one and does not end.

    Raises:
        PageError: If it is cut off.
    """
    if re.match(r"\s*(<!doctype|<html)", text, re.IGNORECASE) and "</html" not in text.lower():
        raise PageError(f"{source}: ends before its `</html>`: {_CUT}")


def demand_end_of_text(source: str, rest: str) -> None:
    """Refuse a text whose last list or last sample body does not end.

    Args:
        source: Where the page comes from, for messages.
        rest: What stands below the page's `Request`, without its footer.

    Raises:
        PageError: If it is cut off.
    """
    fields = json_blocks(rest)[1]
    if re.search(r"^[{\[]\s*$", fields, re.MULTILINE):
        raise PageError(f"{source}: ends in the middle of a sample body: {_CUT}")
    lines = [line.strip(" \t•-") for line in fields.splitlines()]
    if lines.count("Array [") > lines.count("]"):
        raise PageError(f"{source}: ends in the middle of a list of fields: {_CUT}")
    last = max((at for at, line in enumerate(lines) if line == "Schema"), default=None)
    if last is not None and "\x00" not in lines[last:]:
        raise PageError(f"{source}: ends in the middle of an answer: {_CUT}")


def demand_answers(facts: Facts, baseline: dict[str, Entry]) -> None:
    """Refuse a page that has lost all answers of its baseline, which no operation is without.

    Raises:
        PageError: If there are none.
    """
    if _has_answers(baseline) and not _has_answers(facts.entries):
        raise PageError(f"{facts.source}: shows no answer of {facts.operation}: {_CUT}")


def _has_answers(entries: dict[str, Entry]) -> bool:
    return any(path.startswith(f"{RESPONSES}.") for path in entries)
