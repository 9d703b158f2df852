"""From what a maintainer names to facts, in whatever form it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import html_page, mdx, nameless, oas, sources, text_page
from .completeness import demand_answers
from .errors import NoOperation, PageError
from .facts import NAMELESS, OPERATION, TEXT, Facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from .baseline import Baselines
    from .sources import Source


class Reading:
    """Reads pages, and collects what went wrong.

    Args:
        baselines: For the names of the pages, and the nesting that text does not show.
        tell: Gets the progress of what is fetched.

    Attributes:
        facts: What was read, in order.
        errors: What could not be read.
        notes: What is not an error and yet worth a line.
    """

    def __init__(self, baselines: Baselines, tell: Callable[[str], None]) -> None:
        self._baselines = baselines
        self._tell = tell
        self.facts: list[Facts] = []
        self.errors: list[str] = []
        self.notes: list[str] = []

    def read(self, places: list[str]) -> None:
        """Read everything, and stop at nothing."""
        for source in sources.load(places, self._tell):
            if isinstance(source, PageError):
                self.errors.append(str(source))
                continue
            try:
                self._source(source)
            except NoOperation as error:
                is_aside = source.in_folder and source.slug not in self._baselines.pages
                (self.notes if is_aside else self.errors).append(str(error))
            except PageError as error:
                self.errors.append(str(error))
        if not self.facts and not self.errors:
            self.errors.append(f"{', '.join(places)}: no page of a covered operation in it")

    def _source(self, source: Source) -> None:
        form = sources.form_of(source)
        if form == "oas":
            self._openapi(source)
            return
        facts = self._page(source, form)
        if len(facts.entries) < 2:
            raise PageError(
                f"{source.name}: reads as empty: nothing but the operation's name in it"
            )
        known = facts.page in self._baselines.pages
        demand_answers(facts, self._baselines.entries(facts.page, facts.form))
        if source.in_folder and not known and self._baselines.pages:
            self.notes.append(f"{source.name}: {facts.operation} is not covered here")
            return
        self.facts.append(facts)
        self.notes += [f"{source.name}: {note}" for note in facts.notes]

    def _page(self, source: Source, form: str) -> Facts:
        if form == "mdx":
            facts = mdx.read(source.slug, source.name, source.text)
        elif form == "html":
            facts = html_page.read(source.slug, source.name, source.text)
        else:
            return self._text(source)
        operation = facts.entries[OPERATION]
        page = self._name(source, facts.operation, operation.get("id"))
        return Facts(page, facts.form, source.name, facts.entries, facts.unsure, facts.notes)

    def _text(self, source: Source) -> Facts:
        entry, rest = text_page.split(source.name, source.text)
        operation = Facts("", TEXT, "", {OPERATION: entry}).operation
        page = self._name(source, operation, None)
        if text_page.has_names(rest):
            guide = self._baselines.entries(page, TEXT)
            return text_page.read(page, source.name, source.text, guide)
        guide = self._baselines.entries(page, NAMELESS)
        return nameless.read(page, source.name, source.text, guide)

    def _name(self, source: Source, operation: str, operation_id: str | None) -> str:
        page = self._baselines.page_of(operation, operation_id)
        if page is not None:
            return page
        known = self._baselines.pages
        for slug in (source.slug, source.named_slug):
            if slug in known:
                return str(slug)
        return source.slug

    def _openapi(self, source: Source) -> None:
        document = oas.load(source.name, source.text)
        loaded: dict[str, dict[str, object]] = {}

        def beside(file: str) -> dict[str, object]:
            if file not in loaded:
                other = sources.beside(source, file, self._tell)
                loaded[file] = oas.load(other.name, other.text)
            return loaded[file]

        found, others = oas.read(source.name, document, beside, self._baselines.page_of)
        self.facts += found
        if not found and not source.in_folder:
            raise PageError(f"{source.name}: none of its {len(others)} operations is covered here")
        if others:
            self.notes.append(f"{source.name}: {len(others)} operations are not covered here")
