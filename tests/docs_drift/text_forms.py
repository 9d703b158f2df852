"""Pages as saved text: with field names, and without."""

from __future__ import annotations

import json
import re

from docs_drift.facts import OPERATION
from html_form import bounds, label_of
from model import body_of, fields_of, headers_of, parameters_of, prose_lines, samples_of, statuses


def possible(entry):
    line = bounds(entry).replace("`", "")
    return [f"Possible values: {line}"] if line else []


def flags(entry):
    return "".join(flag for flag in ("required", "deprecated") if entry.get(flag))


class Text:
    """Writes a page line by line."""

    def __init__(self, entries, *, names):
        self.entries, self.names = entries, names
        self.lines = []

    def put(self, *lines, indent=""):
        for line in lines:
            self.lines.append(f"{indent}{line}")
            if self.names:
                self.lines.append("")

    def inside(self, *lines):
        self.put(*lines, indent="    " if self.names else "")

    def page(self):
        about = self.entries[OPERATION]
        url = about["host"] + re.sub(r"\{(\w+)\}", r":\1", about["path"])
        self.put("Ours", f"{about['method']} {url}", "Ours.")
        self.put(*prose_lines({"limits": about.get("limits", [])}), "Request")
        side = None
        for where, name, entry in parameters_of(self.entries):
            if where != side:
                side = where
                self.put(f"{where.title()} Parameters")
            if self.names:
                self.inside(f"{name} {label_of(entry, parameter=True)}{flags(entry)}")
            self.inside(*possible(entry), *prose_lines(entry), *self.values(entry))
        if "request" in self.entries:
            body = self.entries["request"]
            self.put("Body" + ("required" if body.get("required") else ""))
            self.put(*prose_lines(body))
            self.section(fields_of(self.entries, "request"))
        for status in statuses(self.entries):
            self.answer(status)
        self.put(
            "Source: https://developer.example.com/connect/reference/ours · Ours.", "0 Comments"
        )
        return "\n".join(self.lines) + "\n"

    def answer(self, status):
        self.put(*prose_lines(self.entries[f"responses.{status}"]))
        headers = headers_of(self.entries, status)
        if headers:
            self.put("Response Headers")
        for name, entry in headers.items():
            if self.names:
                self.inside(name)
            self.inside(*prose_lines(entry), *self.values(entry))
        self.put("Schema")
        self.section(fields_of(self.entries, body_of(self.entries, status)))
        for sample in [{"made": "up"}, *samples_of(self.entries, status)]:
            self.lines += [line.strip() for line in json.dumps(sample, indent=1).splitlines()]
        if self.names:
            self.lines.append("")

    def section(self, fields):
        """A body. Without names its lists have gone to its beginning."""
        if not self.names:
            start = len(self.lines)
            while self.lines[start - 1] != "Schema" and not self.lines[start - 1].startswith(
                "Body"
            ):
                start -= 1
            self.lines[start:start] = list(self.hoisted(fields))
        for field in fields:
            self.field(field)

    def hoisted(self, fields):
        for field in fields:
            for line in prose_lines(field.entry):
                if line.startswith("• "):
                    yield f"- {line[2:]}"
            if field.arrays and field.is_object:
                yield from ("- Array [", "- ]")
            yield from self.hoisted(field.children)

    def values(self, entry):
        found = []
        for title, name in (("Default value: ", "default"), ("Example: ", "example")):
            if name in entry:
                found.append(f"{title if self.names else ''}{entry[name]}")
        return found

    def field(self, field):
        entry = field.entry
        said = [line for line in prose_lines(entry) if self.names or not line.startswith("• ")]
        name = "property name*" if field.name == "*" else field.name
        if field.is_object:
            self.inside(f"{name} {label_of(entry)}{flags(entry)}")
            self.inside(*said, *possible(entry))
            if self.names and field.arrays:
                self.put("  • Array [")
            if not field.children:
                self.inside("object")
            for child in field.children:
                self.field(child)
            if self.names and field.arrays:
                self.put("  • ]")
            return
        if self.names:
            self.inside(f"{name}{label_of(entry)}{flags(entry)}")
        self.inside(*said, *possible(entry), *self.values(entry))


def text(entries):
    return Text(entries, names=True).page()


def nameless(entries):
    return Text(entries, names=False).page()
