"""Where the previous version is found."""

from __future__ import annotations

import io
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ..errors import ToolError

_RELEASES = "v[0-9]*"
_VERSION = Path("wrapper", "eightbyeight", "_version.py")


class NoPreviousVersion(ToolError):
    """There is nothing to compare with; the message says what to do."""


@dataclass(frozen=True)
class Previous:
    """A version to compare with.

    Attributes:
        label: What people call it.
        folder: Its files.
        version: Its number.
        released: Whether it is a release, and not just an earlier state of the work.
        note: What a reader should know of the choice; may be empty.
    """

    label: str
    folder: Path
    version: str
    released: bool
    note: str = ""


def find_previous(root: Path, since: str | None, work: Path) -> Previous:
    """Find the version to compare with.

    Without ``since`` it is the newest release below the present commit (a tag such as v1.2.3); while there is none,
    the last commit.

    Args:
        root: The project's folder.
        since: A tag, branch or commit, or a folder with another version, such as an unpacked source archive.
        work: An empty folder for its files.

    Raises:
        NoPreviousVersion: If it is not here: no such commit, no git, a clone without tags.
    """
    if since is not None and Path(since).is_dir():
        folder = Path(since).resolve()
        if not (folder / _VERSION).is_file():
            raise NoPreviousVersion(f"{since}: not a version of this project: no {_VERSION}")
        return Previous(since, folder, read_version(folder), released=True)
    _need_git(root)
    note = ""
    name = since or _git(root, "describe", "--tags", "--abbrev=0", "--match", _RELEASES)
    if not name:
        name, note = "HEAD", _why_no_release(root)
    commit = _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if not commit:
        raise NoPreviousVersion(
            f"{name}: neither a folder nor a commit that this clone has; "
            f"in a shallow clone, git fetch --depth 1 origin tag {name}"
        )
    _unpack(root, commit, work)
    releases = _git(root, "tag", "--points-at", commit, "--list", _RELEASES).split()
    version = releases[-1].removeprefix("v") if releases else read_version(work)
    return Previous(name, work, version, released=bool(releases), note=note)


def read_version(folder: Path) -> str:
    """Read the version's number from a project's folder; ``0`` if it has none."""
    try:
        text = (folder / _VERSION).read_text(encoding="utf-8")
    except FileNotFoundError:
        return "0"
    return text.partition('"')[2].partition('"')[0]


def _need_git(root: Path) -> None:
    top = _git(root, "rev-parse", "--show-toplevel")
    if not top or Path(top).resolve() != root.resolve():
        raise NoPreviousVersion(
            "no git history here: give --since a folder with the previous version, "
            "such as its unpacked source archive"
        )


def _why_no_release(root: Path) -> str:
    if _git(root, "rev-parse", "--is-shallow-repository") == "true":
        return (
            "this shallow clone has no tag of a release: compared with the last commit; "
            "git fetch --depth 1 origin tag NAME brings one"
        )
    return "nothing is released yet: compared with the last commit"


def _git(root: Path, *arguments: str) -> str:
    """Ask git; the answer is empty when it fails."""
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _unpack(root: Path, commit: str, folder: Path) -> None:
    command = ["git", "-C", str(root), "archive", "--format=zip", commit]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise NoPreviousVersion(f"git archive {commit}: {done.stderr.decode(errors='replace')}")
    with zipfile.ZipFile(io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder)
