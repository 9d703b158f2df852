"""A run's findings for people, for programs and for a pull request."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections import Counter
from typing import TYPE_CHECKING, Any

from .findings import ACCEPTED, BASELINE, SPEC, Finding

if TYPE_CHECKING:
    from .differences import Change
    from .reading import Reading

TITLES = {
    BASELINE: "changed since the baseline",
    SPEC: "the description in spec/ disagrees with the page",
    ACCEPTED: "disagreements that spec/deviations.yaml accepts",
}
_MOST = 60


class Report:
    """All findings of a run.

    Args:
        findings: The findings.
        reading: What was read, and what could not be.
    """

    def __init__(self, findings: list[Finding], reading: Reading) -> None:
        self.findings = _once(findings)
        self.errors = reading.errors
        self.notes = list(dict.fromkeys(reading.notes))
        self.pages = [
            (facts.page, facts.form, facts.source, len(facts.entries)) for facts in reading.facts
        ]

    @property
    def has_drift(self) -> bool:
        """Whether there is anything that nobody has accepted."""
        return any(finding.against != ACCEPTED for finding in self.findings)

    def of(self, against: str) -> list[Finding]:
        """Return the findings of one kind."""
        return [finding for finding in self.findings if finding.against == against]

    def as_json(self) -> str:
        """Write everything for programs."""
        document: dict[str, Any] = {
            "drift": self.has_drift,
            "pages": [
                {"page": page, "form": form, "source": source, "entries": count}
                for page, form, source, count in self.pages
            ],
            "errors": self.errors,
            "notes": self.notes,
            "findings": [finding.to_dict() for finding in self.findings],
        }
        return json.dumps(document, indent=2, ensure_ascii=False)

    def as_markdown(self) -> str:
        """Write a pull request's text."""
        lines = ["## The vendor's reference pages", "", self.summary(), ""]
        if self.errors:
            lines += [
                "### Not readable",
                "",
                *(f"- {_escaped(error)}" for error in self.errors),
                "",
            ]
        for against, title in TITLES.items():
            found = self.of(against)
            if not found:
                continue
            lines += [f"### {title[0].upper()}{title[1:]} ({len(found)})", ""]
            lines += [
                "| page | class | path | what | old | new | edit |",
                "|---|---|---|---|---|---|---|",
            ]
            for one in found:
                cells = (
                    one.page, one.change.severity, f"`{one.change.path}`", what(one.change),
                    _code(one.change.old), _code(one.change.new),
                    ", ".join(one.deviations) or f"`{one.place}`",
                )  # fmt: skip
                lines.append("| " + " | ".join(_escaped(cell) for cell in cells) + " |")
            lines.append("")
        return "\n".join(lines)

    def __str__(self) -> str:
        width = max(80, shutil.get_terminal_size((140, 40)).columns)
        lines = []
        for against, title in TITLES.items():
            found = self.of(against)
            lines.append(f"{title}: {len(found) or 'nothing'}")
            for page in dict.fromkeys(one.page for one in found):
                rows = [one for one in found if one.page == page]
                forms = ", ".join(dict.fromkeys(one.form for one in rows))
                lines.append(f"  {page} ({forms})")
                for one in rows:
                    text = f"{one.change.severity:<9}  {one.change.path}  {told(one.change)}"
                    lines += textwrap.wrap(
                        text, width, initial_indent="    ", subsequent_indent=" " * 15,
                        break_long_words=False, break_on_hyphens=False,
                    )  # fmt: skip
                    after = (
                        f"accepted as {', '.join(one.deviations)}" if one.deviations else one.place
                    )
                    lines.append(f"{'':15}{after}")
            lines.append("")
        return "\n".join([*lines, self.summary()])

    def summary(self) -> str:
        """Count what was found."""
        counts = Counter(one.change.severity for one in self.of(BASELINE))
        parts = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"
        read = f"{len(self.pages)} read" + (
            f", {len(self.errors)} not readable" if self.errors else ""
        )
        return (
            f"pages: {read}; changes: {parts}; "
            f"disagreements: {len(self.of(SPEC))} open, {len(self.of(ACCEPTED))} accepted"
        )


def told(change: Change) -> str:
    """Say what has changed in a line."""
    if change.kind == "changed":
        if change.fact == "words":
            return "the wording changed"
        return f"{change.fact}: {_short(change.old)} -> {_short(change.new)}"
    if change.kind in {"renamed", "moved"}:
        text = f"{change.kind} to {change.new}"
    else:
        text = f"{change.kind}: {_short(change.new if change.kind == 'added' else change.old)}"
    if change.below:
        text += f" and {change.below} below"
    if change.or_at:
        text += f" (or {' or '.join(change.or_at)})"
    return text


def what(change: Change) -> str:
    """Name what has changed."""
    text = change.fact if change.kind == "changed" else change.kind
    return f"{text}, {change.below} below" if change.below else text


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        shown = {
            name: one for name, one in value.items() if name not in {"words", "example", "examples"}
        }
        return ", ".join(f"{name} {_short(one)}" for name, one in shown.items())
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return str(value)


def _code(value: Any) -> str:
    text = "" if value is None else _short(value)
    text = text if len(text) <= _MOST * 4 else f"{text[: _MOST * 4]}..."
    return f"`{text}`" if text else ""


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _once(findings: list[Finding]) -> list[Finding]:
    """Drop what another form of the same page has shown already."""
    seen, kept = set(), []
    for one in findings:
        change = one.change
        key = (
            one.page,
            one.against,
            change.path,
            change.kind,
            change.fact,
            repr(change.old),
            repr(change.new),
        )
        if key not in seen:
            seen.add(key)
            kept.append(one)
    return kept
