"""What distributions are built from: a clean copy of what git knows."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from releasing.command import run

if TYPE_CHECKING:
    from pathlib import Path


def copy_of(root: Path, copy: Path) -> Path:
    """Copy what is committed, and what would be with the next `git add`: no environment, no caches.

    Args:
        root: The checkout.
        copy: The folder to make.

    Returns:
        The folder.
    """
    listing = run(
        *("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"), cwd=root
    )
    for name in filter(None, listing.split("\0")):
        if (root / name).exists():  # else it was removed and is not committed yet
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, copy / name)
    return copy


def time_of_commit(root: Path) -> int:
    """Return when the last commit was made, in seconds since 1970: the time of all files in the archives."""
    return int(run("git", "log", "-1", "--format=%ct", cwd=root))


def uncommitted(root: Path) -> list[str]:
    """Name the files that differ from the last commit."""
    return [line[3:] for line in run("git", "status", "--porcelain", cwd=root).splitlines()]
