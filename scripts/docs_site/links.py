"""Checks the built pages: every link within the site leads somewhere, and nothing comes from elsewhere."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from lxml import html

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Elements that make a browser load what they name, and the attribute that names it.
_LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
#: Links of the kind that tell about a page and load nothing.
_TELLING = {"canonical", "next", "prev", "search", "index", "author", "copyright", "license"}


def check(site: Path) -> list[str]:
    """Return a line for each link in ``site`` that leads nowhere, and for each thing from another host."""
    for kept in (_parsed, _ids):
        kept.cache_clear()  # the pages may be others than last time
    complaints = []
    for page in sorted(site.rglob("*.html")):
        for link, is_loaded in _links(page):
            fault = _fault(page, link, is_loaded=is_loaded)
            if fault:
                complaints.append(f"{page.relative_to(site)}: {link}: {fault}")
    return complaints


def _links(page: Path) -> Iterator[tuple[str, bool]]:
    for element in _parsed(page).iter():
        if element.tag == "a" and element.get("href") is not None:
            yield element.get("href"), False
        elif element.tag in _LOADED and element.get("rel") not in _TELLING:
            value = element.get(_LOADED[element.tag])
            if value is not None:
                yield value, True


def _fault(page: Path, link: str, *, is_loaded: bool) -> str | None:
    parts = urlsplit(link)
    if parts.scheme == "data":
        return None
    if parts.scheme or parts.netloc:
        return "is loaded from another host" if is_loaded else None
    target = page
    if parts.path:
        target = (page.parent / unquote(parts.path)).resolve()
        if target.is_dir():
            target /= "index.html"
        if not target.is_file():
            return "no such file"
    if parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in _ids(target):
        return "no such place on that page"
    return None


@cache
def _ids(page: Path) -> frozenset[str]:
    return frozenset(_parsed(page).xpath("//@id | //a/@name"))


@cache
def _parsed(page: Path) -> html.HtmlElement:
    return html.document_fromstring(page.read_bytes())
