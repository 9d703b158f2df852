"""Building the source archive and the wheel, so that anybody gets the same bytes."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from releasing.command import run
from releasing.errors import ReleaseError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Distributions:
    """The two files that are published."""

    sdist: Path
    wheel: Path

    @classmethod
    def in_folder(cls, folder: Path) -> Distributions:
        """Find them. Raises ReleaseError unless there is one of each."""
        return cls(_only_file(folder, "*.tar.gz"), _only_file(folder, "*.whl"))


def build(source: Path, out: Path, time: int) -> Distributions:
    """Build the source archive, and the wheel out of that archive.

    Args:
        source: A clean copy of the checkout.
        out: The folder that the files go to.
        time: The time of all files in the archives, in seconds since 1970.
    """
    command = (sys.executable, "-m", "build", "--no-isolation", "--outdir", out, source)
    run(*command, cwd=source, env={"SOURCE_DATE_EPOCH": str(time)})
    return Distributions.in_folder(out)


def build_elsewhere(source: Path, work: Path, time: int) -> Distributions:
    """Build both as somebody else would: another folder, user mask, time zone, file times, no archive between.

    Args:
        source: A clean copy of the checkout; it stays as it is.
        work: A folder for another copy and the files.
        time: As for ``build``.
    """
    copy = work / "another place"
    shutil.copytree(source, copy, copy_function=shutil.copyfile)
    for path in copy.rglob("*"):
        path.chmod(
            0o700 if path.is_dir() or os.access(source / path.relative_to(copy), os.X_OK) else 0o600
        )
    settings = {
        "SOURCE_DATE_EPOCH": str(time),
        "TZ": "Asia/Singapore",
        "PYTHONHASHSEED": "88",
        "LC_ALL": "C",
    }
    out = work / "again"
    run(sys.executable, "-m", "hatchling", "build", "--directory", out, cwd=copy, env=settings)
    return Distributions.in_folder(out)


def differences(first: Distributions, second: Distributions) -> list[str]:
    """Say which files are not the same, byte for byte."""
    pairs = ((first.sdist, second.sdist), (first.wheel, second.wheel))
    return [
        f"{one.name} came out with other bytes ({one.stat().st_size} and {other.stat().st_size}) "
        "when it was built again: something in it depends on the machine"
        for one, other in pairs
        if one.name != other.name or one.read_bytes() != other.read_bytes()
    ]


def _only_file(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise ReleaseError(f"{folder} holds {len(found)} files {pattern}; there must be one")
    return found[0]
