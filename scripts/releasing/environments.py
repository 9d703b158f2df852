"""Environments that hold the wheel, what it requires, and nothing else."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from releasing.command import run
from releasing.contents import Wheel

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from releasing.pythons import Python

LOWEST, HIGHEST = "lowest", "highest"
_RESOLUTIONS = {LOWEST: "lowest-direct", HIGHEST: "highest"}
_UV = (sys.executable, "-m", "uv", "--no-config")
#: An interpreter that is missing is not fetched: it would be another one than was asked for.
_SETTINGS = {"UV_PYTHON_DOWNLOADS": "never"}


@dataclass(frozen=True)
class Environment:
    """A virtual environment and its programs."""

    folder: Path

    @property
    def programs(self) -> Path:
        """The folder of the programs."""
        return self.folder / ("Scripts" if sys.platform == "win32" else "bin")

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.programs / ("python.exe" if sys.platform == "win32" else "python")

    def versions(self) -> dict[str, str]:
        """Name the distributions that are installed, with their versions."""
        listing = run(
            *_UV, "pip", "freeze", "--python", self.python, cwd=self.folder, env=_SETTINGS
        )
        return dict(re.findall(r"^([\w.-]+)(?:==| @ )(\S+)$", listing, re.MULTILINE))


def make(
    folder: Path, python: Python, wheel: Path, extras: Iterable[str], resolution: str
) -> Environment:
    """Make an environment with the wheel and the given extras.

    Args:
        folder: Where to make it.
        python: Its interpreter.
        wheel: The wheel.
        extras: The extras of it.
        resolution: LOWEST for the lowest versions that the wheel allows, HIGHEST for the newest.

    Raises:
        ReleaseError: These versions do not go together, or one of them is not to be had.
    """
    environment = Environment(folder)
    run(
        *_UV,
        "venv",
        "--quiet",
        "--python",
        python.program,
        folder,
        cwd=folder.parent,
        env=_SETTINGS,
    )
    # Lowest are only the requirements that are named, so all of the wheel's are.
    # Without building anything: who lacks a compiler gets what there is a wheel for.
    command = (*_UV, "pip", "install", "--quiet", "--no-build", "--python", environment.python)
    wanted = Wheel.read(wheel).requirements(extras)
    versions = ("--resolution", _RESOLUTIONS[resolution])
    run(*command, *versions, wheel, *wanted, cwd=folder, env=_SETTINGS)
    return environment
