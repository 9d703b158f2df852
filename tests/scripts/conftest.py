"""The scripts as a person runs them, in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]


def run_script(name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script in the interpreter of the tests, from a directory that is not the checkout."""
    paths = [ROOT / "wrapper", ROOT / "generated"]
    settings = {
        **os.environ,
        "EIGHTBYEIGHT_VENV": "none",
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        **environment,
    }
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / name), *arguments],
        cwd=ROOT.parent,
        env=settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="session")
def run() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a script and return what became of it."""
    return run_script


@pytest.fixture(scope="session")
def scripts() -> Path:
    """The directory of the scripts."""
    return ROOT / "scripts"
