"""Every Python snippet of the README and of the documentation runs against the mock, and does what its page says."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from docs.expectations import all_pages
from docs.running import SETTINGS
from docs.snippets import DOCS, ROOT, page_name, snippets

EXPECTED = all_pages()
#: Pages of recipes: each snippet must be seen to have done something.
RECIPES = ("first-send", "cookbook/")

by_id = [pytest.param(snippet, id=snippet.id) for snippet in snippets()]


@pytest.mark.parametrize("snippet", by_id)
def test_snippet_does_what_its_page_says(run_of, snippet, request):
    run = run_of(snippet)
    page = EXPECTED.get(page_name(snippet.page))
    before, after = (page.first, page.then) if page else ({}, {})
    if snippet.id in before:
        before[snippet.id](run)

    run.execute()
    tests = run.execute_tests(request)

    if snippet.id in after:
        after[snippet.id](run)
    elif page_name(snippet.page).startswith(RECIPES):
        assert tests or "assert " in snippet.code, "nothing tells whether this recipe works"


def test_no_two_snippets_have_the_same_name():
    names = [snippet.id for snippet in snippets()]

    assert len(set(names)) == len(names)


def test_expectations_are_about_snippets_that_exist():
    names = {snippet.id for snippet in snippets()}
    expected = {name for page in EXPECTED.values() for name in (*page.first, *page.then)}
    modules = {path.stem for path in (ROOT / "tests/docs/expected").glob("*.py")}

    assert expected <= names
    assert len(modules) == len(EXPECTED), "a module whose page has no snippets"


def test_the_cookbook_has_its_recipes():
    index = (DOCS / "cookbook" / "index.md").read_text("utf-8")
    pages = [path for path in (DOCS / "cookbook").glob("*.md") if path.name != "index.md"]
    recipes = re.findall(r"^\| \[[^\]]+\]\(([\w-]+\.md)(#[\w-]+)?\)", index, re.MULTILINE)

    assert {path.name for path in pages} == {name for name, _ in recipes}
    assert 20 <= len(recipes)


def test_the_first_send_of_the_readme_arrives(served, tmp_path):
    """As a reader runs it: a file of its own, in a process of its own."""
    api, _ = served
    api.reset()
    first = next(snippet.code for snippet in snippets() if snippet.page.name == "README.md")
    program = tmp_path / "first.py"
    program.write_text(first, "utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(program)],
        env={**SETTINGS, "EIGHTBYEIGHT_BASE_URL": api.url, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    (message,) = api.app.store.messages()
    assert (f"{message.umid} queued\n", "") == (done.stdout, done.stderr)
    assert ["WhatsApp", "SMS"] == [step["channel"] for step in message.payload["channels"]]
    assert len(first.splitlines()) <= 10
