"""Prism, the mock server that people know, fetched by npm into a cache outside of the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGE, VERSION = "@stoplight/prism-cli", "5.16.0"
_PROGRAM = Path("node_modules", PACKAGE, "dist", "index.js")


class PrismMissingError(Exception):
    """Prism cannot be run here; the message says why."""


def command(document: Path, port: int) -> list[str]:
    """Return what starts Prism with a document, validating and in its quietest mode.

    Raises:
        PrismMissingError: Node.js or npm is missing, or npm cannot install Prism.
    """
    node = _found("node")
    program = _installed(node) / _PROGRAM
    options = ["--host", "127.0.0.1", "--port", str(port), "--verboseLevel", "silent"]
    return [node, str(program), "mock", *options, "--errors", str(document)]


def _installed(node: str) -> Path:
    """Return the directory that Prism is installed in; install it first when needed."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    directory = cache / "eightbyeight-bench" / f"prism-{VERSION}"
    if directory.is_dir():
        return directory
    npm = _found("npm")
    print(f"bench: installing {PACKAGE} {VERSION} in {directory}", file=sys.stderr, flush=True)
    # Under its name only when it is complete and runs.
    partial = directory.with_name(f"{directory.name}.partial-{os.getpid()}")
    partial.mkdir(parents=True)
    try:
        options = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(partial)]
        _done([npm, "install", *options, f"{PACKAGE}@{VERSION}"], partial)
        _done([node, str(partial / _PROGRAM), "--version"], partial)
        partial.replace(directory)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return directory


def _done(command: list[str], directory: Path) -> None:
    done = subprocess.run(
        command,
        cwd=directory,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "rror" in line]
        reason = said[0] if said else f"exit status {done.returncode}"
        raise PrismMissingError(f"{Path(command[0]).stem} cannot set up {PACKAGE}: {reason}")


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise PrismMissingError(f"{program} is missing")
    return path
