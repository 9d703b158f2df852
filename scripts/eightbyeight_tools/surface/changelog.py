"""A proposal for the changelog, in the form of CHANGELOG.md."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from .change import ADDED, REMOVED, Change

WIDTH = 115
_HEADLINES = {ADDED: "Added", REMOVED: "Removed"}


def entry(changes: Iterable[Change]) -> str:
    """Write the lines that belong under ``[Unreleased]``.

    Args:
        changes: The changes, in the order in which they are listed within a section.

    Returns:
        Markdown in the sections of Keep a Changelog; empty if nothing has changed.
    """
    sections: dict[str, list[str]] = {"Added": [], "Changed": [], "Removed": []}
    for action, text, breaking, names in _grouped(changes):
        sections[_HEADLINES.get(action, "Changed")].append(_line(text, breaking, names))
    blocks = [
        f"### {headline}\n\n" + "\n".join(lines) for headline, lines in sections.items() if lines
    ]
    return "\n\n".join(blocks)


def _grouped(changes: Iterable[Change]) -> Iterator[tuple[str, str, bool, list[str]]]:
    """Put together what is told in the same words of parts of the same thing."""
    groups: dict[tuple[str, str, bool, str], list[str]] = {}
    for change in changes:
        owner = re.split(r"[.(][^.(]*$", change.name)[0]
        group = groups.setdefault((change.action, change.text, change.breaking, owner), [])
        group += [change.name, *change.twins]
    for (action, text, breaking, _), names in groups.items():
        yield action, text, breaking, names


def _line(text: str, breaking: bool, names: list[str]) -> str:
    mark = "**Breaking:** " if breaking else ""
    shown = ", ".join(f"`{name}`" for name in names)
    return textwrap.fill(
        f"- {mark}{shown}: {text}.",
        WIDTH,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
