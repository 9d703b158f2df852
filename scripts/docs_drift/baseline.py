"""The committed facts: ``spec/facts/<page>.yaml``, and what a text copy of that page says otherwise."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from .errors import PageError
from .facts import NAMELESS, OPERATION, TEXT, Entry, Facts, operation_name, ordered, shows

_HEAD = """\
# Facts of the vendor's page reference/{page}, written by scripts/docs-drift --accept.
# `words` are fingerprints: they tell that a wording has changed, and not what it was.
"""
_TEXT_HEAD = """\
# Where the text copies of reference/{page} differ from {page}.yaml: they are of another day.
# Written by scripts/docs-drift --accept. `null` is what those copies do not have.
"""


class Baselines:
    """All committed facts.

    Args:
        folder: Where they are; it need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pages: dict[str, dict[str, Entry]] = {}
        self._texts: dict[str, dict[str, Any]] = {}
        for path in sorted(folder.glob("*.yaml")):
            name = path.name.removesuffix(".yaml")
            if name.endswith(".text"):
                self._texts[name.removesuffix(".text")] = _load(path)
            else:
                self._pages[name] = _load(path)
        self._guides = frozenset(self._pages)  # those that text was read along

    @property
    def pages(self) -> list[str]:
        """The pages that there are facts of."""
        return list(self._pages)

    def page_of(self, operation: str, operation_id: str | None = None) -> str | None:
        """Find the page of ``METHOD URL``, or of an operationId."""
        for page, entries in self._pages.items():
            if operation_name(entries.get(OPERATION, {})) == operation:
                return page
        for page, entries in self._pages.items():
            if operation_id and entries.get(OPERATION, {}).get("id") == operation_id:
                return page
        return None

    def entries(self, page: str, form: str) -> dict[str, Entry]:
        """Return what a page said last in a form; nothing if it is new."""
        entries = self.as_shown(page, form)
        if form in {TEXT, NAMELESS}:
            for path, differing in self._texts.get(page, {}).items():
                if differing is None:
                    entries.pop(path, None)
                else:
                    merged = {**entries.get(path, {}), **differing}
                    entries[path] = {
                        name: value
                        for name, value in merged.items()
                        if value is not None and shows(form, path, name)
                    }
        return entries

    def as_shown(self, page: str, form: str) -> dict[str, Entry]:
        """Return what a form shows of a page's facts, without what copies of another day say."""
        return {
            path: {name: value for name, value in entry.items() if shows(form, path, name)}
            for path, entry in self._pages.get(page, {}).items()
        }

    def differing_copy(self, page: str, form: str) -> set[str]:
        """Return the entries in which copies of that form are known to be of another day."""
        return set(self._texts.get(page, {})) if form in {TEXT, NAMELESS} else set()

    def accept(self, facts: Facts) -> Path:
        """Write what a page says now.

        Returns:
            The file that was written.

        Raises:
            PageError: If it is text, and was read before another form was accepted.
        """
        if facts.form in {TEXT, NAMELESS} and facts.page not in self._guides:
            raise PageError(
                f"{facts.source}: not accepted: text does not show which field stands in which; "
                "accept the page in another form first"
            )
        self._folder.mkdir(parents=True, exist_ok=True)
        if facts.form in {TEXT, NAMELESS}:
            self._texts[facts.page] = self._differing(facts)
            path = self._folder / f"{facts.page}.text.yaml"
            if self._texts[facts.page]:
                _save(path, _TEXT_HEAD.format(page=facts.page), self._texts[facts.page])
            else:
                path.unlink(missing_ok=True)
            return path
        kept = self._pages.get(facts.page, {})
        entries = {}
        for where, entry in facts.entries.items():
            hidden = {
                name: value
                for name, value in kept.get(where, {}).items()
                if not shows(facts.form, where, name)
            }
            entries[where] = ordered({**hidden, **entry})
        self._pages[facts.page] = entries
        path = self._folder / f"{facts.page}.yaml"
        _save(path, _HEAD.format(page=facts.page), entries)
        return path

    def _differing(self, facts: Facts) -> dict[str, Any]:
        common = self.as_shown(facts.page, facts.form)
        found: dict[str, Any] = {path: None for path in common if path not in facts.entries}
        for path, entry in facts.entries.items():
            before = common.get(path, {})
            differing = {
                name: entry.get(name)
                for name in {**before, **entry}
                if before.get(name) != entry.get(name)
            }
            if differing or path not in common:
                found[path] = differing
        return found


def _load(path: Path) -> dict[str, Any]:
    try:
        loaded = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, YAMLError, ValueError) as error:
        raise PageError(f"{path}: not readable: {error}") from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise PageError(f"{path}: expected entries, found {type(loaded).__name__}")
    return {str(key): value for key, value in loaded.items()}


def _save(path: Path, head: str, entries: dict[str, Any]) -> None:
    yaml = YAML()
    yaml.width = 120
    document = CommentedMap()
    for key, entry in entries.items():
        if entry is None:
            document[key] = None
            continue
        line = CommentedMap(entry)
        line.fa.set_flow_style()
        document[key] = line
    stream = io.StringIO()
    yaml.representer.add_representer(
        type(None),
        lambda representer, _: representer.represent_scalar("tag:yaml.org,2002:null", "null"),
    )
    yaml.dump(document, stream)
    text = "\n".join(line.rstrip() for line in stream.getvalue().splitlines())
    path.write_text(head + text + "\n", encoding="utf-8")
