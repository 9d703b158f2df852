"""What pages take from the code is as the code has it now."""

from __future__ import annotations

import re

import pytest
from docs.snippets import DOCS, ROOT
from docs_site import derived, exception_tree

from eightbyeight import errors

PAGES = sorted(DOCS.glob("**/*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_page_is_fresh(page):
    text = page.read_text("utf-8")

    assert derived.renewed(text) == text, "run scripts/docs --renew"


def test_stale_part_is_found():
    page = "<!-- from the code: exception tree -->\n\n```text\nEightByEightError\n```\n"

    assert exception_tree.draw() in derived.renewed(page)


def test_the_tree_has_every_exception_once():
    names = [line.lstrip("│├└─ ").partition(" ")[0] for line in exception_tree.draw().splitlines()]

    assert sorted(names) == errors.__all__


def test_the_readme_has_the_figures_of_the_coverage_page():
    whole, covered = re.search(
        r"Of (\d+) documented operations: description (\d+)",
        (DOCS / "coverage.md").read_text("utf-8"),
    ).groups()

    assert f"{covered} of the {whole} operations" in (ROOT / "README.md").read_text("utf-8")


def test_the_start_page_counts_the_recipes():
    index = (DOCS / "cookbook" / "index.md").read_text("utf-8")
    recipes = len(re.findall(r"^\| \[", index, re.MULTILINE))

    assert f"{recipes} recipes" in (DOCS / "index.md").read_text("utf-8")


def test_the_readme_has_the_figures_of_the_performance_page():
    rows = re.findall(
        r"^\| ([^|]+) \| ([\d,]+) µs \|", (DOCS / "performance.md").read_text("utf-8"), re.MULTILINE
    )
    costs = {name.strip("*"): int(cost.replace(",", "")) for name, cost in rows}
    ours, fast = costs.pop("eightbyeight"), costs.pop("eightbyeight, fast")
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())

    assert f"a send takes {ours:,} µs of CPU, and {fast:,} µs with" in readme
    assert f"in the same run, {min(costs.values()):,} to {max(costs.values()):,} µs" in readme
    assert ("with six other vendors' SDKs" in readme) == (len(costs) == 6)
