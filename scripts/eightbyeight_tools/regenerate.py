"""Regenerating everything that is derived from hand-written sources, or checking that it is up to date."""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .compose import compose_files
from .derive_sync import derive_sync
from .errors import ToolError
from .generate import PACKAGE, generate_package
from .stale import describe_differences, files_of


@dataclass(frozen=True)
class Output:
    """A derived folder: where it belongs, and the fresh one."""

    label: str
    place: Path
    fresh: Path


@dataclass(frozen=True)
class Options:
    """What the command line says.

    Attributes:
        root: The project's folder.
        check: Write nothing and show the differences.
        report: Write nothing and report on the public interface; otherwise that is done when something was written.
        since: The version that the report compares with; the last release if None.
        form: The report's form, ``table``, ``json`` or ``markdown``.
    """

    root: Path
    check: bool = False
    report: bool = False
    since: str | None = None
    form: str = "table"


def run(options: Options) -> int:
    """Write what is derived from the specification, or tell what is stale.

    Args:
        options: The options.

    Returns:
        The exit status: 0 when all is well, 1 when something is stale, or cannot be generated or reported.
    """
    try:
        if not options.root.is_dir():
            raise ToolError(f"{options.root}: there is no such folder")
        status, written = 0, False
        if options.check:
            status = check(options.root)
        elif not options.report:
            written = write(options.root)
        if options.report or written:
            status = max(status, _report(options))
        return status
    except ToolError as error:
        print(f"scripts/regenerate: {error}", file=sys.stderr)
        return 1


def check(root: Path) -> int:
    """Tell what is stale. Returns the exit status, 1 if anything is."""
    with tempfile.TemporaryDirectory() as work:
        return show_stale(derive_all(root, Path(work)))


def write(root: Path) -> bool:
    """Write everything anew, and tell whether anything has changed."""
    # Next to the output, so that putting it into place is a rename.
    with tempfile.TemporaryDirectory(prefix=".regenerate-", dir=root) as work:
        return install(derive_all(root, Path(work)))


def _report(options: Options) -> int:
    from .surface.previous import NoPreviousVersion
    from .surface.run import print_report

    if not options.report:
        print()
    try:
        print_report(options.root, options.since, options.form)
    except NoPreviousVersion as error:
        if options.report:
            raise
        # What was written is right all the same.
        print(f"no report on the public interface: {error}", file=sys.stderr)
    return 0


def derive_all(root: Path, work: Path) -> list[Output]:
    """Derive everything into a scratch folder.

    Args:
        root: The project's folder.
        work: An empty folder.

    Raises:
        ToolError: If a source cannot be read or the generator complains.
    """
    package = generate_package(compose_files(root / "spec"), work)
    outputs = [Output(f"generated/{PACKAGE}", root / "generated" / PACKAGE, package)]
    resources = root / "wrapper" / "eightbyeight" / "resources"
    if (resources / "_async").is_dir():
        derive_sync(resources / "_async", work / "_sync")
        outputs.append(
            Output("wrapper/eightbyeight/resources/_sync", resources / "_sync", work / "_sync")
        )
    return outputs


def install(outputs: list[Output]) -> bool:
    """Put fresh folders in the place of the old ones, whole: no file of an earlier run survives.

    Returns:
        Whether anything has changed.
    """
    has_changed = False
    for output in outputs:
        before, after = files_of(output.place), files_of(output.fresh)
        if before == after:
            print(f"{output.label}: up to date, {len(after)} files")
            continue
        has_changed = True
        if output.place.exists():
            shutil.rmtree(output.place)
        output.place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(output.fresh, output.place)
        changed = sum(before.get(name) != after.get(name) for name in {*before, *after})
        print(f"{output.label}: {changed} files changed, {len(after)} in all")
    return has_changed


def show_stale(outputs: list[Output]) -> int:
    """Print how the folders on disk differ from the fresh ones."""
    stale = 0
    for output in outputs:
        lines = describe_differences(output.label, files_of(output.place), files_of(output.fresh))
        if lines:
            stale += 1
            print("\n".join(lines))
        else:
            print(f"{output.label}: up to date")
    if stale:
        print("\nRun scripts/regenerate and commit what it writes.")
    return 1 if stale else 0
