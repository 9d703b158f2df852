"""Telling apart the lines of a page that was saved as text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .rendered import type_of

if TYPE_CHECKING:
    from .facts import Entry

ENDPOINT = re.compile(
    r"^\s*(?P<method>GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS)\s+"
    r"(?P<host>https?://[^/\s]+)?(?P<path>/\S*)\s*$",
    re.MULTILINE,
)
PARAMETERS = re.compile(r"(Path|Query|Header|Cookie) Parameters")
BODY = re.compile(r"Body ?(required)?")
_FLAGS = r" ?(?:nullable)? ?(?P<required>required)? ?(?P<deprecated>deprecated)?"
_SCALAR = re.compile(
    r"(?P<name>property name\*|[\w.$@-]+?)"
    r"(?P<label>(?:string|integer|number|boolean|any|null)(?:<[^<>]*>)?(?:\[\])*)" + _FLAGS
)
_OBJECT = re.compile(r"(?P<name>property name\*|[\w.$@-]+) (?P<label>object(?:\[\])*)" + _FLAGS)
_TITLED = re.compile(
    r"(?P<name>[\w.$@-]*?[a-z0-9_])(?P<label>[A-Z][A-Za-z0-9]*(?: [^()]*)? "
    r"\((?:string|integer|number|boolean)(?:<[^<>]*>)?\)(?:\[\])*)" + _FLAGS
)
_PARAMETER = re.compile(
    r"(?P<name>[\w.$@-]+) (?P<label>(?:string|integer|number|boolean|object|any)(?:\[\])*"
    r"|password|date|time|duration|uuid|uri|email|hostname|byte|binary|float|double|regex"
    r"|[a-z]+\d+|[a-z]+(?:-[a-z]+)+)" + _FLAGS
)


@dataclass
class Node:
    """A field as a text page shows it.

    Attributes:
        name: Its name.
        entry: Its facts.
        lines: Its prose, while the page is being read.
        children: What stands between the brackets of a list; None if there were none.
    """

    name: str
    entry: Entry
    lines: list[str] = field(default_factory=list)
    children: list[Node] | None = None

    @property
    def is_object(self) -> bool:
        """Whether fields may follow that belong to it without a sign of that."""
        return self.entry.get("type") == "object"


def heading(line: str, *, parameter: bool) -> Node | None:
    """Read a line that introduces a field: ``umidstring<uuid>required``, ``user objectrequired``.

    Args:
        line: The line, without indentation and bullet.
        parameter: Whether it stands among parameters.

    Returns:
        The field, or None if the line is something else.
    """
    match = _PARAMETER.fullmatch(line) if parameter else _OBJECT.fullmatch(line)
    if match is None and not parameter:
        match = _SCALAR.fullmatch(line)
        if match is None and (titled := _TITLED.fullmatch(line)):
            return _titled(titled)
    if match is None:
        return None
    return _node(match["name"], match["label"], match, parameter=parameter)


def _titled(match: re.Match[str]) -> Node:
    """Part a name from the title that follows it without a space: at its first word's last capital."""
    glued, rest = (match["name"] + match["label"]).split(" ", 1)
    cut = max(
        at for at in range(1, len(glued)) if glued[at].isupper() and not glued[at - 1].isupper()
    )
    return _node(glued[:cut], f"{glued[cut:]} {rest}", match, parameter=False)


def _node(name: str, label: str, match: re.Match[str], *, parameter: bool) -> Node:
    entry = type_of(label, parameter=parameter)
    entry["required"] = bool(match["required"])
    if match["deprecated"]:
        entry["deprecated"] = True
    return Node("*" if name == "property name*" else name, entry)


def unbulleted(line: str) -> tuple[str, bool]:
    """Strip indentation and a bullet; tells whether there was either."""
    bare = line.strip()
    stripped = re.sub(r"^(?:[•\-*◦▪] +)+", "", bare)
    return stripped, stripped != bare or line[:1] in {" ", "\t"}
