"""Where copies of one page in different forms say different things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .differences import changes
from .facts import FORMS, NAMELESS
from .findings import FORMS as BETWEEN
from .findings import Finding, described, place_of

if TYPE_CHECKING:
    from .baseline import Baselines
    from .differences import Change
    from .facts import Facts
    from .spec_facts import Description


def compare_forms(
    read: list[Facts], baselines: Baselines, description: Description
) -> list[Finding]:
    """Compare each page that came in several forms with its fullest form, in what both show.

    Args:
        read: All pages of a run.
        baselines: What was accepted before.
        description: ``spec/``, for the places.

    Returns:
        The disagreements; the old value is that of the fullest form.
    """
    found = []
    for page in dict.fromkeys(facts.page for facts in read):
        fullest, *others = sorted(
            (facts for facts in read if facts.page == page),
            key=lambda facts: FORMS.index(facts.form),
        )
        ours = described(fullest, baselines, description)
        for other in others:
            for change in _between(fullest, other, baselines):
                place = place_of(ours, change)
                found.append(
                    Finding(
                        page, other.form, other.source, BETWEEN, change, place, other=fullest.form
                    )
                )
    return found


def _between(fullest: Facts, other: Facts, baselines: Baselines) -> list[Change]:
    mine = fullest.seen_by(other.form).entries
    theirs = other.seen_by(fullest.form).entries
    found = changes(mine, theirs, other.unsure)
    if other.form != NAMELESS:
        return found
    # What such a copy does not show was taken over from the baseline, and speaks of nothing.
    known = baselines.as_shown(other.page, other.form)
    own = {path for path in {**known, **theirs} if known.get(path) != theirs.get(path)}
    return [
        change
        for change in found
        if own & {change.path, change.new if isinstance(change.new, str) else ""}
    ]
