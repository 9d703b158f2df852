"""A page in one form, and a change of it."""

from __future__ import annotations

from dataclasses import dataclass

import mutations
from model import BASELINES

OTHER_TYPES = {"string": "integer", "integer": "string", "number": "string", "boolean": "string"}


@dataclass
class Edit:
    """A change of a page: what was done, and what has to be said of it."""

    name: str
    text: str
    paths: tuple
    kind: str
    fact: str = ""
    new: object = None

    @property
    def path(self):
        return self.paths[0]


class Page:
    """A page in one form, with the ways to change it."""

    form = ""

    def __init__(self, page, text):
        self.page, self.text = page, text
        self.facts = self.read(text)

    def guide(self):
        return BASELINES.entries(self.page, self.form)


def facts_to_change(entry):
    """What can be changed in a field: (name of the change, fact, new value in OpenAPI)."""
    for fact in ("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"):
        if fact in entry:
            yield "limit", fact, entry[fact] + 1
    if "pattern" in entry:
        yield "pattern", "pattern", f"{entry['pattern']}x"
    if "enum" in entry:
        yield "enum value re-cased", "enum", [entry["enum"][0].swapcase(), *entry["enum"][1:]]
    for fact in ("default", "example"):
        if fact in entry and "object" not in entry.get("type", ""):
            yield fact, fact, "other"
    if entry.get("type") in OTHER_TYPES and "format" not in entry:
        yield "type", "type", OTHER_TYPES[entry["type"]]


def move_targets(entries, path):
    return mutations.targets(entries, path)[:1]
