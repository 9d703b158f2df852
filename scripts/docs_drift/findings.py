"""What a run has found: pages against the baseline and against the description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .differences import ADDED, REMOVED, Change, changes
from .facts import OAS, OPERATION, Entry, shows
from .severity import BREAKING, severity
from .spec_facts import COMPARED

if TYPE_CHECKING:
    from .accepted import Deviations
    from .baseline import Baselines
    from .facts import Facts
    from .spec_facts import Described, Description

BASELINE, SPEC, FORMS, ACCEPTED = "baseline", "spec", "forms", "accepted"


@dataclass(frozen=True)
class Finding:
    """A difference, with where it was found and what to do about it.

    Attributes:
        page: The page.
        form: The form that it was read in.
        source: The file or URL.
        against: ``baseline``; ``spec``; ``accepted``: the description, and known to differ; or
            ``forms``: the page in another form.
        change: The difference.
        place: File and line in ``spec/``.
        deviations: Ids in ``spec/deviations.yaml`` that accept it.
        other: The form that has the old value, among findings about ``forms``.
        also: Further forms of the page that show the same.
    """

    page: str
    form: str
    source: str
    against: str
    change: Change
    place: str
    deviations: tuple[str, ...] = ()
    other: str = ""
    also: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of the page that show it."""
        return (self.form, *self.also)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON."""
        change = self.change
        found: dict[str, Any] = {
            "page": self.page,
            "form": self.form,
            "source": self.source,
            "against": self.against,
            "class": change.severity,
            "kind": change.kind,
            "path": change.path,
            "fact": change.fact,
            "old": change.old,
            "new": change.new,
            "edit": self.place,
        }
        if change.below:
            found["below"] = change.below
        if change.or_at:
            found["or_at"] = list(change.or_at)
        if self.deviations:
            found["deviations"] = list(self.deviations)
        if self.other:
            found["other_form"] = self.other
        if self.also:
            found["also_in"] = list(self.also)
        return found


def place_of(ours: Described | None, change: Change) -> str:
    """Say where to edit the description."""
    return ours.place(change.path) if ours else "spec/, which has no such operation"


def compare(
    facts: Facts, baselines: Baselines, description: Description, deviations: Deviations
) -> list[Finding]:
    """Compare a page with its baseline, then the description with the page.

    Args:
        facts: The page.
        baselines: What was accepted before.
        description: ``spec/``.
        deviations: What is known to differ.

    Returns:
        The findings, those against the baseline first.
    """
    baseline = baselines.entries(facts.page, facts.form)
    ours = described(facts, baselines, description)

    def finding(against: str, change: Change, ids: list[str]) -> Finding:
        place = place_of(ours, change)
        return Finding(facts.page, facts.form, facts.source, against, change, place, tuple(ids))

    found = []
    if baseline:
        found += [
            finding(BASELINE, one, []) for one in changes(baseline, facts.entries, facts.unsure)
        ]
    else:
        known = Change(
            OPERATION, ADDED, "", None, facts.operation, "additive", len(facts.entries) - 1
        )
        found.append(finding(BASELINE, known, []))
    if ours is None:
        return found
    older = baselines.differing_copy(facts.page, facts.form)
    disagreements = [
        (change, deviations.of(ours.operation_id, change))
        for change in _against(facts, ours)
        if change.path not in older
    ]
    found += [finding(SPEC, change, ids) for change, ids in disagreements if not ids]
    found += [finding(ACCEPTED, change, ids) for change, ids in disagreements if ids]
    return found


def described(facts: Facts, baselines: Baselines, description: Description) -> Described | None:
    """Find what the description has of a page's operation, also where its path has changed."""
    known = baselines.entries(facts.page, OAS).get(OPERATION, {})
    operation_id = known.get("id") or facts.entries[OPERATION].get("id")
    return description.find(facts.operation, operation_id)


def _against(facts: Facts, ours: Described) -> list[Change]:
    """Compare what a page says with what the description says of the same."""
    theirs, mine = {}, {}
    for path, entry in facts.entries.items():
        theirs[path] = {name: entry[name] for name in COMPARED if name in entry}
    for path, entry in ours.entries.items():
        mine[path] = {
            name: entry[name]
            for name in COMPARED
            if name in entry and shows(facts.form, path, name)
        }
    found = []
    for path in dict.fromkeys([*theirs, *mine]):
        if path in theirs and path in mine:
            found += changes({path: _values(theirs[path])}, {path: _values(mine[path])})
    missing = {path: entry for path, entry in theirs.items() if path not in mine}
    extra = {path: entry for path, entry in mine.items() if path not in theirs}
    for change in changes({**missing, **_common(theirs, mine)}, {**extra, **_common(theirs, mine)}):
        if change.kind in {ADDED, REMOVED}:
            found.append(change)
        else:  # a likeness between what one has and what the other has is no move
            at, whole = str(change.new), extra[str(change.new)]
            grade = severity(at, ADDED, "", None, whole)
            found += [
                Change(
                    change.path, REMOVED, "", missing[change.path], None, BREAKING, change.below
                ),
                Change(at, ADDED, "", None, whole, grade, change.below),
            ]
    return found


def _common(theirs: dict[str, Entry], mine: dict[str, Entry]) -> dict[str, Entry]:
    return {path: {} for path in theirs if path in mine}


def _values(entry: Entry) -> Entry:
    """Drop what makes no difference between two ways to say it."""
    found = dict(entry)
    if "enum" in found:
        found["enum"] = sorted(found["enum"])
    if found.get("minLength") == 0:
        del found["minLength"]
    return found
