"""scripts/docs-drift as a maintainer runs it."""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import threading

import forms
import pytest
from docs_drift.facts import FORMS, HTML, MDX, OAS, TEXT
from model import PAGES, SPEC, model_of
from mutations import changed
from saving import PAGE, longer, of_baseline, saved


@pytest.mark.parametrize("form", FORMS)
def test_a_change_is_found_with_the_place_to_edit(drift, accepted, tmp_path, form):
    path = saved(tmp_path, form, longer())
    status, out, err = drift("--json", path)
    (found,) = of_baseline(out)

    assert status == 1, err
    assert found["path"] == "request.source"
    assert (found["fact"], found["old"], found["new"], found["class"]) == (
        "maxLength",
        16,
        17,
        "additive",
    )
    file, _, line = found["edit"].partition(":")
    assert file == "spec/common.yaml"
    assert "SenderId" in (SPEC / "common.yaml").read_text("utf-8").splitlines()[int(line) - 1]


@pytest.mark.parametrize("form", FORMS)
def test_an_unchanged_page_has_not_changed(drift, accepted, tmp_path, form):
    folder = tmp_path / "pages"
    folder.mkdir()
    for page in PAGES:
        saved(folder, form, model_of(page), page)
    _, out, err = drift("--json", folder)

    assert [] == of_baseline(out)
    assert [] == json.loads(out)["errors"], err


def test_a_first_baseline_is_written_from_a_folder(drift, spec, tmp_path):
    shutil.rmtree(spec / "facts")
    for page in PAGES:
        saved(tmp_path, HTML, model_of(page), page)
    for path in tmp_path.glob("*.html"):
        status, _, err = drift("--accept", path)
        assert status == 0, err

    assert {f"{page}.yaml" for page in PAGES} == {path.name for path in (spec / "facts").iterdir()}
    assert [] == of_baseline(drift("--json", *tmp_path.glob("*.html"))[1])


def test_the_order_is_changes_then_disagreements_then_what_is_accepted(drift, accepted, tmp_path):
    status, out, _ = drift(saved(tmp_path, HTML, longer()))

    assert status == 1
    order = [
        out.index(title)
        for title in ("changed since", "disagrees with the page", "deviations.yaml accepts")
    ]
    assert order == sorted(order)
    assert "maxLength: 16 -> 17" in out
    assert "accepted as no-defaults" in out


def test_nothing_new_is_exit_status_0(drift, accepted, tmp_path):
    """What the description has of its own is in spec/deviations.yaml."""
    status, out, _ = drift(saved(tmp_path, HTML, model_of(PAGE)))

    assert "changed since the baseline: nothing" in out
    assert status == 0, out


def test_accept_makes_it_the_baseline(drift, accepted, tmp_path):
    path = saved(tmp_path, HTML, longer())
    assert 0 == drift("--accept", path)[0]

    assert [] == of_baseline(drift("--json", path)[1])
    # What HTML does not show is still known.
    assert [] == of_baseline(drift("--json", saved(tmp_path, MDX, longer()))[1])


def test_accepting_a_change_leaves_the_description_to_be_edited(drift, accepted, tmp_path):
    """Even at a place of which another fact is accepted."""
    entries = changed(model_of(PAGE), "request.encoding", type="integer")
    path = saved(tmp_path, MDX, entries)
    drift("--accept", path)
    status, out, _ = drift("--json", path)
    (found,) = [one for one in json.loads(out)["findings"] if one["against"] != "accepted"]

    assert status == 1
    assert (found["against"], found["path"], found["fact"]) == ("spec", "request.encoding", "type")


def test_accepting_text_keeps_what_the_other_forms_say(drift, accepted, tmp_path, spec):
    path = saved(tmp_path, TEXT, longer(-1))
    assert 0 == drift("--accept", path)[0]

    assert (spec / "facts" / f"{PAGE}.text.yaml").exists()
    assert [] == of_baseline(drift("--json", path)[1])
    assert [] == of_baseline(drift("--json", saved(tmp_path, HTML, model_of(PAGE)))[1])


def test_no_sentence_of_a_page_is_kept(drift, accepted, spec):
    kept = "".join(path.read_text("utf-8") for path in (spec / "facts").iterdir())

    assert "as we would put it" not in kept


def test_committed_facts_hold_no_sentences():
    for path in (SPEC / "facts").glob("*.yaml"):
        for line in path.read_text("utf-8").splitlines():
            assert line.startswith("#") or "description=" not in line or "description=..." in line


def test_markdown_for_a_pull_request(drift, accepted, tmp_path):
    _, out, _ = drift("--markdown", saved(tmp_path, MDX, longer()))

    assert (
        "| send-sms-single | additive | `request.source` | maxLength | `16` | `17` | `spec/common.yaml:"
        in out
    )


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("a.html", "<html><body><p>Sign in</p></body></html>", "shows no operation"),
        ("a.txt", "Please enable JavaScript.", "shows no operation"),
        ("a.txt", "POST https://sms.8x8.com/api/v1/x\nRequest\n", "no baseline"),
        ("a.txt", "", "empty"),
        ("a.json", "{}", "there are no paths"),
        ("a.json", '{"paths": {}}', "none of its 0 operations"),
        ("a.json", "{", "not readable as JSON"),
        ("a.api.mdx", "---\napi: AAAA\n---\n", "damaged"),
        ("a.api.mdx", "---\napi:\n---\n", "missing or empty"),
        (
            "a.html",
            '<pre class="openapi__method-endpoint">GET <h2>https://sms.8x8.com/api/v1/x</h2></pre>',
            "reads as empty",
        ),
    ],
)
def test_a_page_that_cannot_be_read_is_an_error_and_not_no_drift(drift, tmp_path, name, text, what):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    status, _, err = drift(path)

    assert status == 2
    assert what in err
    assert str(path) in err


def test_a_missing_file_and_an_empty_folder_are_errors(drift, tmp_path):
    (tmp_path / "none").mkdir()

    assert 2 == drift(tmp_path / "missing.html")[0]
    assert 2 == drift(tmp_path / "none")[0]


def test_a_page_that_has_lost_its_fields_says_so(drift, accepted, tmp_path):
    entries = {p: e for p, e in model_of(PAGE).items() if not p.startswith("request.")}
    status, out, _ = drift("--json", saved(tmp_path, HTML, entries))

    assert status == 1
    assert {"removed"} == {one["kind"] for one in of_baseline(out)}


# --- over the network -----------------------------------------------------------------------------


@pytest.fixture
def server(tmp_path):
    """A server of files, on this machine."""
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    folder = tmp_path / "site"
    folder.mkdir()
    handler = functools.partial(quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield folder, f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_a_page_is_fetched_with_progress(drift, accepted, server):
    folder, url = server
    entries = changed(model_of("send-message"), "request.type", required=False)
    saved(folder, HTML, entries, "send-message")
    status, out, err = drift("--json", f"{url}/send-message.html")

    assert status == 1
    assert ["request.type"] == [one["path"] for one in of_baseline(out)]
    assert "connecting" in err
    assert " bytes of " in err
    assert "done" in err


def test_references_are_followed_into_files_beside(drift, accepted, server):
    folder, url = server
    document = json.loads(forms.WRITE[OAS](longer()))
    (folder / "shared.json").write_text(
        json.dumps({"paths": {}, "components": document["components"]})
    )
    text = json.dumps(document).replace(
        "#/components/schemas/Ours", "./shared.json#/components/schemas/Ours"
    )
    (folder / "api.json").write_text(text)
    status, out, err = drift("--json", f"{url}/api.json")

    assert status == 1, err
    assert ["request.source"] == [one["path"] for one in of_baseline(out)]


def test_what_does_not_come_is_an_error(drift, server):
    status, _, err = drift(f"{server[1]}/nothing.html")

    assert status == 2
    assert "the server answered 404" in err
