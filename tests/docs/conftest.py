"""A local 8x8 over sockets for all snippets, as new for each."""

from __future__ import annotations

import dataclasses
import functools
import logging
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import requests
from docs.running import SETTINGS, Run, send_requests_to

from eightbyeight import Client, Journal
from eightbyeight.io import waiting
from eightbyeight.testing import MockApi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from docs.snippets import Snippet


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[MockApi, dict[str, object]]]:
    """A mock that is served, and its settings. Its clock stands still until a snippet's expectation moves it."""
    with MockApi(seed=1) as api:
        assert api.url
        yield api, dataclasses.asdict(api.app.settings)


@pytest.fixture
def run_of(served, monkeypatch, tmp_path) -> Iterator[Callable[[Snippet], Run]]:
    """Makes the run of a snippet: settings in the environment, a directory of its own, a mock as new."""
    api, settings = served
    api.reset()
    api.chaos.clear()
    api.connect_receiver(None)
    api.app.settings.update(settings)
    for name, value in {**SETTINGS, "EIGHTBYEIGHT_BASE_URL": api.url}.items():
        monkeypatch.setenv(name, value)
    for name in ("EIGHTBYEIGHT_REGION", "EIGHTBYEIGHT_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("eightbyeight.base_client.shared_limiter", lambda: None)  # no waits
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send_requests_to(api.url))
    # Who waits, for a message or to try again, waits in the time of the mock.
    monkeypatch.setattr(waiting, "pause", api.advance)
    clock = SimpleNamespace(monotonic=time.monotonic, sleep=api.advance)
    monkeypatch.setattr("eightbyeight.client.time", clock)
    monkeypatch.chdir(tmp_path)  # what a snippet writes is gone afterwards
    opened = _noted(monkeypatch, Client, Journal)
    levels = {name: logging.getLogger(name).level for name in ("", "eightbyeight")}

    yield lambda snippet: Run(snippet, api, tmp_path)

    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    for thing in reversed(opened):  # at the end of a program the system does it
        thing.close()


def _noted(monkeypatch, *kinds: type[Any]) -> list[Any]:
    """Return a list of all that is made of some classes from now on."""
    made: list[Any] = []

    def note(make: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(make)
        def noting(self, *arguments: Any, **options: Any) -> None:
            make(self, *arguments, **options)
            made.append(self)

        return noting

    for kind in kinds:
        monkeypatch.setattr(kind, "__init__", note(kind.__init__))
    return made
