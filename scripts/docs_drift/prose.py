"""Facts that only the prose states: limits with their unit, lists of values. Sentences are not kept."""

from __future__ import annotations

import functools
import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .facts import Entry

_TIME = r"second|sec|minute|min|hour|day|week|month|year"
_THING = r"request|message|character|char|row|product|button|section|card|item|suggestion|byte|KB|MB|GB|digit"
_LIMIT = re.compile(
    rf"(?<![\w.,-])(?P<number>\d[\d,]*(?:\.\d+)?)\s*"
    rf"(?P<unit>(?:{_TIME}|{_THING})s?)\b(?:\s*(?:/|per\b|an?\b)\s*(?P<per>{_TIME})s?\b)?",
    re.IGNORECASE,
)
_LISTED = re.compile(r"^\W*(?P<name>[A-Za-z][A-Za-z]*(?:_[A-Za-z]+)*)\s*:\s", re.MULTILINE)
_ENUMERATED = re.compile(r"Possible values are (?P<values>[^.\n]+?)(?:\.|$)", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")
_SPLIT = re.compile(r"<br\s*/?>|\n\s*\n|\\\n| {2,}\n|\n(?=\s*(?:[-*+•>]|\d+\.|#+)\s)")


def from_markdown(text: str) -> list[str]:
    """Split a description of the OpenAPI files into the lines in which it is rendered."""
    lines = []
    for part in _SPLIT.split(text.strip()):
        line = _LINK.sub(r"\1", part)
        line = re.sub(r"^\s*(?:[-*+>]\s+|\d+\.\s+|#+\s+)", "", line)
        line = re.sub(r"[`*]|\\(?=[^\w\s])", "", line)
        line = re.sub(r"(?<!\w)_|_(?!\w)", "", line)
        lines.append(line)
    return tidy(lines)


def tidy(lines: list[str]) -> list[str]:
    """Join what is wrapped, drop what is empty."""
    joined = (" ".join(line.replace("\u200b", "").split()) for line in lines)
    return [line for line in joined if line]


def facts_of(lines: list[str]) -> Entry:
    """Extract the facts of a description.

    Args:
        lines: Its paragraphs and list items.

    Returns:
        ``limits``, ``listed`` and ``words``: a fingerprint of each line, which tells that a
        wording has changed, and recognises it on a page without names, without keeping it.
    """
    text = "\n".join(lines)
    found: Entry = {}
    if limits := [limit for line in lines for limit in limits_of(line)]:
        found["limits"] = sorted(set(limits))
    if listed := listed_of(text):
        found["listed"] = listed
    if words := [fingerprint(line) for line in lines]:
        found["words"] = words
    return found


def limits_of(text: str) -> list[str]:
    """Find numbers with a unit: ``1 request/second``, ``35000 characters``."""
    found = []
    for match in _LIMIT.finditer(text):
        unit = _singular(match["unit"])
        number = match["number"].replace(",", "")
        if match["per"]:
            found.append(f"{number} {unit}/{_singular(match['per'])}")
        elif unit != "request":  # "1 request per SMS" limits nothing
            found.append(f"{number} {unit}")
    return found


def _singular(unit: str) -> str:
    unit = unit if unit.isupper() else unit.lower()
    unit = unit.removesuffix("s")
    return {"min": "minute", "sec": "second", "char": "character"}.get(unit, unit)


def listed_of(text: str) -> list[str]:
    """Find values that the prose lists: one a line with its meaning, or after "Possible values are"."""
    names = [match["name"] for match in _LISTED.finditer(text)]
    names = [name for name in names if name[0].islower()]
    for match in _ENUMERATED.finditer(text):
        values = re.split(r",|\bor\b|\band\b", match["values"])
        values = [value.strip().strip("\"'") for value in values]
        if len(values) > 1 and all(re.fullmatch(r"[\w-]+", value) for value in values if value):
            names += [value for value in values if value]
    return list(dict.fromkeys(names)) if len(names) > 1 else []


@functools.cache  # pages say many things more than once, and each form of them says the same
def fingerprint(line: str) -> str:
    """Shorten a line's letters and digits to something that cannot be read back."""
    letters = "".join(character for character in line.lower() if character.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()[:6]


def value_of(text: str) -> str:
    """Keep a default or an example as it is, unless it is a sentence: then its fingerprint."""
    return f"~{fingerprint(text)}" if len(text.split()) > 3 else text
