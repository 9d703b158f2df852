"""What each snippet is expected to do: where it has no assertions of its own, they stand in `expected/`.

A module there is called as its page is, with `_` for `/` and `-`. Its functions are registered by the section that
they are about::

    @before("sms-fallback")  # prepares: files, settings of the mock
    def _(run): ...


    @after(
        "sms-fallback"
    )  # looks at what came of it; `sms-fallback-2` is the second snippet of the section
    def _(run): ...
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, TypeAlias

from docs.snippets import page_name, snippets

if TYPE_CHECKING:
    from collections.abc import Callable

    from docs.running import Run

    Step: TypeAlias = Callable[[Run], None]


class Page:
    """The expectations of one page."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.first: dict[str, Step] = {}
        self.then: dict[str, Step] = {}

    def before(self, section: str) -> Callable[[Step], Step]:
        """Register what is done before a snippet."""
        return lambda step: self.first.setdefault(f"{self.name}#{section}", step)

    def after(self, section: str) -> Callable[[Step], Step]:
        """Register what is asserted after a snippet."""
        return lambda step: self.then.setdefault(f"{self.name}#{section}", step)


def all_pages() -> dict[str, Page]:
    """Return the expectations of all pages that have some, by the names of the pages."""
    found = {}
    for name in {page_name(snippet.page): None for snippet in snippets()}:
        module = "docs.expected." + name.lower().replace("/", "_").replace("-", "_")
        try:
            found[name] = importlib.import_module(module).page
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
    return found
