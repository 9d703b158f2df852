"""The parts of pages that come from the code: they stand in the pages, and a test tells when they are stale.

In a page such a part stands as a code block after a comment that names it: ``<!-- from the code: NAME -->``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docs_site import exception_tree
from docs_site.places import DOCS, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

#: What a part is called, and what makes it.
PARTS: dict[str, Callable[[], str]] = {"exception tree": exception_tree.draw}

_BLOCK = re.compile(
    r"(?P<head><!-- from the code: (?P<name>[\w ]+) -->\n+```text\n).*?(?P<tail>\n```\n)", re.DOTALL
)


def renewed(page: str) -> str:
    """Return the text of a page with its parts as the code has them now."""
    return _BLOCK.sub(lambda found: found["head"] + PARTS[found["name"]]() + found["tail"], page)


def renew() -> list[str]:
    """Write all pages whose parts are stale. Returns their names."""
    written = []
    for path in sorted(DOCS.rglob("*.md")):
        page = path.read_text("utf-8")
        if (fresh := renewed(page)) != page:
            path.write_text(fresh, "utf-8")
            written.append(str(path.relative_to(ROOT)))
    return written
