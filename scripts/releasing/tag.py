"""Whether a commit may be released under a tag, and what is said about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from releasing.sources import uncommitted

if TYPE_CHECKING:
    from pathlib import Path

_HEADING = re.compile(
    r"^## \[(?P<version>[^\]]+)\](?: - (?P<day>\d{4}-\d{2}-\d{2}))?$", re.MULTILINE
)


def complaints(root: Path, tag: str, version: str) -> list[str]:
    """Say what keeps the commit from being released.

    Args:
        root: The checkout.
        tag: The tag, like ``v0.1.0``.
        version: The version in the distributions.
    """
    faults = []
    if tag != f"v{version}":
        faults.append(f"the tag is {tag}, and the version {version}: the tag must be v{version}")
    changed = uncommitted(root)
    if changed:
        faults.append(f"not committed: {', '.join(changed[:5])}")
    changelog = (root / "CHANGELOG.md").read_text("utf-8")
    dated = {found["version"] for found in _HEADING.finditer(changelog) if found["day"]}
    if version not in dated:
        faults.append(f"CHANGELOG.md has no heading '## [{version}] - YYYY-MM-DD'")
    elif not notes(changelog, version):
        faults.append(f"CHANGELOG.md says nothing about {version}")
    return faults


def notes(changelog: str, version: str) -> str:
    """Return what the changelog says about a version, without its heading; empty if nothing."""
    headings = list(_HEADING.finditer(changelog))
    ends = [*(found.start() for found in headings[1:]), len(changelog)]
    for found, end in zip(headings, ends, strict=True):
        said = changelog[found.end() : end].strip()
        if found["version"] == version and said:
            return said + "\n"
    return ""
