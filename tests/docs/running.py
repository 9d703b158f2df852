"""Runs a snippet in this process, as a program of its own would run, with what it sends going to a local 8x8."""

from __future__ import annotations

import contextlib
import inspect
import io
import sys
import types
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from eightbyeight import Client
from eightbyeight_generated.servers import SERVERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from docs.snippets import Snippet

    from eightbyeight.testing import MockApi

SETTINGS = {"EIGHTBYEIGHT_API_KEY": "any", "EIGHTBYEIGHT_SUBACCOUNT_ID": "acme_hq"}
_MODULE = "snippet"


@dataclass
class Run:
    """A snippet, where it runs, and what came of it.

    `mock` is the local 8x8, `names` what the snippet has defined, `output` what it has printed, `folder` the
    directory in which it ran.
    """

    snippet: Snippet
    mock: MockApi
    folder: Path
    names: dict[str, Any] = field(default_factory=dict)
    output: str = ""

    def write(self, name: str, text: str | None = None) -> None:
        """Write a file that the snippet reads: by default the CSV that its section shows."""
        shown = self.snippet.csv if text is None else text
        assert shown is not None, f"{self.snippet.id}: the section shows no csv block"
        (self.folder / name).write_text(shown, "utf-8")

    def execute(self) -> None:
        """Run it. What it defines and prints is kept."""
        module = types.ModuleType(_MODULE)
        module.__file__ = str(self.folder / "snippet.py")
        self.names = module.__dict__
        # What a page's snippets take as given.
        self.names.update(Client=Client, client=Client.from_env())
        # The lines are those of the page, so that a traceback names them.
        source = "\n" * self.snippet.line + self.snippet.code
        output = io.StringIO()
        sys.modules[_MODULE] = module
        try:
            with contextlib.redirect_stdout(output):
                exec(compile(source, str(self.snippet.page), "exec"), self.names)
        finally:
            self.output = output.getvalue()
            del sys.modules[_MODULE]

    def execute_tests(self, request: pytest.FixtureRequest) -> int:
        """Run the test functions of the snippet with their fixtures. Returns how many there were."""
        tests = [value for name, value in self.names.items() if name.startswith("test_")]
        for test in tests:
            wanted = inspect.signature(test).parameters
            api = request.getfixturevalue("mock_8x8")
            api.reset()
            api.chaos.clear()
            test(**{name: request.getfixturevalue(name) for name in wanted})
        return len(tests)


def products() -> dict[str, str]:
    """Return host -> product of the real API."""
    return {
        str(urlsplit(url).hostname): product
        for product, servers in SERVERS.items()
        for url in servers.values()
    }


def send_requests_to(url: str) -> Callable[..., requests.Response]:
    """Return a `HTTPAdapter.send` that takes to `url` what a snippet sends to 8x8 with requests."""
    send = requests.adapters.HTTPAdapter.send
    by_host = products()

    def redirected(adapter: Any, request: requests.PreparedRequest, **options: Any) -> Any:
        parts = urlsplit(str(request.url))
        if (product := by_host.get(parts.hostname or "")) is not None:
            request.url = f"{url}/{product}{parts.path}"
        return send(adapter, request, **options)

    return redirected
