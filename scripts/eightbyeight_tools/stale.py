"""Comparing what is on disk with what would be written."""

from __future__ import annotations

import difflib
from pathlib import Path

MAX_FILES = 12
MAX_LINES = 30


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its relative path, caches aside; empty if there is no such folder."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    }


def describe_differences(
    label: str, found: dict[str, bytes], wanted: dict[str, bytes]
) -> list[str]:
    """Say how a folder differs from what it should hold.

    Args:
        label: The folder's name, put before each file's name.
        found: The files on disk.
        wanted: The files that would be written.

    Returns:
        Lines for people, one block a file with a unified diff, cut to a readable length. Empty when all bytes agree.
    """
    names = [name for name in sorted({*found, *wanted}) if found.get(name) != wanted.get(name)]
    lines: list[str] = []
    for name in names[:MAX_FILES]:
        lines += _describe_file(f"{label}/{name}", found.get(name), wanted.get(name))
    if len(names) > MAX_FILES:
        lines.append(f"... and {len(names) - MAX_FILES} more files:")
        lines += [f"  {label}/{name}" for name in names[MAX_FILES:]]
    return lines


def _describe_file(name: str, found: bytes | None, wanted: bytes | None) -> list[str]:
    if found is None:
        return [f"{name}: missing"]
    if wanted is None:
        return [f"{name}: should not be there"]
    diff = list(
        difflib.unified_diff(
            found.decode("utf-8", "replace").splitlines(),
            wanted.decode("utf-8", "replace").splitlines(),
            fromfile=f"{name} (on disk)",
            tofile=f"{name} (regenerated)",
            lineterm="",
            n=2,
        )
    )
    added = sum(line.startswith("+") for line in diff[2:])
    removed = sum(line.startswith("-") for line in diff[2:])
    if not diff:
        return [f"{name}: differs in line ends only"]
    shown = [f"{name}: stale, {added} lines to add, {removed} to remove", *diff[2 : 2 + MAX_LINES]]
    if len(diff) > MAX_LINES + 2:
        shown.append(f"... {len(diff) - MAX_LINES - 2} more lines of this file's difference")
    return shown
