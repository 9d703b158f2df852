"""The Pythons of this machine that the project supports."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bootstrap import NEWEST_PYTHON, OLDEST_PYTHON

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROBE = "import platform, sys, venv; print(platform.python_version(), sys.executable)"


@dataclass(frozen=True, order=True)
class Python:
    """An interpreter. ``version`` is like (3, 11, 7)."""

    version: tuple[int, ...]
    program: Path

    def __str__(self) -> str:
        return ".".join(map(str, self.version))


def found() -> list[Python]:
    """Return one interpreter of each version, oldest first: those on PATH, of pyenv and of uv, and this one."""
    versions: dict[tuple[int, ...], Python] = {}
    for program in _candidates():
        python = _asked(program)
        if python is not None and python.version >= OLDEST_PYTHON:
            versions.setdefault(python.version, python)
    return sorted(versions.values())


def running() -> Python:
    """Return the interpreter that this runs in, or that its environment was made with."""
    return Python(
        sys.version_info[:3], Path(getattr(sys, "_base_executable", None) or sys.executable)
    )


def _candidates() -> Iterator[Path]:
    yield running().program
    names = [f"python3.{minor}" for minor in range(OLDEST_PYTHON[1], NEWEST_PYTHON[1] + 1)]
    for folder in os.get_exec_path():
        for name in (*names, "python3", "python.exe"):
            if (Path(folder) / name).is_file():
                yield Path(folder) / name
    home = Path.home()
    for versions in (
        Path(os.environ.get("PYENV_ROOT") or home / ".pyenv") / "versions",
        Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or home / ".local/share/uv/python"),
    ):
        yield from sorted(versions.glob("*/bin/python3"))


def _asked(program: Path) -> Python | None:
    """Ask an interpreter who it is; None if it does not run, as a version manager's stub, or is an environment's."""
    try:
        done = subprocess.run(
            [str(program), "-I", "-c", _PROBE],
            capture_output=True,
            encoding="utf-8",
            timeout=30,
            check=True,
        )
        version, real = done.stdout.strip().split(" ", 1)
        if (Path(real).parent.parent / "pyvenv.cfg").exists():
            return None
        return Python(tuple(int(part) for part in version.split(".")), Path(real))
    except (OSError, ValueError, subprocess.SubprocessError):
        return None  # also a version like 3.15.0b1: what is not released yet is not supported
