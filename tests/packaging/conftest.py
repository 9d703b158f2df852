"""Wheel and source archive, built once from a clean copy of what is committed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from releasing import sources
from releasing.building import Distributions, build
from releasing.command import run as run_command

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def run() -> Callable[..., str]:
    """Run a command that must succeed."""
    return run_command


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what git knows or would add: no environment, no caches."""
    return sources.copy_of(ROOT, tmp_path_factory.mktemp("packaging") / "checkout")


@pytest.fixture(scope="session")
def moment() -> int:
    """The time of all files in the archives."""
    return sources.time_of_commit(ROOT)


@pytest.fixture(scope="session")
def distributions(checkout: Path, moment: int) -> Distributions:
    """Build the source archive, and the wheel out of that archive."""
    return build(checkout, checkout.parent / "dist", moment)


@pytest.fixture(scope="session")
def wheel(distributions: Distributions) -> Path:
    """The wheel that was built from the source archive."""
    return distributions.wheel


@pytest.fixture(scope="session")
def sdist(distributions: Distributions) -> Path:
    """The source archive."""
    return distributions.sdist


@pytest.fixture(scope="session")
def installed(wheel: Path, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment that has the wheel and what it needs, and nothing else."""
    directory = tmp_path_factory.mktemp("installed") / "venv"
    run_command(sys.executable, "-m", "venv", "--without-pip", directory, cwd=directory.parent)
    python = directory / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    requirements = checkout / "scripts" / "requirements" / "demo.txt"
    # pip, as a newcomer's set-up does it; for what needs no network, uv is quicker.
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    options = ("--no-input", "--no-compile", "--require-hashes", "--requirement", requirements)
    run_command(*pip, "install", *options, cwd=directory)
    uv = (sys.executable, "-m", "uv", "--no-config", "--offline", "pip")
    run_command(*uv, "install", "--no-deps", "--python", python, wheel, cwd=directory)
    run_command(*uv, "check", "--python", python, cwd=directory)
    return python
