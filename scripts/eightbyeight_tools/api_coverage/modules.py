"""The modules of a package as syntax trees, with what they define and import."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Module:
    """A module.

    Attributes:
        name: With dots.
        tree: Its source.
        is_package: Whether relative imports start in it, and not beside it.
        definitions: Functions and methods (``Class.method``) by name.
        imports: What a name at the top of the module stands for; imports for type checkers aside.
    """

    name: str
    tree: ast.Module
    is_package: bool
    definitions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.definitions[node.name] = node
            elif isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                        self.definitions[f"{node.name}.{inner.name}"] = inner
            elif isinstance(node, ast.ImportFrom):
                self.imports.update(self.imported(node))

    def imported(self, node: ast.ImportFrom) -> dict[str, str]:
        """Tell what the names of an import stand for, with the names of modules."""
        parts = self.name.split(".")
        if node.level:
            kept = len(parts) - node.level + self.is_package
            parts = [*parts[:kept], *([node.module] if node.module else [])]
        else:
            parts = [node.module or ""]
        return {alias.asname or alias.name: ".".join([*parts, alias.name]) for alias in node.names}


class Modules:
    """The modules of a folder of packages, each parsed when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Module | None] = {}

    def find(self, name: str) -> Module | None:
        """Return a module by its name with dots; None if there is none."""
        if name not in self._known:
            self._known[name] = self._parsed(name)
        return self._known[name]

    def _parsed(self, name: str) -> Module | None:
        path = self._folder.joinpath(*name.split("."))
        for file, is_package in ((path.with_suffix(".py"), False), (path / "__init__.py", True)):
            if file.is_file():
                return Module(name, ast.parse(file.read_text(encoding="utf-8")), is_package)
        return None
