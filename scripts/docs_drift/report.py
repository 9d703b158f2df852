"""A run's findings for people, for programs and for a pull request."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .facts import shows
from .findings import ACCEPTED, BASELINE, FORMS, SPEC, Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .reading import Reading

TITLES = {
    BASELINE: "changed since the baseline",
    SPEC: "the description in spec/ disagrees with the page",
    ACCEPTED: "disagreements that spec/deviations.yaml accepts",
    FORMS: "forms of one page disagree with each other",
}
_HEADS = {
    BASELINE: ("old", "new"),
    SPEC: ("on the page", "in spec/"),
    ACCEPTED: ("on the page", "in spec/"),
    FORMS: ("in one form", "in the other"),
}
_MOST = 240


class Report:
    """All findings of a run.

    Args:
        findings: The findings.
        reading: What was read, and what could not be.
        reasons: Why each entry of ``spec/deviations.yaml`` accepts what it accepts.
    """

    def __init__(
        self, findings: list[Finding], reading: Reading, reasons: Mapping[str, str]
    ) -> None:
        self.findings = _once(findings)
        self.errors = reading.errors
        self.notes = list(dict.fromkeys(reading.notes))
        self.pages = [
            (facts.page, facts.form, facts.source, len(facts.entries)) for facts in reading.facts
        ]
        used = {name for finding in self.findings for name in finding.deviations}
        self.reasons = {name: why for name, why in reasons.items() if name in used}

    @property
    def has_drift(self) -> bool:
        """Whether there is anything that nobody has accepted."""
        return any(finding.against in {BASELINE, SPEC} for finding in self.findings)

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
            "reasons": self.reasons,
        }
        return json.dumps(document, indent=2, ensure_ascii=False)

    def as_markdown(self) -> str:
        """Write a pull request's text."""
        lines = ["## The vendor's reference pages", "", self.summary(), ""]
        for title, told_of in (("Not readable", self.errors), ("Notes", self.notes)):
            if told_of:
                lines += [f"### {title}", "", *(f"- {_escaped(one)}" for one in told_of), ""]
        for against, title in TITLES.items():
            found = self.of(against)
            if not found:
                continue
            title_and_count = f"{title[0].upper()}{title[1:]} ({len(found)})"
            if against == ACCEPTED:
                lines += ["<details>", f"<summary>{title_and_count}</summary>", ""]
            else:
                lines += [f"### {title_and_count}", ""]
            old, new = _HEADS[against]
            lines += [
                f"| page | class | path | what | {old} | {new} | edit |",
                "|---|---|---|---|---|---|---|",
            ]
            lines += [self._row(one) for one in found]
            lines.append("")
            if against == ACCEPTED:
                lines += ["| accepted as | why |", "|---|---|"]
                lines += [f"| {name} | {_escaped(why)} |" for name, why in self.reasons.items()]
                lines += ["", "</details>", ""]
        return "\n".join(lines)

    def _row(self, one: Finding) -> str:
        change = one.change
        page = f"{one.page} ({seen_in})" if (seen_in := self._seen_in(one)) else one.page
        new = _code(change.new)
        if change.or_at:
            new += f" or {' or '.join(map(_code, change.or_at))}"
        edit = (
            f"{', '.join(one.deviations)} at `{one.place}`" if one.deviations else f"`{one.place}`"
        )
        cells = (
            page,
            change.severity,
            _code(change.path),
            what(one),
            _code(change.old),
            new,
            edit,
        )
        return "| " + " | ".join(map(_escaped, cells)) + " |"

    def _seen_in(self, one: Finding) -> str:
        """Say in which forms a finding shows, if the page was read in others too."""
        if one.other:
            return f"{one.other} -> {one.form}"
        read = {form for page, form, *_ in self.pages if page == one.page}
        return "" if read <= set(one.forms) else ", ".join(one.forms)

    def __str__(self) -> str:
        width = max(80, shutil.get_terminal_size((140, 40)).columns)
        lines = []
        for against, title in TITLES.items() if self.pages else ():
            found = self.of(against)
            lines.append(f"{title}: {len(found) or 'nothing'}")
            for page in dict.fromkeys(one.page for one in found):
                lines.append(f"  {page}")
                for one in found:
                    if one.page == page:
                        lines += self._told(one, width)
            if against == ACCEPTED and self.reasons:
                lines.append("  why")
                for name, why in self.reasons.items():
                    lines += textwrap.wrap(
                        f"{name}: {why}", width, initial_indent="    ", subsequent_indent=" " * 8
                    )
            lines.append("")
        return "\n".join([*lines, self.summary()])

    def _told(self, one: Finding, width: int) -> list[str]:
        text = f"{one.change.severity:<9}  {one.change.path}  {told(one)}"
        if seen_in := self._seen_in(one):
            text += f"  [{seen_in}]"
        found = textwrap.wrap(
            text, width, initial_indent="    ", subsequent_indent=" " * 15,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
        accepted = f"  accepted as {', '.join(one.deviations)}" if one.deviations else ""
        return [*found, f"{'':15}{one.place}{accepted}"]

    def summary(self) -> str:
        """Count what was found."""
        read = f"{len(self.pages)} read" + (
            f", {len(self.errors)} not readable" if self.errors else ""
        )
        if not self.pages:
            return f"pages: {read}; nothing was compared"
        counts = Counter(one.change.severity for one in self.of(BASELINE))
        parts = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"
        return (
            f"pages: {read}; changes: {parts}; "
            f"disagreements: {len(self.of(SPEC))} open, {len(self.of(ACCEPTED))} accepted, "
            f"{len(self.of(FORMS))} between forms"
        )


def told(one: Finding) -> str:
    """Say what has changed, or what differs, in a line."""
    change = one.change
    if change.kind == "changed":
        if change.fact == "words":
            return "the wording changed" if one.against == BASELINE else "the wording differs"
        if change.fact == "examples":
            return f"sample bodies: {_parts(change.old, change.new)}"
        old, new = _short(change.old), _short(change.new)
        if one.against == BASELINE:
            return f"{change.fact}: {old} -> {new}"
        there, here = sides(one)
        return f"{change.fact}: {old} {there}, {new} {here}"
    if change.kind in {"renamed", "moved"}:
        text = f"{change.kind} to {change.new}"
    else:
        shown = _short(change.new if change.kind == "added" else change.old)
        text = what(one)
        text += f": {shown}" if shown else ""
    if change.below:
        text += f" and {change.below} below"
    if change.or_at:
        text += f" (or {' or '.join(change.or_at)})"
    return text


def sides(one: Finding) -> tuple[str, str]:
    """Name whose the old and the new value are."""
    if one.against == FORMS:
        return f"in {one.other}", f"in {one.form}"
    return "on the page", "in spec/"


def what(one: Finding) -> str:
    """Name what has changed, or what differs."""
    change = one.change
    if change.kind == "changed":
        return change.fact
    if one.against == BASELINE or change.kind not in {"added", "removed"}:
        return change.kind
    there, here = sides(one)
    return f"only {here if change.kind == 'added' else there}"


def _parts(old: Any, new: Any) -> str:
    """Name what is gone from sample bodies, and what is in them now."""
    before = [part for sample in old or [] for part in sample.split(" ")]
    after = [part for sample in new or [] for part in sample.split(" ")]
    gone = [f"-{part}" for part in before if part not in after]
    return ", ".join([*gone, *(f"+{part}" for part in after if part not in before)]) or "reordered"


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
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
    text = text if len(text) <= _MOST else f"{text[:_MOST]}..."
    if "`" in text:
        return f"`` {text} ``"
    return f"`{text}`" if text else ""


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _once(findings: list[Finding]) -> list[Finding]:
    """Keep one of what several forms of a page show: that of the form that shows the most of it."""
    kept: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        change = one.change
        same = kept.setdefault((one.page, one.against, change.path, change.kind, change.fact), [])
        for at, other in enumerate(same):
            if _agree(one, other):
                fuller, lesser = (one, other) if _shown(one) > _shown(other) else (other, one)
                forms = dict.fromkeys([*other.also, lesser.form])
                same[at] = replace(
                    fuller, also=tuple(form for form in forms if form != fuller.form)
                )
                break
        else:
            same.append(one)
    return [one for same in kept.values() for one in same]


def _agree(one: Finding, other: Finding) -> bool:
    """Whether two findings are the same, as far as both forms show it."""
    mine, theirs = one.change, other.change
    if one.other != other.other:
        return False
    return all(
        _seen(a, mine.path, one.form, other.form) == _seen(b, mine.path, one.form, other.form)
        for a, b in ((mine.old, theirs.old), (mine.new, theirs.new))
    )


def _seen(value: Any, path: str, *forms: str) -> Any:
    if not isinstance(value, dict):
        return value
    return {
        name: one for name, one in value.items() if all(shows(form, path, name) for form in forms)
    }


def _shown(one: Finding) -> int:
    return sum(len(value) for value in (one.change.old, one.change.new) if isinstance(value, dict))
