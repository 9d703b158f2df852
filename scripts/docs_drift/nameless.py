"""Facts out of a text page that lost the names of its scalar fields, along what the baseline has.

What is left is a sequence: the names of objects, "Possible values" lines, defaults and examples
without a label, and sentences, of which the baseline has fingerprints. Names, types and whether a
scalar field is required are not there to be read, and neither are statuses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import prose
from .alignment import aligned
from .errors import PageError
from .facts import NAMELESS, OPERATION, REQUEST, RESPONSE, RESPONSES, Entry, Facts, ordered
from .nameless_lines import (
    BOUND_NAMES,
    BOUNDS,
    HEADING,
    SIDES,
    VALUE,
    WORDS,
    Expected,
    Section,
    answers_of,
    cost,
    parsed,
    sections_of,
)
from .rendered import possible_values
from .text_page import Answer, split, statuses

if TYPE_CHECKING:
    from .text_lines import Node

_NOT_SHOWN = (
    "without field names: that a scalar field was renamed, its type, whether it is required or deprecated, "
    "media types and statuses cannot be seen; a value in a list of the prose, a new limit and a default or "
    "example that went are told as lines that came or went; a field that moved may be told as several changes "
    "of what stands around it"
)


def read(page: str, source: str, text: str, guide: dict[str, Entry]) -> Facts:
    """Extract the facts.

    Args:
        page: The page's name.
        source: Where it comes from, for messages.
        text: The page.
        guide: The entries that the baseline has.

    Returns:
        The facts: those of the baseline, with what the page shows to be different.

    Raises:
        PageError: If it is no such page, or there is no baseline.
    """
    operation, rest = split(source, text)
    if len(guide) < 2:
        raise PageError(
            f"{source}: a page without field names, of which there is no baseline: "
            "read it in another form first"
        )
    sections = sections_of(rest)
    if not any(section.lines or section.samples for section in sections):
        raise PageError(f"{source}: reads as empty: no parameter, field or answer was found in it")
    entries: dict[str, Entry] = {OPERATION: operation}
    reader = _Reader(guide, entries)
    answers = answers_of(sections, guide)
    for section in sections:
        if section.kind in SIDES:
            reader.section(section, [p for p in guide if p.startswith(f"{section.kind}.")])
        elif section.kind == REQUEST:
            reader.section(section, [p for p in guide if p == REQUEST or p.startswith("request.")])
            entries.setdefault(REQUEST, {})["required"] = section.required
    found = statuses([Answer(said=said) for said, _, _ in answers], guide)
    success = next((p.split(".")[1] for p in guide if p.startswith(f"{RESPONSES}.2")), None)
    for status, (said, headers, schema) in zip(found, answers, strict=True):
        where = f"{RESPONSES}.{status}"
        entry: Entry = {"examples": schema.samples[1:]}
        entry["words"] = [prose.fingerprint(line) for line in said]
        entries[where] = entry
        if headers is not None:
            reader.section(headers, [p for p in guide if p.startswith(f"{where}.headers.")])
        below = RESPONSE if status == success else where
        paths = [p for p in guide if p.startswith((f"{below}.", f"{below}[]"))]
        reader.section(schema, [p for p in paths if ".headers." not in p], below)
    reader.finish()
    kept = {path: ordered(entry) for path, entry in entries.items()}
    return Facts(page, NAMELESS, source, kept, {}, [_NOT_SHOWN])


class _Reader:
    """Lays the lines of sections beside what the baseline leads to expect."""

    def __init__(self, guide: dict[str, Entry], entries: dict[str, Entry]) -> None:
        self._guide = guide
        self._entries = entries
        self._new = 0
        self._gone: dict[str, list[Expected]] = {}
        self._waiting: list[tuple[list[Node], list[int | None], list[Expected], str]] = []

    def section(self, section: Section, paths: list[str], below: str = "") -> None:
        """Read one section into entries.

        Args:
            section: Its lines.
            paths: The entries of the baseline that it shows.
            below: What holds them, for new ones in a section that had none.
        """
        is_parameters = section.kind in SIDES
        expected = [
            line
            for path in paths
            for line in self._expected(path, section, bounds_first=is_parameters)
        ]
        lines = [parsed(line) for line in section.lines]
        pairs = aligned(lines, expected, cost)
        _reworded(lines, pairs, expected)
        changed: dict[str, Entry] = {path: dict(self._guide[path]) for path in paths}
        met: dict[str, int] = {}
        words: dict[str, list[str]] = {}
        for line, there in zip(lines, pairs, strict=True):
            if there is None:
                continue
            known = expected[there]
            met[known.path] = met.get(known.path, 0) + 1
            entry = changed[known.path]
            if known.kind == HEADING:
                entry["required"] = line.entry["required"]
                entry["type"] = line.entry["type"]
                entry.pop("deprecated", None)
                if line.entry.get("deprecated"):
                    entry["deprecated"] = True
                if line.name != known.path.rpartition(".")[2]:
                    entry["name"] = line.name
            elif known.kind == BOUNDS:
                found = possible_values(line.entry["text"], entry.get("type", ""))
                for name in BOUND_NAMES:
                    entry.pop(name, None)
                entry.update(found)
            elif known.kind == VALUE:
                entry[known.fact] = prose.value_of(line.entry["text"])
            else:
                words.setdefault(known.path, []).append(line.entry["text"])
        self._gaps(expected, pairs, changed, words, section, met)
        self._write(changed, expected, met)
        where = below or (section.kind if is_parameters else REQUEST)
        self._waiting.append((lines, pairs, expected, where))

    def finish(self) -> None:
        """Enter what the baseline does not have, when all is known that is missing elsewhere."""
        for lines, pairs, expected, where in self._waiting:
            self._strangers(lines, pairs, expected, where)

    def _expected(self, path: str, section: Section, *, bounds_first: bool) -> list[Expected]:
        entry = self._guide[path]
        found = []
        if "object" in entry.get("type", "") and not path.endswith(".*"):
            found.append(Expected(path, HEADING, entry))
        words = [
            Expected(path, WORDS, one)
            for one in entry.get("words", [])
            if one not in section.hoisted
        ]
        bounds = {name: entry[name] for name in BOUND_NAMES if name in entry}
        shown = [Expected(path, BOUNDS, bounds)] if bounds else []
        found += shown + words if bounds_first else words + shown
        for fact in ("default", "example"):
            if fact in entry:
                found.append(Expected(path, VALUE, entry[fact], fact))
        return found

    def _gaps(
        self,
        expected: list[Expected],
        pairs: list[int | None],
        changed: dict[str, Entry],
        words: dict[str, list[str]],
        section: Section,
        met: dict[str, int],
    ) -> None:
        """Take from each field what was expected and is not there."""
        seen = {there for there in pairs if there is not None}
        for at, line in enumerate(expected):
            if at in seen or line.path not in met:
                continue
            if line.kind == BOUNDS:
                for name in BOUND_NAMES:
                    changed[line.path].pop(name, None)
            elif line.kind == VALUE:
                changed[line.path].pop(line.fact, None)
        for path in met:
            said = words.get(path, [])
            known = self._guide[path].get("words", [])
            found = iter(map(prose.fingerprint, said))
            now = [one if one in section.hoisted else next(found, None) for one in known]
            changed[path]["words"] = [one for one in now if one is not None]
            if not section.hoisted.intersection(known):
                changed[path]["limits"] = prose.facts_of(said).get("limits", [])
        strange = section.hoisted - {
            one for path in changed for one in self._guide[path].get("words", [])
        }
        for one in sorted(strange) if changed else ():
            self._new += 1
            self._entries[f"{next(iter(changed)).partition('.')[0]}.?{self._new}"] = {
                "words": [one]
            }

    def _write(
        self, changed: dict[str, Entry], expected: list[Expected], met: dict[str, int]
    ) -> None:
        visible = {line.path for line in expected}
        gone = {path for path in visible if path not in met and path != REQUEST}
        for line in expected:
            for path in gone:
                if line.path == path or line.path.startswith((f"{path}.", f"{path}[]")):
                    self._gone.setdefault(path, []).append(line)
        names: dict[str, str] = {}
        for path, entry in changed.items():
            above = [one for one in gone if path.startswith((f"{one}.", f"{one}[]"))]
            if path in gone or (path not in visible and above):
                continue
            parent, _, name = path.rpartition(".")
            for old, new in names.items():
                if path.startswith((f"{old}.", f"{old}[]")):
                    parent = new + parent[len(old) :]
            renamed = entry.pop("name", name)
            target = f"{parent}.{renamed}" if parent else path
            if renamed != name:
                names[path] = target
            self._entries[target] = entry

    def _strangers(
        self,
        lines: list[Node],
        pairs: list[int | None],
        expected: list[Expected],
        below: str,
    ) -> None:
        """Enter the lines that the baseline does not have at this place."""
        parent, current, before = below, None, ""
        skip = 0
        for at, (line, there) in enumerate(zip(lines, pairs, strict=True)):
            if skip:
                skip -= 1
                continue
            if there is not None:
                path, current = expected[there].path, None
                is_object = "object" in self._guide[path].get("type", "")
                suffix = "[]" * self._guide[path].get("type", "").count("[]")
                parent = path + suffix if is_object else path.rpartition(".")[0] or path
                before = path
                continue
            moved = self._moved(lines, pairs, at)
            if moved:
                skip, current = len(self._gone[moved]) - 1, None
                self._put(moved, parent)
            elif line.name:
                current = f"{parent}.{line.name}"
                self._entries[current] = dict(line.entry)
                if current in self._guide:
                    self._take_in(current, pairs[at + 1 :], expected)
            else:
                current = self._stranger(line, parent, current, before)

    def _moved(self, lines: list[Node], pairs: list[int | None], at: int) -> str | None:
        """Recognise a field that is missing elsewhere by all of its lines."""
        for path, known in self._gone.items():
            window = range(at, at + len(known))
            if (
                window.stop <= len(lines)
                and all(pairs[one] is None for one in window)
                and all(cost(lines[at + n], one) == 0 for n, one in enumerate(known))
            ):
                return path
        return None

    def _take_in(self, path: str, pairs: list[int | None], expected: list[Expected]) -> None:
        """Move what now stands between an object's name and its fields into that object."""
        self._entries[path] = dict(self._guide[path])
        inside = []
        for there in pairs:
            if there is None:
                continue
            other = expected[there].path
            if other.startswith((f"{path}.", f"{path}[]")):
                break
            inside.append(other)
        else:
            return
        parent = path.rpartition(".")[0]
        for other in inside:
            if other.rpartition(".")[0] != parent:
                continue
            group = [
                one
                for one in self._entries
                if one == other or one.startswith((f"{other}.", f"{other}[]"))
            ]
            for one in group:
                self._entries[path + one[len(parent) :]] = self._entries.pop(one)

    def _put(self, moved: str, parent: str) -> None:
        target = f"{parent}.{moved.rpartition('.')[2]}"
        for path, entry in self._guide.items():
            if path == moved or path.startswith((f"{moved}.", f"{moved}[]")):
                self._entries[target + path[len(moved) :]] = dict(entry)

    def _stranger(self, line: Node, parent: str, current: str | None, before: str) -> str | None:
        """Enter a line of a field without a name; bounds may belong to the field before them."""
        text = line.entry["text"]
        is_bounds = line.entry["kind"] == BOUNDS
        if is_bounds and current is None and before in self._entries:
            kind = self._entries[before].get("type", "")
            if not any(name in self._entries[before] for name in BOUND_NAMES):
                self._entries[before].update(possible_values(text, kind))
                return None
        if current in self._guide and prose.fingerprint(text) in self._guide[current].get(
            "words", []
        ):
            return current
        if current is None or (not is_bounds and "words" in self._entries[current]):
            self._new += 1
            current = f"{parent}.?{self._new}"
            self._entries[current] = {}
        if is_bounds:
            self._entries[current].update(possible_values(text, ""))
        else:
            self._entries[current].update(prose.facts_of([text]))
        return current


def _reworded(lines: list[Node], pairs: list[int | None], expected: list[Expected]) -> None:
    """Pair a new sentence among those of a field with one that the field has lost elsewhere.

    Sentences that were put in another order too are not aligned with those of the baseline.
    """
    used = set(pairs)
    path = ""
    for at, (line, there) in enumerate(zip(lines, pairs, strict=True)):
        if there is not None:
            path = expected[there].path
        elif line.entry.get("kind") == WORDS:
            lost = (
                index
                for index, one in enumerate(expected)
                if one.path == path and one.kind == WORDS and index not in used
            )
            pairs[at] = next(lost, None)
            used.add(pairs[at])
