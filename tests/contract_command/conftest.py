"""The command in this process, and servers for it."""

from __future__ import annotations

import json
import socket
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from eightbyeight.cli.commands import cli
from eightbyeight.mock import FixedClock, create_app
from eightbyeight.mock.server import serving

KEY = "contract-key-0123456789"


class Done(NamedTuple):
    """What a run of the command printed and returned."""

    status: int
    out: str
    err: str

    @property
    def report(self) -> Any:
        return json.loads(self.out)

    @property
    def found(self) -> set[tuple[str, str]]:
        return {(breach["operation"], breach["check"]) for breach in self.report["breaches"]}


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("EIGHTBYEIGHT_API_KEY", KEY)
    for name in ("SUBACCOUNT_ID", "REGION", "BASE_URL"):
        monkeypatch.delenv(f"EIGHTBYEIGHT_{name}", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def contract():
    """Run `eightbyeight contract`."""

    def run(*arguments):
        done = CliRunner().invoke(cli, ["contract", *map(str, arguments)])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert KEY not in done.output
        return Done(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def serve():
    """Serve a mock, with defects, over a socket."""
    opened = []

    def start(*defects, **switches):
        app = create_app(
            seed=88,
            clock=FixedClock(),
            api_keys=[KEY],
            defects=defects,
            **{"rate_limit": False, **switches},
        )
        context = serving(app)
        opened.append(context)
        return app, context.__enter__()

    yield start
    for context in opened:
        context.__exit__(None, None, None)


@pytest.fixture
def asked(monkeypatch):
    """The names that were looked up; none but this machine's is."""
    names = []
    resolve = socket.getaddrinfo

    def noting(host, *arguments, **options):
        names.append(host.decode() if isinstance(host, bytes) else host)
        if names[-1] not in ("127.0.0.1", "localhost"):
            raise AssertionError(f"{names[-1]} was looked up")
        return resolve(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", noting)
    return names
