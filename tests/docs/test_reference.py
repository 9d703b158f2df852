"""The reference has all that is public."""

from __future__ import annotations

import importlib
import re

import pytest
from docs.snippets import DOCS

REFERENCE = "\n".join(page.read_text("utf-8") for page in (DOCS / "reference").glob("*.md"))
DIRECTIVE = re.compile(r"^\.\. auto(?:class|exception|function|data):: ([\w.]+)$", re.MULTILINE)
MODULES = re.findall(r"^\.\. automodule:: ([\w.]+)$", REFERENCE, re.MULTILINE)
#: Type aliases: they show in the signatures that use them.
ALIASES = {"Event", "Verify"}
PUBLIC = (
    "eightbyeight",
    "eightbyeight.errors",
    "eightbyeight.phone",
    "eightbyeight.segments",
    "eightbyeight.testing",
    "eightbyeight.webhooks",
)


@pytest.mark.parametrize("module", PUBLIC)
def test_every_public_name_is_in_the_reference(module):
    named = {name.rpartition(".")[2] for name in DIRECTIVE.findall(REFERENCE)}
    public = set(importlib.import_module(module).__all__) - ALIASES - {"__version__"}

    missing = [] if module in MODULES else sorted(public - named)

    assert [] == missing


def test_what_the_reference_names_exists():
    for name in DIRECTIVE.findall(REFERENCE):
        path = name if "." in name else f"eightbyeight.{name}"
        module, _, attribute = path.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute), name
