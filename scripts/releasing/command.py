"""Running a program that must succeed."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from releasing.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: Nothing here takes longer, unless it hangs.
_PATIENCE = 600


def run(*command: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a command and return what it printed, standard error included.

    Args:
        command: The program and its arguments.
        cwd: The folder to run it in.
        env: Environment variables, besides those of this process.

    Raises:
        ReleaseError: It failed or did not end; the message holds the end of what it printed.
    """
    words = [str(part) for part in command]
    shown = " ".join(words)
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except FileNotFoundError as error:
        raise ReleaseError(f"{words[0]} is missing, needed for: {shown}") from error
    except subprocess.TimeoutExpired as error:
        raise ReleaseError(f"{shown}\ndid not end within {_PATIENCE} seconds") from error
    if done.returncode:
        last = "\n".join(done.stdout.splitlines()[-40:])
        raise ReleaseError(f"{shown}\nexit status {done.returncode}\n{last}")
    return done.stdout
