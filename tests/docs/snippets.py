"""Finds the Python snippets of the README and of the documentation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("**/*.md"))]

_LINE = re.compile(r"^(?P<fence>```+)(?P<language>\w*)\s*$|^#+ (?P<heading>.+)$")


@dataclass(frozen=True)
class Snippet:
    """One block of Python, with the blocks of its section that stand for files which it reads.

    `id` is the page, the heading above, and the number of the snippet where a section has several:
    `cookbook/orders#sms-fallback-2`.
    """

    id: str
    page: Path
    line: int
    code: str
    csv: str | None = field(default=None, repr=False)

    @property
    def section(self) -> str:
        """The id without the number."""
        return re.sub(r"-\d+$", "", self.id)


def page_name(path: Path) -> str:
    """Return a page's name as it stands in ids: `cookbook/orders`, or `README`."""
    folder = DOCS if DOCS in path.parents else ROOT
    return path.relative_to(folder).with_suffix("").as_posix()


def slug(heading: str) -> str:
    """Return the anchor of a heading."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w -]", "", plain).replace(" ", "-")


@cache
def snippets() -> tuple[Snippet, ...]:
    """Return all snippets, in the order in which they stand."""
    return tuple(snippet for page in PAGES for snippet in _of_page(page))


def _of_page(page: Path) -> list[Snippet]:
    found: list[Snippet] = []
    section, number, csv = "", 0, None
    lines = iter(enumerate(page.read_text("utf-8").splitlines(), 1))
    for line_number, line in lines:
        match = _LINE.match(line)
        if match is None:
            continue
        if match["heading"]:
            section, number, csv = slug(match["heading"]), 0, None
            continue
        block: list[str] = []
        for _, inner in lines:
            if inner.rstrip() == match["fence"]:
                break
            block.append(inner)
        code = "\n".join(block) + "\n"
        if match["language"] == "csv":
            csv = code
        elif match["language"] == "python":
            number += 1
            name = f"{page_name(page)}#{section}" + (f"-{number}" if number > 1 else "")
            found.append(Snippet(name, page, line_number, code, csv))
    return found
