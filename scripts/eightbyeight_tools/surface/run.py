"""Making the report on the public interface."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import python_changes, rule_changes
from .change import Change, ordered
from .changelog import entry
from .description import Description, read_description
from .previous import find_previous
from .reading import Interface, read_interface
from .report import Report
from .type_check import Broken, newly_wrong
from .uses import collect
from .versions import next_version

TABLE, JSON, MARKDOWN = "table", "json", "markdown"


@dataclass(frozen=True)
class Version:
    """What one version promises: in its code, and in its description."""

    interface: Interface
    description: Description


def read(folder: Path) -> Version:
    """Read a version from its files.

    Raises:
        ToolError: If its document is not JSON.
    """
    return Version(read_interface(folder), read_description(folder))


def changes_between(before: Version, after: Version) -> list[Change]:
    """Tell what has changed, breaking changes first."""
    old, new = before.interface.surface, after.interface.surface
    told = after.description
    return ordered(
        [
            *python_changes.compare(old, new, told.sent, told.received),
            *rule_changes.compare(before.description, told),
        ]
    )


def make_report(root: Path, since: str | None = None, *, check_types: bool = True) -> Report:
    """Compare the public interface with that of the previous version.

    Args:
        root: The project's folder.
        since: The version to compare with: a commit, a tag or a folder; the last release if None.
        check_types: Whether to type-check the previous version's programs with the present code.

    Raises:
        NoPreviousVersion: If that version is not here.
        ToolError: If a version cannot be read, or its programs cannot be checked.
    """
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        previous = find_previous(root, since, work / "previous")
        before = read(previous.folder)
        changes = changes_between(before, read(root))
        uses: int | None = None
        broken: list[Broken] = []
        if check_types:
            programs = collect(previous.folder, before.interface.imports, work / "uses")
            broken = newly_wrong(programs, work / "uses", previous.folder, root)
            uses = len(programs)
        is_broken = any(one.breaking for one in broken)
        proposal = next_version(previous, changes, is_broken=is_broken)
        return Report(previous, changes, uses, broken, proposal, entry(changes))


def print_report(root: Path, since: str | None = None, form: str = TABLE) -> None:
    """Print the report.

    Args:
        root: The project's folder.
        since: The version to compare with; the last release if None.
        form: ``table``, ``json`` or ``markdown``.

    Raises:
        ToolError: As ``make_report``.
    """
    report = make_report(root, since)
    if form == JSON:
        print(report.as_json())
    elif form == MARKDOWN:
        print(report.as_markdown())
    else:
        print(report)
