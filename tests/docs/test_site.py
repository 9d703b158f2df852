"""The tools that build the site: what they find, and what they make of the OpenAPI documents."""

from __future__ import annotations

import pytest
from docs_site import http_reference, links
from openapi_spec_validator import validate

PAGE = "<html><body id='top'><h1 id='one'>One</h1>{}</body></html>"


@pytest.fixture
def complaints(tmp_path):
    """Checks a site of two pages, one of which has the given content."""
    (tmp_path / "other.html").write_text(PAGE.format(""), "utf-8")
    (tmp_path / "logo.svg").touch()

    def check(content):
        (tmp_path / "page.html").write_text(PAGE.format(content), "utf-8")
        return links.check(tmp_path)

    return check


@pytest.mark.parametrize(
    "content",
    [
        '<a href="other.html">x</a>',
        '<a href="other.html#one">x</a>',
        '<a href="#top">x</a>',
        '<a href="https://example.com/gone">x</a>',
        '<img src="logo.svg"><img src="data:image/png;base64,xx">',
        '<link rel="canonical" href="https://example.com/">',
    ],
)
def test_good_links(complaints, content):
    assert [] == complaints(content)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('<a href="gone.html">x</a>', "page.html: gone.html: no such file"),
        (
            '<a href="other.html#two">x</a>',
            "page.html: other.html#two: no such place on that page",
        ),
        ('<a href="#two">x</a>', "page.html: #two: no such place on that page"),
        (
            '<script src="https://cdn.example/x.js"></script>',
            "page.html: https://cdn.example/x.js: is loaded from another host",
        ),
        (
            '<link rel="stylesheet" href="//cdn.example/x.css">',
            "page.html: //cdn.example/x.css: is loaded from another host",
        ),
    ],
)
def test_broken_links(complaints, content, complaint):
    assert [complaint] == complaints(content)


@pytest.mark.parametrize("product", ["chatapps", "sms"])
def test_openapi_documents_stand_alone(product):
    document = http_reference.self_contained(product)

    validate(document)
    assert document["servers"]


def test_a_document_cannot_end_its_script():
    assert "</script>" not in http_reference._in_a_script({"x": "</script><script>"})
