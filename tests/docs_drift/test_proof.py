"""Every change of one fact is found, as that and nothing else, in each form of a page."""

from __future__ import annotations

import functools
import os
from collections import defaultdict

import forms
import proof
import pytest
from docs_drift.differences import changes
from docs_drift.facts import FORMS, MDX, NAMELESS, shows
from model import PAGES, model_of
from mutations import mutations

DEEP = bool(os.environ.get("EIGHTBYEIGHT_DEEP"))
#: How many mutations of one kind are tried on one page, where not all are.
EACH = 2

#: Described otherwise in the form without names, and why that cannot be better.
UNNAMED = {
    "listed value added": "lists have lost their field",
    "listed value dropped": "likewise",
    "moved": "an object's end is not shown, and a scalar field's name neither",
    "moved from path": "the field's name is not shown",
    "moved from header": "likewise",
    "limit added": "bounds without a name may belong to a new field",
    "example dropped": "an example has no label, so that it may be any line",
    "default dropped": "likewise",
    "field dropped": "fields that read the same may stand beside each other",
}


@functools.cache
def chosen(page):
    """The mutations to try: all of them, or a few of each kind that are spread over the page."""
    found = list(mutations(model_of(page)))
    if DEEP:
        return found
    kinds = defaultdict(list)
    for mutation in found:
        kinds[mutation.name].append(mutation)
    return [one for kind in kinds.values() for one in kind[:: max(1, len(kind) // EACH)][:EACH]]


@pytest.mark.parametrize("form", FORMS)
def test_every_change_is_found_and_nothing_else(form, record_property):
    counts = proof.Counts()
    for page in PAGES:
        proof.prove(form, page, chosen(page), counts)
    how = "all of them" if DEEP else "a sample; EIGHTBYEIGHT_DEEP=1 tries all"
    record_property(f"docs-drift {form}", {**counts.as_row(), "how": how})

    assert counts.tried > 150
    if form == NAMELESS:
        assert counts.otherwise.keys() <= UNNAMED.keys(), counts.trouble
        assert counts.found > 0.9 * counts.tried
        assert (counts.missed, counts.false) == (0, 0), counts.trouble
    else:
        assert [] == counts.trouble
        assert counts.found == counts.tried


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("form", FORMS)
def test_a_form_says_what_all_say_and_an_unchanged_page_says_nothing_new(form, page):
    known = {
        path: {name: value for name, value in entry.items() if shows(form, path, name)}
        for path, entry in proof.base_of(page).items()
    }
    facts = forms.read(form, page, forms.WRITE[form](model_of(page)), known)

    assert [] == changes(known, facts.entries, facts.unsure)
    assert known.keys() == facts.entries.keys()


@pytest.mark.parametrize("page", PAGES)
def test_what_is_written_from_the_baseline_reads_as_the_baseline(page):
    """All but our wording, which takes the place of the vendor's."""
    model = model_of(page)
    read = forms.read(MDX, page, forms.WRITE[MDX](model)).entries
    for path, entry in read.items():
        ours = {k: v for k, v in model[path].items() if k != "about"}
        theirs = {k: v for k, v in entry.items() if k != "words"}
        for name in ("example", "default"):
            if str(theirs.get(name, "")).startswith("~"):
                del ours[name], theirs[name]
        assert ours == theirs, path
    assert read.keys() == model.keys()
