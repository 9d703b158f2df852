"""Which version comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .change import Change
from .previous import Previous


@dataclass(frozen=True)
class Proposal:
    """A version's number, and why it is that one."""

    version: str
    why: str


def next_version(previous: Previous, changes: Iterable[Change], *, is_broken: bool) -> Proposal:
    """Propose the next version by the rules of semantic versioning.

    Before 1.0 a minor version may break, and everything else is a patch.

    Args:
        previous: The last release.
        changes: What has changed since.
        is_broken: Whether something breaks beyond the changes, such as a use that is no longer right.
    """
    if not previous.released:
        return Proposal(previous.version, "it is not released yet")
    major, minor, patch = _numbers(previous.version)
    changes = list(changes)
    breaking = is_broken or any(change.breaking for change in changes)
    if breaking and major:
        return Proposal(f"{major + 1}.0.0", "something breaks")
    if breaking:
        return Proposal(
            f"0.{minor + 1}.0", "something breaks, which before 1.0 a minor version may"
        )
    if changes and major:
        return Proposal(f"{major}.{minor + 1}.0", "there is more, and nothing breaks")
    why = "there is more, and nothing breaks" if changes else "the public interface is the same"
    return Proposal(f"{major}.{minor}.{patch + 1}", why)


def _numbers(version: str) -> tuple[int, int, int]:
    digits = [
        "".join(character for character in part if character.isdigit())
        for part in (version.split(".") + ["0", "0"])[:3]
    ]
    major, minor, patch = (int(part or 0) for part in digits)
    return major, minor, patch
