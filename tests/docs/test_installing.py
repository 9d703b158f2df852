"""The page about installing names all extras and all settings."""

from __future__ import annotations

import re
import tomllib

from docs.snippets import DOCS, ROOT

PAGE = (DOCS / "installing.md").read_text("utf-8")


def first_cells(heading: str) -> list[str]:
    """Return the names in the first column of the table that begins with ``heading``."""
    rows = PAGE.partition(f"\n| {heading} |")[2].partition("\n\n")[0].splitlines()
    return [name for row in rows if row for name in re.findall(r"`(\w+)`", row.split(" | ")[0])]


def test_all_extras_are_there():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert sorted(project["optional-dependencies"]) == sorted(first_cells("extra"))


def test_what_the_client_needs_is_there():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = [re.match(r"[\w-]+", line)[0] for line in project["dependencies"]]
    (told,) = re.findall(r"The client itself needs ([\w, ]+)\.", PAGE)

    assert sorted(needed) == sorted(re.split(", | and ", told))


def test_all_settings_are_there():
    package = ROOT / "wrapper" / "eightbyeight"
    read = re.findall(r'"(EIGHTBYEIGHT_\w+)"', (package / "configuration.py").read_text("utf-8"))

    assert sorted(read) == sorted(first_cells("variable"))
