"""What commands print: tables for people, plain lines for other programs, JSON for both."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

json_option = click.option(
    "--json", "is_json", is_flag=True, help="Print JSON, for other programs."
)


def print_json(value: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=not _is_utf8()))


def print_json_line(value: Any) -> None:
    """Print one JSON document on a line of its own, at once."""
    click.echo(json.dumps(value, ensure_ascii=not _is_utf8()))
    sys.stdout.flush()


def print_table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table on a terminal; lines of values between tabs, with the titles first, anywhere else."""
    lines = [["" if value is None else visible(str(value)) for value in row] for row in rows]
    if not is_terminal():
        for line in [list(titles), *lines]:
            click.echo("\t".join(line))
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for title in titles:
        table.add_column(title, overflow="fold")
    for line in lines:
        table.add_row(*map(Text, line))
    Console().print(table)


def is_terminal() -> bool:
    """Tell whether a person reads the output as it comes."""
    return sys.stdout.isatty()


def note(words: str) -> None:
    """Say something on stderr, beside the output."""
    click.echo(visible(words, lines=True), err=True)


def visible(text: str, *, lines: bool = False) -> str:
    """Return a text whose control characters do nothing to a terminal or to the columns of a line."""
    return "".join(
        character
        if character.isprintable() or (lines and character == "\n")
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def _is_utf8() -> bool:
    return (sys.stdout.encoding or "").replace("-", "").casefold() == "utf8"
