"""Looking up what covers an operation: nothing here is a list to be kept up."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..compose import iter_operations
from ..errors import ToolError
from .call_graph import methods_of_operations
from .vendor import VendorOperation, read_vendor_operations

VENDOR_NAME = "x-8x8-operationId"

_GENERATED = Path("generated", "eightbyeight_generated")
_WRAPPER = Path("wrapper", "eightbyeight")
_OPERATION_ID = re.compile(r'^OPERATION_ID = "(\w+)"$', re.MULTILINE)


@dataclass(frozen=True)
class Coverage:
    """What there is of one operation.

    Attributes:
        vendor: The documented operation.
        operation_id: Its name in the description; empty if it is not described.
        methods: The client's methods that send it, such as ``sms.send``.
        by_request: Whether ``client.request`` sends it.
        mock: Whether the mock plays it.
        tests: The folders below ``tests/`` with tests that name it or call one of its methods.
    """

    vendor: VendorOperation
    operation_id: str = ""
    methods: list[str] = field(default_factory=list)
    by_request: bool = False
    mock: bool = False
    tests: list[str] = field(default_factory=list)


def look(root: Path) -> list[Coverage]:
    """Find what covers each operation that the vendor documents.

    Args:
        root: The project's folder.

    Raises:
        ToolError: If the description has an operation that the vendor's list lacks, or has it elsewhere.
    """
    described = _described(root)
    vendor = read_vendor_operations(root)
    _refuse_unlisted(described, vendor)
    methods = methods_by_operation_id(root)
    requests, handlers = operations_of_request(root), operations_of_mock(root)
    tests = _tests(root, methods)
    found = []
    for operation in vendor:
        operation_id = described.get(operation.name, ("", ""))[0]
        found.append(
            Coverage(
                operation,
                operation_id,
                methods.get(operation_id, []),
                operation_id in requests,
                operation_id in handlers,
                sorted(tests.get(operation_id, set())),
            )
        )
    return found


def methods_by_operation_id(root: Path) -> dict[str, list[str]]:
    """Find the client's methods that send each operation."""
    ids = {}
    for file in sorted((root / _GENERATED / "api").glob("*/*.py")):
        match = _OPERATION_ID.search(file.read_text(encoding="utf-8"))
        if match:
            ids[f"{file.parent.name}.{file.stem}"] = match[1]
    return {ids[module]: methods for module, methods in methods_of_operations(root).items()}


def operations_of_request(root: Path) -> set[str]:
    """List what ``client.request`` knows: the keys of its table."""
    for node in ast.walk(_parsed(root / _WRAPPER / "requests" / "any_operation.py")):
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict):
            return {key.value for key in node.value.keys if isinstance(key, ast.Constant)}  # type: ignore[misc]
    return set()


def operations_of_mock(root: Path) -> set[str]:
    """List what the mock has handlers for: the functions that are decorated with ``operation``."""
    found = set()
    for file in sorted((root / _WRAPPER / "mock" / "operations").glob("*.py")):
        for node in ast.walk(_parsed(file)):
            if isinstance(node, ast.FunctionDef):
                found |= set(_decorations(node))
    return found


def _decorations(node: ast.FunctionDef) -> Iterator[str]:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name):
            (argument, *_) = [*decorator.args, None]
            if decorator.func.id == "operation" and isinstance(argument, ast.Constant):
                yield str(argument.value)


def _described(root: Path) -> dict[str, tuple[str, str]]:
    """List what the composed document describes: operationId and route by the vendor's name."""
    document: dict[str, Any] = json.loads((root / _GENERATED / "openapi.json").read_bytes())
    return {
        operation.get(VENDOR_NAME, operation["operationId"]): (
            operation["operationId"],
            f"{method.upper()} {path}",
        )
        for path, method, _, operation in iter_operations(document)
    }


def _refuse_unlisted(described: dict[str, tuple[str, str]], vendor: list[VendorOperation]) -> None:
    routes = {one.name: f"{one.method} /{one.product}{one.path}" for one in vendor}
    for name, (operation_id, route) in described.items():
        if name not in routes:
            raise ToolError(
                f"spec/vendor-operations.yaml lacks {name}, which the description has as {operation_id}"
            )
        if routes[name] != route:
            raise ToolError(
                f"{operation_id} is {route} in the description, but spec/vendor-operations.yaml "
                f"says {routes[name]} for {name}"
            )


def _tests(root: Path, methods: dict[str, list[str]]) -> dict[str, set[str]]:
    """Find the folders of tests that name an operation, or call a method that sends it."""
    operation_of = {method: operation for operation in methods for method in methods[operation]}
    found: dict[str, set[str]] = {}
    tests = root / "tests"
    for file in sorted(tests.glob("**/test_*.py")):
        folder = file.relative_to(tests).parts[0]
        for node in ast.walk(_parsed(file)):
            name = _named(node)
            for operation in {name, operation_of.get(name, "")} & methods.keys():
                found.setdefault(operation, set()).add(folder)
    return found


def _named(node: ast.AST) -> str:
    """Return a text as it stands, and a call as the last two of its names: ``sms.send``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        holder = node.func.value
        return f"{holder.attr}.{node.func.attr}" if isinstance(holder, ast.Attribute) else ""
    return ""


def _parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))
