"""What the report says beside the changes: forms that disagree, what is accepted and why."""

from __future__ import annotations

import json

import forms
import pytest
from docs_drift import report
from docs_drift.differences import Change, changes
from docs_drift.facts import HTML, MDX, NAMELESS, OAS, TEXT
from docs_drift.findings import Finding
from model import SPEC, model_of, statuses
from mutations import changed, mutations, renamed
from saving import PAGE, longer, of_baseline, saved


def between_forms(out):
    return [one for one in json.loads(out)["findings"] if one["against"] == "forms"]


def folder_of(tmp_path, **pages):
    folder = tmp_path / "pages"
    for form, entries in pages.items():
        (folder / form).mkdir(parents=True)
        saved(
            folder / form,
            {"html": HTML, "mdx": MDX, "text": TEXT, "nameless": NAMELESS}[form],
            entries,
        )
    return folder


def test_what_several_forms_show_is_told_once(drift, accepted, tmp_path):
    folder = folder_of(tmp_path, html=longer(), mdx=longer(), text=longer())
    _, out, _ = drift("--json", folder)
    (found,) = of_baseline(out)

    assert {HTML, MDX, TEXT} == {found["form"], *found["also_in"]}
    assert [] == between_forms(out)


@pytest.mark.parametrize("other", ["text", "nameless"])
def test_forms_that_disagree_are_listed_and_are_no_drift_of_their_own(
    drift, accepted, tmp_path, other
):
    folder = folder_of(tmp_path, html=model_of(PAGE), **{other: longer()})
    assert 0 == drift("--accept", folder)[0]
    status, out, _ = drift("--json", folder)
    (found,) = between_forms(out)

    assert status == 0
    assert [] == of_baseline(out)
    assert (found["path"], found["fact"], found["old"], found["new"]) == (
        "request.source", "maxLength", 16, 17,
    )  # fmt: skip
    assert found["other_form"] == HTML
    assert "[html -> " in " ".join(drift(folder)[1].split())  # wherever lines end


def test_a_change_in_one_form_alone_names_the_form(drift, accepted, tmp_path):
    folder = folder_of(tmp_path, html=longer(), mdx=model_of(PAGE))

    assert "maxLength: 16 -> 17  [html]" in drift(folder)[1]


def test_each_accepted_disagreement_comes_with_its_place_and_reason(drift, accepted, tmp_path):
    path = saved(tmp_path, MDX, model_of(PAGE))
    found = json.loads(drift("--json", path)[1])
    rows = [one for one in found["findings"] if one["against"] == "accepted"]

    assert rows
    for one in rows:
        assert one["edit"].startswith("spec/")
        assert one["edit"].rpartition(":")[2].isdigit()
        assert one["deviations"]
        assert all(found["reasons"][name] for name in one["deviations"])
    why = found["reasons"]["national-numbers"]
    assert f"national-numbers: {why}" in drift(path)[1]
    assert f"| national-numbers | {why} |" in drift("--markdown", path)[1]


def test_without_a_page_nothing_is_said_to_be_unchanged(drift, tmp_path):
    status, out, _ = drift(tmp_path / "missing.html")

    assert status == 2
    assert "nothing was compared" in out
    assert "changed since" not in out


def test_only_the_parts_of_a_sample_that_changed_are_told():
    old = ['a=1 b.c="x"']
    change = Change("responses.200", "changed", "examples", old, ['a=1 b.c="y" d=2'], "editorial")
    found = Finding(PAGE, HTML, "page.html", "baseline", change, "spec/")

    assert 'sample bodies: -b.c="x", +b.c="y", +d=2' == report.told(found)


def test_a_disagreement_names_both_sides(drift, accepted, tmp_path):
    _, out, _ = drift(saved(tmp_path, HTML, longer()))
    _, table, _ = drift("--markdown", tmp_path / f"{PAGE}.html")

    assert "maxLength: 16 -> 17" in out
    assert "maxLength: 17 on the page, 16 in spec/" in out
    assert "| page | class | path | what | on the page | in spec/ | edit |" in table


def test_a_renamed_field_is_missing_in_spec_and_its_old_name_is_too_much_there(
    drift, accepted, tmp_path
):
    entries = renamed(model_of(PAGE), "request.clientMessageId", "request.clientReference")
    _, out, _ = drift(saved(tmp_path, HTML, entries))

    assert "request.clientMessageId  renamed to request.clientReference" in out
    assert "request.clientReference  only on the page" in out
    assert "request.clientMessageId  only in spec/" in out


def test_markdown_keeps_its_table_whatever_a_value_holds(drift, accepted, tmp_path):
    entries = changed(model_of(PAGE), "request.source", pattern="^`|a$")
    (row,) = [
        line
        for line in drift("--markdown", saved(tmp_path, MDX, entries))[1].splitlines()
        if "| pattern |" in line and "`request.source`" in line and "additive" not in line
    ][:1]

    assert "`` ^`\\|a$ ``" in row


def test_a_page_that_is_not_covered_says_so(drift, accepted, tmp_path):
    entries = changed(model_of(PAGE), "operation", path="/api/v1/other", id="other")
    path = saved(tmp_path, HTML, entries, "other")
    status, out, _ = drift(path)

    assert status == 1
    assert "added: POST https://sms.8x8.com/api/v1/other" in out
    assert "which has no such operation" in out
    # In a folder it is one of many that are of no interest.
    saved(tmp_path, HTML, model_of(PAGE))
    status, out, err = drift("--json", tmp_path)
    assert [] == of_baseline(out)
    assert "is not covered here" in err


def test_the_form_without_names_says_what_it_cannot_show(drift, accepted, tmp_path):
    _, _, err = drift(saved(tmp_path, NAMELESS, model_of(PAGE)))

    for hidden in ("renamed", "type", "required", "deprecated", "media types", "statuses", "moved"):
        assert hidden in err


def test_a_sentence_without_a_name_that_changed_its_place_and_limit_is_one_change():
    page, path = "send-message", "request.content.whatsApp.directSend.ttlSeconds"
    model = model_of(page)
    (one,) = [m for m in mutations(model) if m.path == path and m.new and "31 day" in str(m.new)]
    known = forms.read(MDX, page, forms.WRITE[MDX](model)).entries
    guide = {
        p: {n: v for n, v in e.items() if forms.shows(NAMELESS, p, n)} for p, e in known.items()
    }
    facts = forms.read(NAMELESS, page, forms.WRITE[NAMELESS](one.entries), guide)
    (found,) = changes(guide, facts.entries, facts.unsure)

    assert (found.path, found.fact) == (path, "limits")


def test_text_is_not_accepted_as_a_first_baseline(drift, spec, tmp_path):
    (spec / "facts" / f"{PAGE}.yaml").unlink()
    status, _, err = drift("--accept", saved(tmp_path, TEXT, model_of(PAGE)))

    assert status == 2
    assert "another form first" in err
    assert not (spec / "facts" / f"{PAGE}.yaml").exists()
    # Nor together with a form that would do: it was read without knowing the nesting.
    status, _, err = drift(
        "--accept", tmp_path / f"{PAGE}.txt", saved(tmp_path, HTML, model_of(PAGE))
    )
    assert status == 2
    assert ["wrote"] == [line.split()[1] for line in err.splitlines() if "wrote" in line]


def test_accepting_all_forms_at_once_changes_nothing(drift, accepted, spec, tmp_path):
    """The forms of one page have their answers in different orders."""
    model = model_of(PAGE)
    last = f"responses.{statuses(model)[-1]}"
    there = {p: e for p, e in model.items() if not p.startswith(last)}
    first = {p: e for p, e in model.items() if p.startswith(last)}
    at = next(p for p in there if p.startswith("responses.4"))
    other = {}
    for path, entry in there.items():
        other |= first if path == at else {}
        other[path] = entry
    folder = folder_of(tmp_path, html=model, mdx=other, text=model, nameless=model)
    before = {path.name: path.read_text("utf-8") for path in (spec / "facts").iterdir()}
    status, _, err = drift("--accept", folder)

    assert status == 0, err
    assert before == {path.name: path.read_text("utf-8") for path in (spec / "facts").iterdir()}


def test_the_committed_facts_leave_no_open_disagreement(deviations, description):
    """Each is settled in the description, or listed with its reason."""
    from docs_drift.baseline import Baselines
    from docs_drift.facts import Facts
    from docs_drift.findings import compare

    baselines = Baselines(SPEC / "facts")
    for page in baselines.pages:
        for form in (OAS, TEXT):
            facts = Facts(page, form, page, baselines.entries(page, form))
            found = compare(facts, baselines, description, deviations)

            assert [] == [one.to_dict() for one in found if one.against != "accepted"]
