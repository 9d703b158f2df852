"""Builds the site, as strictly as can be."""

from __future__ import annotations

import shutil
import time

from sphinx.cmd.build import build_main

from docs_site import http_reference, links
from docs_site.places import DOCS, DOCTREES, ROOT, SITE


def build(*, anew: bool = True) -> int:
    """Build and check.

    Args:
        anew: Build everything; otherwise only the pages that have changed.

    Returns:
        The exit status: 0 when nothing is to be said against any page.
    """
    started = time.monotonic()
    if anew:
        for folder in (SITE, DOCTREES):
            shutil.rmtree(folder, ignore_errors=True)
    arguments = ["--fail-on-warning", "--keep-going", "--quiet"]
    status = build_main([*arguments, "-d", str(DOCTREES), "-b", "html", str(DOCS), str(SITE)])
    SITE.mkdir(parents=True, exist_ok=True)
    http_reference.write(SITE)
    complaints = links.check(SITE)
    for complaint in complaints:
        print(complaint)
    if complaints:
        print(f"{len(complaints)} broken links")
    pages = sum(1 for _ in SITE.rglob("*.html"))
    where = SITE.relative_to(ROOT) / "index.html"
    print(f"{where}: {pages} pages after {time.monotonic() - started:.0f} s")
    return status or bool(complaints)
