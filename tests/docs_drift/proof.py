"""Counts: mutations tried, found, missed, reported falsely."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass, field

import forms
from docs_drift.differences import changes
from docs_drift.facts import MDX, shows
from model import model_of


@dataclass
class Counts:
    """What became of the mutations of one form.

    Attributes:
        tried: Mutations that change the page.
        found: Those of which the tool said exactly that and nothing else.
        ambiguous: Of those found, new fields for which the text leaves several objects open.
        otherwise: Those that it noticed, and described differently.
        missed: Those that it did not notice.
        false: Reports about something else.
        unseen: Mutations that leave the page as it was, byte for byte: the form does not show them.
        trouble: What went wrong, for people.
    """

    tried: int = 0
    found: int = 0
    ambiguous: int = 0
    otherwise: Counter = field(default_factory=Counter)
    missed: int = 0
    false: int = 0
    unseen: Counter = field(default_factory=Counter)
    trouble: list = field(default_factory=list)

    def judge(self, mutation, reported, fit=None):
        """Compare what was reported with what was done."""
        self.tried += 1
        fitting = [one for one in reported if (fit or fits)(mutation, one)]
        if fitting and len(reported) == 1:
            self.found += 1
            self.ambiguous += bool(fitting[0].or_at)
            return
        if not reported:
            self.missed += 1
        elif fitting:
            self.false += len(reported) - 1
        else:
            self.otherwise[mutation.name] += 1
        self.trouble.append(
            (mutation.name, mutation.path, mutation.new, [shown(one) for one in reported])
        )

    def as_row(self):
        """The counts by name, for a table."""
        return {
            "tried": self.tried,
            "found": self.found,
            "otherwise": sum(self.otherwise.values()),
            "missed": self.missed,
            "false": self.false,
            "not shown": sum(self.unseen.values()),
        }

    def __str__(self):
        text = (
            f"tried {self.tried}, found {self.found} ({self.ambiguous} at one of several places), "
        )
        text += f"described otherwise {sum(self.otherwise.values())}, missed {self.missed}, false {self.false}; "
        return text + f"not shown by the form {sum(self.unseen.values())}"


def shown(change):
    return f"{change.kind} {change.path} {change.fact} -> {change.new!r:.60}"


def fits(mutation, change):
    """Whether a report says what was done."""
    if mutation.kind == "added":
        name = change.path.rpartition(".")[2]
        places = {change.path, *change.or_at}
        if name.startswith("?"):  # a form without names
            return change.kind == "added"
        return change.kind == "added" and mutation.path in places
    if (change.path, change.kind) != (mutation.path, mutation.kind):
        return False
    if mutation.kind == "changed":
        facts = {"host": {"host", "hosts"}}.get(mutation.fact, {mutation.fact})
        return change.fact in facts
    if mutation.kind in {"renamed", "moved"}:
        new = str(change.new)
        return mutation.new in {new, *change.or_at} or ".?" in new
    return True


@functools.cache
def base_of(page):
    """The facts that a page has in the form that shows everything, by our own wording."""
    model = model_of(page)
    return forms.read(MDX, page, forms.WRITE[MDX](model)).entries


def prove(form, page, chosen, counts):
    """Apply mutations to a page of ours in a form, and judge what is said of each."""
    model = model_of(page)
    guide = {
        path: {name: value for name, value in entry.items() if shows(form, path, name)}
        for path, entry in base_of(page).items()
    }
    unchanged = forms.WRITE[form](model)
    for mutation in chosen:
        text = forms.WRITE[form](mutation.entries)
        if text == unchanged:
            counts.unseen[mutation.name] += 1
            continue
        facts = forms.read(form, page, text, guide)
        counts.judge(mutation, changes(guide, facts.entries, facts.unsure))
