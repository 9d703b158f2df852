"""Finds the programs that the tests of this folder run against."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

FOLDER = Path(__file__).parent
#: With this value of EIGHTBYEIGHT_SERVICES, a run without the programs fails instead of leaving the tests out.
REQUIRED = os.environ.get("EIGHTBYEIGHT_SERVICES") == "required"
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


def missing() -> list[str]:
    """Return what is to be installed, by the names of Debian's packages."""
    found = {
        "redis-server": redis_server(),
        "postgresql": postgres("initdb") and postgres("postgres"),
    }
    return [package for package, program in found.items() if not program]


def needed(program: str | None) -> str:
    """Return a program that must be there."""
    if program is None:
        raise FileNotFoundError(f"missing on this machine: {', '.join(missing())}")
    return program
