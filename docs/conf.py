"""The documentation site. `scripts/docs` builds it."""  # noqa: INP001  # Sphinx finds it by its place

from __future__ import annotations

import builtins
from pathlib import Path
from typing import TYPE_CHECKING

from pygments.lexers.special import TextLexer
from sphinx.addnodes import pending_xref
from sphinx.highlighting import lexers

from eightbyeight import __version__
from eightbyeight.results.view import View

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

project = "eightbyeight"
author = "The eightbyeight authors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
root_doc = "index"
default_role = "code"

myst_heading_anchors = 4  # the same anchors as on a code host
myst_enable_extensions = ["deflist"]

autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
autodoc_preserve_defaults = True
autodoc_class_signature = "mixed"
maximum_signature_line_length = 80
add_module_names = False
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False

copybutton_prompt_text = r"\$ |>>> "
copybutton_prompt_is_regexp = True
copybutton_line_continuation_character = "\\"

html_theme = "furo"
html_title = "eightbyeight"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {"navigation_with_keys": True}
lexers["csv"] = TextLexer()  # Pygments knows no CSV
pygments_style = "friendly"
pygments_dark_style = "github-dark"

#: The navigation: it stands here, so that the start page reads well on a code host too.
NAVIGATION = {
    "Tutorial": ["first-send"],
    "Cookbook": [
        "cookbook/index",
        "cookbook/one-time-passwords",
        "cookbook/orders",
        "cookbook/conversations",
        "cookbook/line",
        "cookbook/rcs",
        "cookbook/campaigns",
        "cookbook/webhooks",
        "cookbook/delivery",
        "cookbook/failures",
        "cookbook/testing",
        "examples/parcels/README",
        "cookbook/operation",
        "cookbook/from-requests",
        "cookbook/from-twilio",
    ],
    "Guides": [
        "installing",
        "sms",
        "many-messages",
        "webhooks",
        "journal",
        "command-line",
        "mock",
        "magic-numbers",
        "chaos",
        "contract-testing",
        "observability",
        "drift-in-production",
        "docs-drift",
        "performance",
    ],
    "Why it works so": [
        "at-most-once",
        "reliability",
        "fallback",
        "guarantees",
        "peers-faults",
        "how-it-is-made",
    ],
    "Reference": [
        "error-codes",
        "reference/exceptions",
        "reference/client",
        "reference/content",
        "reference/results",
        "reference/webhooks",
        "reference/journal",
        "reference/limits",
        "reference/text-and-numbers",
        "reference/observability",
        "reference/drift",
        "reference/testing",
        "reference/mock",
        "reference/http-api",
        "coverage",
    ],
    "Project": ["contributing", "releasing", "changelog"],
}

#: Links that lead elsewhere on the site than on a code host: to a folder, or out of `docs/`.
LINKS = {
    "../CONTRIBUTING.md": "contributing.md",
    "../CHANGELOG.md": "changelog.md",
    "examples/parcels": "examples/parcels/README.md",
}


def turn_links(_app: Sphinx, _page: str, source: list[str]) -> None:
    """Turn the links above to where they lead on the site."""
    for written, meant in LINKS.items():
        for end in (")", "#"):
            source[0] = source[0].replace(f"]({written}{end}", f"]({meant}{end}")


def add_navigation(app: Sphinx, page: str, source: list[str]) -> None:
    """Append the navigation to the start page; pages that are not written yet stay out."""
    if page != root_doc:
        return
    for caption, pages in NAVIGATION.items():
        there = "\n".join(name for name in pages if (Path(app.srcdir) / f"{name}.md").exists())
        source[0] += (
            f"\n\n```{{toctree}}\n:hidden:\n:titlesonly:\n:caption: {caption}\n\n{there}\n```\n"
        )


def hide_signature(
    _app: Sphinx, kind: str, _name: str, thing: object, *_rest: object
) -> tuple[str, None] | None:
    """Leave out how exceptions, answers and events are made: nobody but the library makes them."""
    is_view = isinstance(thing, type) and issubclass(thing, View)
    return ("", None) if kind == "exception" or is_view else None


def unlink_builtins(_app: Sphinx, page: nodes.document) -> None:
    """Leave `type` in an annotation the built-in one, whatever properties are called so."""
    for reference in list(page.findall(pending_xref)):
        is_python = reference.get("refdomain") == "py"
        if is_python and hasattr(builtins, reference.get("reftarget", "")):
            reference.replace_self(reference.children)


def setup(app: Sphinx) -> None:
    """Connect what is above."""
    app.connect("autodoc-process-signature", hide_signature)
    app.connect("doctree-read", unlink_builtins)
    app.connect("source-read", turn_links)
    app.connect("source-read", add_navigation)
