"""`eightbyeight segments`: how many parts a text takes as an SMS, and why. Offline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from eightbyeight.cli.exit_status import ExitStatus
from eightbyeight.cli.output import json_option, note, print_json, print_table, visible
from eightbyeight.cli.parameters import encoding_option, text_of
from eightbyeight.segments import Culprit, Plain, Segments, segment, to_gsm7

if TYPE_CHECKING:
    from collections.abc import Iterable

# A text in another script has nothing else; a few of its characters say as much.
_MOST_SHOWN = 10


@click.command()
@click.argument("text")
@encoding_option
@click.option(
    "--gsm7",
    "is_plain",
    is_flag=True,
    help="Replace typographic characters first, and show what was replaced.",
)
@click.option(
    "--max-parts", type=click.IntRange(min=1), help="Exit status 1 if it takes more parts."
)
@json_option
def segments(
    text: str, encoding: str | None, is_plain: bool, max_parts: int | None, is_json: bool
) -> None:
    """Show how many parts TEXT takes as an SMS; - reads it from standard input.

    Characters that GSM-7 lacks are named with their place, counted from 1.
    """
    text = text_of(text)
    plain = to_gsm7(text) if is_plain else None
    found = segment(plain.text if plain is not None else text, encoding)
    if is_json:
        print_json(_as_json(found, plain))
    else:
        _show(found, plain)
    if max_parts is not None and found.count > max_parts:
        note(f"more than --max-parts {max_parts}")
        click.get_current_context().exit(ExitStatus.FAILED)


def _show(found: Segments, plain: Plain | None) -> None:
    parts = "1 part" if found.count == 1 else f"{found.count} parts"
    unit = "septets" if found.encoding == "GSM7" else "units"
    click.echo(
        f"{parts} in {found.encoding_name}: {found.units} {unit}, room for {found.left} more"
    )
    if plain is not None and plain.is_gsm7:
        if plain.replacements:
            click.echo("with these replaced:")
            print_table(
                ("place", "character", "by"),
                [(r.index + 1, r.name, repr(r.by)) for r in plain.replacements],
            )
        click.echo(visible(plain.text, lines=True))
    elif found.culprits:
        click.echo("GSM-7 lacks these characters:")
        rows = _grouped(found.culprits)
        print_table(("character", "place", "replacement"), rows[:_MOST_SHOWN])
        if len(rows) > _MOST_SHOWN:
            click.echo(f"and {len(rows) - _MOST_SHOWN} others")
        click.echo(_advice(found, plain))
    if found.warning:
        note(f"warning: {found.warning}")


def _grouped(culprits: Iterable[Culprit]) -> list[tuple[str, str, str]]:
    """Return a row for each character: its name, where it stands, and what could replace it."""
    places: dict[tuple[str, str | None], list[int]] = {}
    for culprit in culprits:
        places.setdefault((culprit.name, culprit.replacement), []).append(culprit.index + 1)
    return [
        (name, _listed(where), "none" if by is None else repr(by))
        for (name, by), where in places.items()
    ]


def _listed(places: list[int]) -> str:
    shown = ", ".join(map(str, places[:_MOST_SHOWN]))
    more = len(places) - _MOST_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _advice(found: Segments, plain: Plain | None) -> str:
    if any(culprit.replacement is None for culprit in found.culprits):
        return "Not all of them can be replaced, so the text stays as it is."
    if plain is None:
        return "All of them can be replaced: --gsm7 shows how."
    return ""


def _as_json(found: Segments, plain: Plain | None) -> dict[str, Any]:
    return {
        "encoding": found.encoding,
        "count": found.count,
        "units": found.units,
        "left": found.left,
        "is_truncated": found.is_truncated,
        "warning": found.warning,
        "parts": list(found.parts),
        "culprits": [
            {
                "index": c.index,
                "character": c.character,
                "name": c.name,
                "replacement": c.replacement,
            }
            for c in found.culprits
        ],
        "text": plain.text if plain is not None else None,
        "replacements": [
            {"index": r.index, "characters": r.characters, "name": r.name, "by": r.by}
            for r in (plain.replacements if plain is not None else ())
        ],
    }
