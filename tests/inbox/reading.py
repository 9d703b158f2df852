"""Reads the page as a browser would, without one."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset({"input", "link", "meta", "use", "circle", "rect", "path"})


class Page(HTMLParser):
    """The elements and the text of a page; what is not closed properly raises."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self._open
        assert self._open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        """All that is to be read, with single spaces."""
        return " ".join(" ".join(self.words).split())

    def find(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        """The attributes of the elements that have these."""
        wanted = attributes.items()
        return [given for name, given in self.elements if name == tag and wanted <= given.items()]
