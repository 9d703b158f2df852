"""The run of the engine that all tests share."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

_LONG = ("repeated", "campaign")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    for name in ("API_KEY", "SUBACCOUNT_ID", "REGION", "BASE_URL"):
        monkeypatch.delenv(f"EIGHTBYEIGHT_{name}", raising=False)


@pytest.fixture
def waits(monkeypatch):
    """Make no client wait; the seconds that they wanted to wait are collected."""
    seconds = []

    async def note(wait):
        seconds.append(wait)

    monkeypatch.setattr("time.sleep", seconds.append)
    monkeypatch.setattr("asyncio.sleep", note)
    return seconds


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run at the end what waits for the longest run, so that all other tests run meanwhile."""
    items.sort(key=lambda item: "campaign" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session", autouse=True)
def _running(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Any]]]:
    """Start the long runs in another process, if a test will ask for them, while others run here."""
    asked = {name for item in request.session.items for name in getattr(item, "fixturenames", ())}
    if asked.isdisjoint(_LONG):
        yield {}
        return
    # The engine is a heavy import, and this folder is on the path only now.
    from contract import campaign, sizes

    # A fresh interpreter: this one may hold threads, which a fork would break.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        # In the order in which the tests ask.
        yield {
            "repeated": pool.submit(campaign.run_repeatedly),
            "campaign": pool.submit(campaign.run_whole, sizes.FACTOR),
        }
        pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="session")
def repeated(_running: dict[str, Future[Any]]) -> Any:
    """Small runs of the engine: `first` and `again` with one seed, `other` with another."""
    return _running["repeated"].result()


@pytest.fixture(scope="session")
def campaign(_running: dict[str, Future[Any]]) -> Any:
    """What the engine found in all phases over all operations."""
    return _running["campaign"].result()
