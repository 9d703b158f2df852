"""The layers that CONTRIBUTING draws are those of the package."""

from __future__ import annotations

import ast
import re

import pytest
from docs.snippets import ROOT

PACKAGE = ROOT / "wrapper" / "eightbyeight"
#: They stand beside the layers: what each may import, with what it takes from them.
BESIDE = {"mock": {"mock"}, "contract": {"contract", "mock", "core.redaction"}}
ANYWHERE = {"_version"}


def layers() -> list[set[str]]:
    """Return the names of each layer's modules and folders, the uppermost layer first."""
    table = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("\n## Layers\n")[2]
    cells = [line.split(" | ")[1] for line in table.splitlines() if line.startswith("| ")]
    named = [re.findall(r"`(\w+)(?:/|\.py)`", cell) for cell in cells]
    return [here for names in named if (here := {name for name in names if place(name)})]


def place(name):
    return next((p for p in (PACKAGE / name, PACKAGE / f"{name}.py") if p.exists()), None)


def imported(source: str, folder: tuple[str, ...]) -> set[str]:
    """Return what a module in ``folder`` imports from the package when it runs: ``core.redaction``."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = (node.module or "").split(".") if node.module else []
            if node.level:
                module = ["eightbyeight", *folder[: len(folder) + 1 - node.level], *module]
            names = (
                [module] if module != ["eightbyeight"] else [[*module, a.name] for a in node.names]
            )
        else:
            continue
        found |= {".".join(name[1:]) for name in names if name[:1] == ["eightbyeight"] and name[1:]}
    return found


def not_allowed(name: str, modules: set[str]) -> set[str]:
    """Return those of ``modules`` that stand above what is called ``name``, or out of its sight."""
    if name in BESIDE:
        allowed = BESIDE[name] | ANYWHERE
        return {m for m in modules if not {m, m.partition(".")[0]} & allowed}
    above = set().union(*layers()[: next(n for n, layer in enumerate(layers()) if name in layer)])
    return {m for m in modules if m.partition(".")[0] in above}


def test_every_module_has_its_layer():
    there = {path.stem for path in PACKAGE.iterdir() if path.name != "__pycache__"}
    known = set().union(*layers(), BESIDE, ANYWHERE, {"__init__", "py"})

    assert there <= known


@pytest.mark.parametrize("name", sorted(set().union(*layers(), BESIDE)))
def test_nothing_is_imported_from_above(name):
    where = place(name)
    for path in [where] if where.is_file() else sorted(where.rglob("*.py")):
        modules = imported(path.read_text("utf-8"), path.relative_to(PACKAGE).parent.parts)

        assert set() == not_allowed(name, modules), path.relative_to(PACKAGE)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from ..client import Client", "core"),
        ("from eightbyeight.client import Client", "io"),
        ("import eightbyeight.cli.output", "client"),
        ("from eightbyeight import errors", "mock"),
        ("def late():\n    from ..requests import sms", "results"),
        ("from ..core import phone", "contract"),
    ],
)
def test_an_import_from_above_is_found(source, name):
    assert not_allowed(name, imported(source, (name,)))


def test_types_may_come_from_above():
    assert set() == imported("if TYPE_CHECKING:\n    from ..client import Client", ("core",))
