"""A page that was not saved to its end is an error; at the least it is a difference."""

from __future__ import annotations

import pytest
from docs_drift.facts import HTML, MDX, NAMELESS, OAS, TEXT
from model import model_of
from saving import ENDINGS, PAGE, of_baseline, saved

STEPS = 12


def cut(tmp_path, form, text, at):
    path = tmp_path / f"{PAGE}{ENDINGS[form]}"
    path.write_text(text[:at], encoding="utf-8")
    return path


@pytest.mark.parametrize("form", [HTML, OAS])
def test_a_document_that_is_cut_off_is_an_error(drift, accepted, tmp_path, form):
    text = saved(tmp_path, form, model_of(PAGE)).read_text("utf-8")
    for step in range(1, STEPS):
        status, _, err = drift(cut(tmp_path, form, text, len(text) * step // STEPS))

        assert (status, step) == (2, step), err


def test_front_matter_that_is_cut_off_is_an_error(drift, accepted, tmp_path):
    text = saved(tmp_path, MDX, model_of(PAGE)).read_text("utf-8")
    end = text.index("sidebar_class_name") - 10
    for step in range(1, STEPS):
        status, _, err = drift(cut(tmp_path, MDX, text, end * step // STEPS))

        assert (status, step) == (2, step), err


@pytest.mark.parametrize("form", [TEXT, NAMELESS])
@pytest.mark.parametrize(
    ("last", "what"),
    [
        ("Body", "shows no answer"),
        ("Schema", "in the middle of an answer"),
        ("{", "in the middle of a sample body"),
    ],
)
def test_text_that_is_cut_off_is_an_error(drift, accepted, tmp_path, form, last, what):
    text = saved(tmp_path, form, model_of(PAGE)).read_text("utf-8")
    at = text.rindex(f"\n{last}") + len(last) + 1
    status, _, err = drift(cut(tmp_path, form, text, at))

    assert status == 2
    assert what in err
    assert "cut off" in err


@pytest.mark.parametrize("form", [TEXT, NAMELESS])
def test_text_never_ends_early_without_a_word(drift, accepted, tmp_path, form):
    text = saved(tmp_path, form, model_of(PAGE)).read_text("utf-8")
    end = text.index("Source: ")
    for step in range(1, STEPS):
        status, out, _ = drift("--json", cut(tmp_path, form, text, end * step // STEPS))

        assert status == 2 or of_baseline(out), step


def test_text_that_ends_in_a_list_is_an_error(drift, accepted, tmp_path):
    path = saved(tmp_path, TEXT, model_of("survey-send-many"), "survey-send-many")
    text = path.read_text("utf-8")
    # The answer's list, so that there is a schema and a sample before.
    path.write_text(text[: text.rindex("Array [") + 8] + "\n{}\n", encoding="utf-8")
    status, _, err = drift(path)

    assert status == 2
    assert "in the middle of a list" in err


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        (
            "deep.html",
            '<html><pre class="openapi__method-endpoint">POST https://sms.8x8.com/api/v1/x</pre><p>'
            + "<b>" * 5000
            + "</html>",
            "nested too deeply",
        ),
        ("x.zip", "PK\x03\x04\x00\x00", "shows no operation"),
    ],
)
def test_what_is_no_page_is_an_error(drift, tmp_path, name, text, what):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    status, _, err = drift(path)

    assert status == 2
    assert what in err


def test_bytes_that_are_no_text_are_an_error(drift, tmp_path):
    path = tmp_path / "page.html"
    path.write_bytes(bytes(range(256)))
    status, _, err = drift(path)

    assert status == 2
    assert "not UTF-8 text" in err


def test_an_address_that_cannot_be_fetched_is_an_error(drift):
    status, _, err = drift("ftp://example.com/page")

    assert status == 2
    assert "only http:// and https://" in err


def test_what_a_checkout_has_beside_its_pages_does_no_harm(drift, accepted, tmp_path):
    folder = tmp_path / "checkout"
    (folder / "node_modules").mkdir(parents=True)
    (folder / "node_modules" / "broken.json").write_text("{")
    (folder / "package.json").write_text("{}")
    (folder / "index.html").write_text("<html><body>Welcome</body></html>")
    saved(folder, MDX, model_of(PAGE))
    status, _, err = drift(folder)

    assert status == 0, err
    assert "package.json: no OpenAPI document" in err
    assert "broken.json" not in err


def test_a_covered_page_without_its_operation_is_an_error_in_a_folder_too(
    drift, accepted, tmp_path
):
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / f"{PAGE}.html").write_text("<html><body>Sign in</body></html>")
    saved(folder, HTML, model_of("survey-send-many"), "survey-send-many")
    status, _, err = drift(folder)

    assert status == 2
    assert "shows no operation" in err


def test_a_folder_without_a_covered_page_is_an_error(drift, accepted, tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "index.html").write_text("<html><body>Welcome</body></html>")

    assert 2 == drift(folder)[0]
