"""What a maintainer is told of the public interface."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from .change import Change
from .previous import Previous
from .type_check import Broken
from .versions import Proposal


@dataclass(frozen=True)
class Report:
    """The changes since a version, and what follows from them.

    Attributes:
        previous: The version that is compared with.
        changes: What has changed, breaking changes first.
        uses: How many programs of the previous version were type-checked; None if they were not.
        broken: The places in them that are wrong now.
        proposal: The next version.
        entry: Lines for the changelog; may be empty.
    """

    previous: Previous
    changes: list[Change]
    uses: int | None
    broken: list[Broken]
    proposal: Proposal
    entry: str

    @property
    def _breaking(self) -> list[Change]:
        return [change for change in self.changes if change.breaking]

    @property
    def _harmless(self) -> list[Change]:
        return [change for change in self.changes if not change.breaking]

    @property
    def _headline(self) -> str:
        count = len(self.changes)
        told = f"{count} change{'' if count == 1 else 's'}, {len(self._breaking)} breaking"
        return f"Public interface since {self.previous.label}: {told if count else 'no change'}"

    @property
    def _checked(self) -> str:
        if self.uses is None:
            return "its uses were not type-checked"
        what = f"{self.uses} programs of {self.previous.label} (tests, snippets, examples)"
        return f"{what} type-checked with this code; new errors: {len(self.broken)}"

    def __str__(self) -> str:
        lines = [self._headline]
        if self.previous.note:
            lines.append(f"note: {self.previous.note}")
        for title, changes in (("breaking", self._breaking), ("not breaking", self._harmless)):
            if changes:
                lines += ["", title, *(f"  {change}" for change in changes)]
        lines += ["", self._checked, *(f"  {error}" for error in self.broken)]
        lines += ["", f"next version: {self.proposal.version}, since {self.proposal.why}"]
        if self.entry:
            lines += ["", "for CHANGELOG.md, under [Unreleased]:", "", self.entry]
        return "\n".join(lines)

    def as_markdown(self) -> str:
        """Write it for a pull request."""
        lines = [f"### {self._headline}"]
        if self.previous.note:
            lines += ["", f"Note: {self.previous.note}."]
        if self.changes:
            lines += ["", "| | what | change |", "|---|---|---|"]
            lines += [
                f"| {'**breaking**' if change.breaking else ''} | `{change.name}` | "
                f"{change.text}{change.also} |".replace(" | None", " \\| None")
                for change in self.changes
            ]
        lines += ["", f"{self._checked[:1].upper()}{self._checked[1:]}."]
        if self.broken:
            lines += ["", "```text", *map(str, self.broken), "```"]
        lines += ["", f"Next version: **{self.proposal.version}**, since {self.proposal.why}."]
        if self.entry:
            lines += ["", "```markdown", self.entry, "```"]
        return "\n".join(lines)

    def as_json(self) -> str:
        """Write it for programs."""
        return json.dumps(
            {
                "since": self.previous.label,
                "released": self.previous.released,
                "note": self.previous.note,
                "breaking": bool(self._breaking) or any(one.breaking for one in self.broken),
                "changes": [change.as_dict() for change in self.changes],
                "checked_uses": self.uses,
                "broken_uses": [{**asdict(one), "breaking": one.breaking} for one in self.broken],
                "next_version": asdict(self.proposal),
                "changelog": self.entry,
            },
            indent=1,
            ensure_ascii=False,
        )
