"""The facts of one operation: a flat list of entries, each a path with what is known of it.

Paths are those of ``spec/deviations.yaml``: ``request.messages[].destination``, ``path.umid``,
``response.status.code`` for the body of the success, ``responses.400.code`` for that of an error,
``responses.426.headers.Upgrade``; ``operation`` holds what belongs to the whole.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

OPERATION, REQUEST, RESPONSE, RESPONSES = "operation", "request", "response", "responses"
PARAMETERS = ("path", "query", "header", "cookie")

#: Every fact of an entry, in the order in which they are written.
NAMES = (
    "id", "method", "path", "host", "hosts", "content", "type", "format", "required", "deprecated",
    "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "minItems", "maxItems", "pattern", "enum", "default", "example", "examples", "limits",
    "listed", "words",
)  # fmt: skip

Entry = dict[str, Any]

MDX, OAS, HTML, TEXT, NAMELESS = "api.mdx", "oas", "html", "text", "nameless text"
FORMS = (OAS, MDX, HTML, TEXT, NAMELESS)


@dataclass(frozen=True)
class Facts:
    """What one page says about one operation.

    Attributes:
        page: The page's name, such as ``send-message``.
        form: The form that it was read in.
        source: The file or URL.
        entries: Path -> facts, in the page's order.
        unsure: Path -> other places at which that entry may stand as well: text shows no nesting.
        notes: What the form could not tell this time, for people.
    """

    page: str
    form: str
    source: str
    entries: dict[str, Entry]
    unsure: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def operation(self) -> str:
        """The method and the URL, which identify the operation in every form."""
        return operation_name(self.entries.get(OPERATION, {}))

    def seen_by(self, form: str) -> Facts:
        """Leave out what another form does not show."""
        entries = {
            path: {name: value for name, value in entry.items() if shows(form, path, name)}
            for path, entry in self.entries.items()
        }
        return replace(self, entries=entries)


def operation_name(entry: Entry) -> str:
    """Write which operation the entry ``operation`` is about."""
    return f"{entry.get('method', '?')} {entry.get('host') or ''}{entry.get('path', '?')}"


def shows(form: str, path: str, name: str) -> bool:
    """Whether a form of a page shows a fact at all.

    Args:
        form: One of :data:`FORMS`.
        path: The entry.
        name: The fact.
    """
    if form in {OAS, MDX}:
        return True
    if path == OPERATION:
        # The rendered pages print the first host; the operationId only stands in the page's source.
        return name not in {"id", "hosts"}
    if ".headers." in path and name in {"type", "format", "required"}:
        return False  # the theme prints a response header's name and example
    if form == HTML:
        return True
    if name == "content":
        return False  # the media types stand on tabs, which the text has lost
    return not (form == NAMELESS and name == "listed")


def ordered(entry: Entry) -> Entry:
    """Bring an entry's facts into their order, without those that say nothing."""
    return {
        name: entry[name] for name in NAMES if name in entry and entry[name] not in (None, "", [])
    }


def parent_of(path: str) -> str:
    """Return the entry that holds this one."""
    if path.endswith(".*"):
        return path[:-2]
    return path.rpartition(".")[0].removesuffix("[]") if "." in path else ""


def as_text(value: Any) -> str:
    """Write an example, a default or a value of an enum as the rendered pages print it."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
