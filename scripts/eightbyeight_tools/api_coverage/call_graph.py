"""Which operations the client's methods lead to: the calls are followed through the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from .modules import Modules

_RESOURCES = "eightbyeight.resources._sync"
_GENERATED = "eightbyeight_generated.api."


def methods_of_operations(root: Path) -> dict[str, list[str]]:
    """Find the methods of the client's resources that send each operation.

    Args:
        root: The project's folder.

    Returns:
        Methods as users write them after ``client.``, by the name of the generated module: ``sms.send_sms``.
    """
    modules = Modules(root / "wrapper")
    found: dict[str, list[str]] = {}
    for file in sorted((root / "wrapper").joinpath(*_RESOURCES.split(".")).glob("*.py")):
        resource = file.stem
        module = modules.find(f"{_RESOURCES}.{resource}")
        for definition in module.definitions if module is not None else ():
            holder, _, method = definition.rpartition(".")
            # The resource is the class that has the module's name.
            if holder.lower() == resource and not method.startswith("_"):
                for operation in _reached(modules, f"{_RESOURCES}.{resource}", definition):
                    found.setdefault(operation, []).append(f"{resource}.{method}")
    return found


def _reached(modules: Modules, module: str, definition: str) -> set[str]:
    waiting, seen, reached = [(module, definition)], set(), set()
    while waiting:
        step = waiting.pop()
        if step in seen:
            continue
        seen.add(step)
        for target in _used(modules, *step):
            if target.startswith(_GENERATED):
                reached.add(target.removeprefix(_GENERATED))
                continue
            owner, _, name = target.rpartition(".")
            source = modules.find(owner)
            if source is not None:
                waiting += [
                    (owner, found)
                    for found in source.definitions
                    if found == name or found.startswith(f"{name}.")
                ]
    return reached


def _used(modules: Modules, module: str, definition: str) -> Iterator[str]:
    """List what the body of a definition refers to, with the names of modules."""
    source = modules.find(module)
    if source is None:
        return
    node = source.definitions[definition]
    local = dict(source.imports)
    for inner in ast.walk(node):
        if isinstance(inner, ast.ImportFrom):
            local.update(source.imported(inner))
    for statement in node.body:
        for inner in ast.walk(statement):
            if isinstance(inner, ast.Name):
                yield local.get(inner.id, f"{module}.{inner.id}")
