"""A headless Chromium, started once for a session. What it needs is told in tests/conftest.py."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent.parent
sys.path[:0] = [str(TESTS), str(TESTS / "inbox")]


@pytest.fixture(scope="session")
def browser(tmp_path_factory) -> Iterator:
    """The browser that all tests of the session share: open pages of your own."""
    from chromium import chromium
    from services.programs import chromium as program
    from services.programs import needed

    with chromium(needed(program()), tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture
def home(app) -> Iterator[str]:
    """The address of the page of the served mock."""
    from eightbyeight.mock.server import serving

    with serving(app) as url:
        yield f"{url}/__mock__/inbox"


@pytest.fixture
def page(browser, home) -> Iterator:
    """A page on a desktop, closed before the mock is; nothing may be amiss in it at the end."""
    with browser.page() as opened:
        yield opened
        assert opened.complaints() == []
