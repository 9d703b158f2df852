"""Links between the files work on a code host, too; `scripts/docs` checks those of the site."""

from __future__ import annotations

import re

import pytest
from docs.snippets import DOCS, PAGES, ROOT, page_name, slug

_CODE = re.compile(r"^(```+)\w*\n.*?^\1$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(path):
    page = re.sub(r"^(```+).*?^\1$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {slug(heading) for heading in re.findall(r"^#+ (.+)$", page, re.MULTILINE)}


@pytest.mark.parametrize("page", [pytest.param(page, id=page_name(page)) for page in PAGES])
def test_links_lead_to_files_and_headings(page):
    text = _CODE.sub("", page.read_text("utf-8"))
    for link in _LINK.findall(text):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link
        assert ROOT in target.parents


def test_every_page_is_in_the_navigation():
    conf = (DOCS / "conf.py").read_text("utf-8")
    pages = {page_name(page) for page in PAGES if DOCS in page.parents} - {"index"}

    assert [] == sorted(page for page in pages if f'"{page}"' not in conf)
