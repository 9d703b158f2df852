"""Wheel and source archive, built once from a clean copy of what is committed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]


def run_command(*command: str | Path, cwd: Path) -> str:
    """Run a command and return what it printed; show that when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert 0 == done.returncode, f"{' '.join(map(str, command))}\n{done.stdout}"

    return done.stdout


def only_file(directory: Path, pattern: str) -> Path:
    """Return the one file that matches."""
    (found,) = directory.glob(pattern)
    return found


@pytest.fixture(scope="session")
def run() -> Callable[..., str]:
    """Run a command that must succeed."""
    return run_command


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what git knows or would add: no environment, no caches."""
    copy = tmp_path_factory.mktemp("packaging") / "checkout"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    for name in filter(None, names.decode().split("\0")):
        if (ROOT / name).exists():  # else it was removed and is not committed yet
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="session")
def dist(checkout: Path) -> Path:
    """Build the source archive, and the wheel out of that archive."""
    out = checkout.parent / "dist"
    run_command(
        sys.executable, "-m", "build", "--no-isolation", "--outdir", out, checkout, cwd=checkout
    )
    return out


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    """The wheel that was built from the source archive."""
    return only_file(dist, "*.whl")


@pytest.fixture(scope="session")
def sdist(dist: Path) -> Path:
    """The source archive."""
    return only_file(dist, "*.tar.gz")


@pytest.fixture(scope="session")
def installed(wheel: Path, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment that has the wheel and what it needs, and nothing else."""
    directory = tmp_path_factory.mktemp("installed") / "venv"
    run_command(sys.executable, "-m", "venv", "--without-pip", directory, cwd=directory.parent)
    python = directory / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    requirements = checkout / "scripts" / "requirements" / "demo.txt"
    for what in (("--require-hashes", "--requirement", requirements), ("--no-index", wheel)):
        run_command(*pip, "install", "--no-input", "--no-compile", *what, cwd=directory)
    run_command(*pip, "check", cwd=directory)
    return python
