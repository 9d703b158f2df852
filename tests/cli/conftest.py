"""Commands as they are typed: in this process against the mock without sockets, or as programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from eightbyeight.cli.commands import cli

TO, OTHER = "+6591234567", "+6598765432"
SECRET = "key-Zx81-never-to-be-shown"


class Ended:
    """How a command has ended."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def rows(self):
        """The lines of a table below its titles."""
        return [line.split("\t") for line in self.out.splitlines()[1:]]


@pytest.fixture
def command(mock_8x8, monkeypatch):
    """Run a command against the mock; what it says never holds the key."""
    monkeypatch.setenv("EIGHTBYEIGHT_API_KEY", SECRET)

    def run(*arguments, stdin=None):
        arguments = [str(argument) for argument in arguments]
        done = CliRunner().invoke(cli, arguments, input=stdin, prog_name="eightbyeight")
        assert "Traceback" not in done.output
        assert SECRET not in done.output
        return Ended(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def no_waits(monkeypatch):
    """Let no client wait between two attempts."""
    clock = SimpleNamespace(sleep=lambda _: None, monotonic=time.monotonic)
    monkeypatch.setattr("eightbyeight.client.time", clock)


def settings(url, **others):
    """The environment of a program that talks to ``url``."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONIOENCODING": "utf-8",
        "EIGHTBYEIGHT_API_KEY": SECRET,
        "EIGHTBYEIGHT_SUBACCOUNT_ID": "acme_hq",
        "EIGHTBYEIGHT_BASE_URL": url,
        **{name: str(value) for name, value in others.items()},
    }


def program(*arguments):
    """The command line of a program."""
    return [sys.executable, "-W", "error", "-m", "eightbyeight.cli", *map(str, arguments)]


def run_program(*arguments, url="http://127.0.0.1:9", stdin=subprocess.DEVNULL, **others):
    """Run a command as a program of its own."""
    done = subprocess.run(
        program(*arguments),
        env=settings(url, **others),
        stdin=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    return Ended(done.returncode, done.stdout, done.stderr)
