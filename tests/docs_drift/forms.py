"""Each form of a page: how the tests write it, and how it is read."""

from __future__ import annotations

import html_form
import openapi_forms
import text_forms
from docs_drift import html_page, mdx, nameless, oas, text_page
from docs_drift.facts import HTML, MDX, NAMELESS, OAS, TEXT, shows

WRITE = {
    OAS: openapi_forms.oas,
    MDX: openapi_forms.mdx,
    HTML: html_form.html,
    TEXT: text_forms.text,
    NAMELESS: text_forms.nameless,
}
__all__ = ["WRITE", "read", "shows"]


def read(form, page, text, guide=None):
    """Read a page as the script would."""
    if form == OAS:
        document = oas.load(page, text)
        found = oas.read(page, document, None, lambda name, _: None if "/other/" in name else page)[
            0
        ]
        return found[0]
    if form == MDX:
        return mdx.read(page, page, text)
    if form == HTML:
        return html_page.read(page, page, text)
    if form == TEXT:
        return text_page.read(page, page, text, guide or {})
    return nameless.read(page, page, text, guide or {})
