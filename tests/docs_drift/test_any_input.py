"""No input crashes a parser: it is read, or refused with a message."""

from __future__ import annotations

import base64
import functools
import json
import os
import zlib

import forms
import html_form
import proof
import pytest
from docs_drift import html_page, mdx, nameless, oas, prose, rendered, text_page
from docs_drift.differences import changes
from docs_drift.errors import PageError
from docs_drift.facts import FORMS, HTML, MDX, NAMELESS, OAS, TEXT
from hypothesis import given, settings
from hypothesis import strategies as st
from model import model_of, with_wording

PAGE = "send-sms-single"
DEEP = bool(os.environ.get("EIGHTBYEIGHT_DEEP"))
WORDS = st.text(
    st.sampled_from("abcXYZ _-.:[]{}()<>=\"'`,0129\n\t•*|&;/\\é\u200b\u00a0\x00"), max_size=120
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "paths",
                    "get",
                    "post",
                    "parameters",
                    "responses",
                    "requestBody",
                    "content",
                    "schema",
                    "properties",
                    "items",
                    "allOf",
                    "required",
                    "type",
                    "enum",
                    "$ref",
                    "in",
                    "name",
                    "description",
                    "example",
                    "examples",
                    "default",
                    "200",
                    "servers",
                    "url",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


def refused_or_read(read, *arguments):
    """What a reader makes of an input; a refusal says something."""
    refusal = "said"
    try:
        read(*arguments)
    except PageError as error:
        refusal = str(error)
    assert refusal


@functools.cache
def page_in(form):
    return forms.WRITE[form](model_of(PAGE))


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=400 if DEEP else 20)
@given(data=st.data())
def test_a_damaged_page(form, data):
    text = page_in(form)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 400)))
    damaged = text[:start] + data.draw(WORDS) + text[end:]
    if form == OAS:
        refused_or_read(lambda: oas.read("p", oas.load("p", damaged), None, lambda *_: "p"))
    else:
        refused_or_read(forms.read, form, PAGE, damaged, proof.base_of(PAGE))


@given(text=WORDS)
def test_any_text(text):
    for page in (
        text,
        f"POST https://x.example/y\nRequest\n{text}",
        f"POST https://x.example/y\nRequest\nBody\n{text}\nSchema\n{text}",
    ):
        refused_or_read(html_page.read, "p", "p", page)
        refused_or_read(mdx.read, "p", "p", f"---\napi: {page}\n---\n")
        refused_or_read(text_page.read, "p", "p", page, {})
        refused_or_read(nameless.read, "p", "p", page, proof.base_of(PAGE))
        refused_or_read(oas.load, "p", page)
    prose.facts_of(prose.from_markdown(text))
    rendered.possible_values(text, "object[]")
    rendered.type_of(text, parameter=True)


@given(document=JSON)
def test_any_document(document):
    refused_or_read(oas.read, "p", {"paths": {"/x": {"post": document}}}, None, lambda *_: "p")
    refused_or_read(oas.read, "p", {"paths": {"/x": document}}, None, lambda *_: "p")
    operation = document if isinstance(document, dict) else {}
    packed = base64.b64encode(
        zlib.compress(json.dumps({**operation, "path": "/x", "method": "get"}).encode())
    )
    refused_or_read(mdx.read, "p", "p", f"---\napi: {packed.decode()}\n---\n")


def test_references_that_go_round_are_refused():
    loop = {"$ref": "#/paths/~1x/post/parameters/0"}
    document = {"paths": {"/x": {"post": {"parameters": [loop]}}}}
    with pytest.raises(PageError):
        oas.read("p", document, None, lambda *_: "p")


# --- generated pages ------------------------------------------------------------------------------

NAMES = st.from_regex(r"[a-z]{2,6}[A-Z]?[a-z]{0,4}", fullmatch=True).filter(
    lambda name: not any(kind in name for kind in (*rendered.TYPES, "required", "deprecated"))
)
VALUES = st.from_regex(r"[A-Za-z0-9_.-]{1,8}", fullmatch=True)
ENTRIES = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["string", "integer", "number", "boolean"]),
        "required": st.booleans(),
    },
    optional={
        "minLength": st.integers(1, 9),
        "maxLength": st.integers(10, 99_999),
        "minimum": st.integers(-99, 99) | st.sampled_from([0.5, -1.25]),
        "maximum": st.integers(100, 10**9),
        "pattern": st.from_regex(r"\^[a-z0-9+*?{}\\\[\]]{1,9}\$", fullmatch=True).filter(
            lambda p: ", " not in p
        ),
        "enum": st.lists(VALUES, min_size=1, max_size=5, unique=True),
        "default": VALUES,
        "example": VALUES,
        "deprecated": st.just(value=True),
        "format": st.sampled_from(["date-time", "uri", "uuid"]),
    },
)


@st.composite
def operations(draw):
    """Entries of an operation that nobody has."""
    entries = {
        "operation": {
            "id": "ours",
            "method": "POST",
            "path": "/a/{id}",
            "host": "https://x.example",
            "hosts": ["https://x.example"],
        },
        "path.id": {"type": "string", "required": True},
        "request": {"content": ["application/json"], "required": draw(st.booleans())},
    }

    def fill(where, level):
        for name in draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=str.lower)):
            entry = dict(draw(ENTRIES))
            entries[f"{where}.{name}"] = entry
            if level < 2 and draw(st.booleans()):
                kind = draw(st.sampled_from(["object", "object[]"]))
                entries[f"{where}.{name}"] = {"type": kind, "required": entry["required"]}
                fill(f"{where}.{name}" + "[]" * kind.count("[]"), level + 1)

    fill("request", 0)
    entries["responses.200"] = {"content": ["application/json"]}
    fill("response", 0)
    return with_wording(entries)


@settings(max_examples=600 if DEEP else 25)
@given(entries=operations())
def test_all_forms_of_a_generated_page_say_the_same(entries):
    known = forms.read(MDX, "p", forms.WRITE[MDX](entries)).entries
    for form in (OAS, HTML, TEXT, NAMELESS):
        facts = forms.read(form, "p", forms.WRITE[form](entries), known)
        mine = facts.seen_by(form).entries
        theirs = {
            p: {n: v for n, v in e.items() if forms.shows(form, p, n)} for p, e in known.items()
        }
        assert [] == changes(theirs, mine), form


@given(entry=ENTRIES)
def test_bounds_are_read_as_they_are_printed(entry):
    line = html_form.bounds(entry).replace("`", "")
    wanted = {
        k: v
        for k, v in entry.items()
        if k in {"minLength", "maxLength", "minimum", "maximum", "pattern", "enum"}
    }

    assert wanted == rendered.possible_values(line, entry["type"])
