"""Finds the programs that some tests run against."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

FOLDER = Path(__file__).parent
BROWSER = FOLDER.parent / "inbox" / "browser"
#: The tests that need more than Python.
PLACES = (FOLDER, BROWSER)
#: By EIGHTBYEIGHT_SERVICES: what a run must not leave out, but fail without its programs.
REQUIRED = {"required": (FOLDER,), "all": PLACES}.get(
    os.environ.get("EIGHTBYEIGHT_SERVICES", ""), ()
)
_DEBIAN = Path("/usr/lib/postgresql")  # Debian keeps them out of PATH


def redis_server() -> str | None:
    """Return the path of redis-server, or None."""
    return shutil.which("redis-server")


def postgres(name: str) -> str | None:
    """Return the path of a program of PostgreSQL, of the newest version there is, or None."""
    if found := shutil.which(name):
        return found
    versions = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    return str(versions[-1]) if versions else None


def chromium() -> str | None:
    """Return the path of Chromium, or None."""
    return shutil.which("chromium")


def missing(place: Path = FOLDER) -> list[str]:
    """Return what the tests of a place lack, by the names of Debian's packages."""
    if place == BROWSER:
        return [] if chromium() else ["chromium"]
    found = {
        "redis-server": redis_server(),
        "postgresql": postgres("initdb") and postgres("postgres"),
    }
    return [package for package, program in found.items() if not program]


def needed(program: str | None) -> str:
    """Return a program that must be there."""
    if program is None:
        lacking = [package for place in PLACES for package in missing(place)]
        raise FileNotFoundError(f"missing on this machine: {', '.join(lacking)}")
    return program
