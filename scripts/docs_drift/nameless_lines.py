"""The lines of a page without field names, and those that its baseline leads to expect."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from . import prose
from .alignment import NEVER
from .facts import REQUEST, RESPONSES, Entry
from .rendered import json_blocks, possible_values, sample_of
from .text_lines import BODY, PARAMETERS, Node, heading, unbulleted

SIDES = ("path", "query", "header", "cookie")
BOUND_NAMES = (
    "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "minItems", "maxItems", "pattern", "enum",
)  # fmt: skip
_POSSIBLE = "Possible values: "
HEADING, BOUNDS, WORDS, VALUE = "heading", "bounds", "words", "value"


@dataclass(frozen=True)
class Expected:
    """A line that the baseline leads to expect."""

    path: str
    kind: str
    value: Any
    fact: str = ""


@dataclass
class Section:
    """The lines between two headings of the page."""

    kind: str
    lines: list[str]
    hoisted: set[str]
    samples: list[str]
    required: bool = False


def sections_of(text: str) -> list[Section]:
    """Part a page at its headings; what lists have left at a body's beginning is set aside."""
    samples, rest = json_blocks(text)
    waiting = iter(samples)
    sections: list[Section] = [Section("", [], set(), [])]
    hoisting = False
    for raw in rest.splitlines():
        bare, bulleted = unbulleted(raw)
        if raw == "\x00":
            sections[-1].samples.append(sample_of(next(waiting)))
        elif match := PARAMETERS.fullmatch(bare):
            sections.append(Section(match[1].lower(), [], set(), []))
        elif (body := BODY.fullmatch(bare)) and not any(one.kind == REQUEST for one in sections):
            sections.append(Section(REQUEST, [], set(), [], required=bool(body[1])))
            hoisting = True
        elif bare in {"Schema", "Response Headers"}:
            sections.append(Section(bare, [], set(), []))
            hoisting = True
        elif bare and bare not in {"Array [", "]"}:
            if bulleted and hoisting and len(bare) < len(raw.strip()):
                sections[-1].hoisted.add(prose.fingerprint(bare))
            elif not (bare == "object" and sections[-1].lines):
                sections[-1].lines.append(bare)
    return sections


def answers_of(
    sections: list[Section], guide: dict[str, Entry]
) -> list[tuple[list[str], Section | None, Section]]:
    """Pair each schema with the sentence before it, which stands at the end of another section."""
    known = {
        one
        for path, entry in guide.items()
        if path.startswith(f"{RESPONSES}.") and path.count(".") == 1
        for one in entry.get("words", [])
    }
    found = []
    headers: Section | None = None
    said: list[str] | None = None
    for at, section in enumerate(sections):
        if section.kind == "Response Headers":
            headers, said = section, _last(sections[at - 1], known)
        elif section.kind == "Schema":
            before = sections[at - 1]
            if said is None:
                said = _last(before, known)
            found.append((said, headers, section))
            headers, said = None, None
    return found


def _last(section: Section, known: set[str]) -> list[str]:
    """Take the sentence that belongs to the next answer away from a section's end."""
    if not section.lines:
        return []
    # Behind the sample bodies stands nothing but what is said of the next answer.
    if section.samples or _is_said(section.lines[-1], known):
        return [section.lines.pop()]
    return []


def _is_said(line: str, known: set[str]) -> bool:
    return prose.fingerprint(line) in known or bool(
        re.fullmatch(r"ok|success\b.*|.*\bresponse", line.lower())
    )


def parsed(line: str) -> Node:
    """Tell a line's kind; only those of objects have a name."""
    if line.startswith(_POSSIBLE):
        return Node("", {"kind": BOUNDS, "text": line.removeprefix(_POSSIBLE)})
    node = heading(line, parameter=False)
    if node is not None and "object" in node.entry["type"]:
        return node
    return Node("", {"kind": WORDS, "text": line})


def cost(line: Node, known: Expected) -> float:  # noqa: PLR0911 - a table of cases
    """Say how unlike a line is to an expected one: 0 for the same."""
    if known.kind == HEADING or line.name:
        if known.kind != HEADING or not line.name:
            return NEVER
        same: bool = line.name == known.path.rpartition(".")[2]
        flags: int = sum(
            line.entry.get(name) != known.value.get(name) for name in ("type", "required")
        )
        return (0.0 if same else 1.3) + 0.3 * flags
    text = line.entry["text"]
    if known.kind == BOUNDS or line.entry["kind"] == BOUNDS:
        if known.kind != line.entry["kind"]:
            return NEVER
        kind = "[]" if {"minItems", "maxItems"} & set(known.value) else ""
        found = possible_values(text, kind)
        others: bool = set(found) != set(known.value)
        return 0.0 if found == known.value else 0.6 + 0.1 * others
    if known.kind == VALUE:
        if prose.value_of(text) == known.value:
            return 0.0
        return 1.1 if len(text.split()) <= max(3, len(str(known.value).split()) + 1) else 1.8
    return 0.0 if prose.fingerprint(text) == known.value else 1.5
