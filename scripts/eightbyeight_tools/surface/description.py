"""What the composed document says that the generated code does not show: limits, and who sends which model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..compose import iter_operations
from ..errors import ToolError
from ..refs import iter_refs
from .reading import GENERATED

DOCUMENT = Path("generated", GENERATED, "openapi.json")

LIMITS = (
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "pattern",
    "format",
)
KNOWN_VALUES = "x-extensible-enum"
_CONDITIONS = ("if", "then", "else", "not", "dependentRequired", "additionalProperties")
_SEVERAL = ("allOf", "anyOf", "oneOf")

Rules = dict[str, Any]


@dataclass(frozen=True)
class Description:
    """A composed document, taken apart.

    Attributes:
        rules: What is asked of each field, by ``Model.field``, of each path parameter, by
            ``operationId(parameter)``, and of models as a whole, by ``Model``.
        routes: Method and path by operationId.
        sent: The schemas that requests are made of.
        received: The schemas that answers are made of.
    """

    rules: dict[str, Rules] = field(default_factory=dict)
    routes: dict[str, str] = field(default_factory=dict)
    sent: frozenset[str] = frozenset()
    received: frozenset[str] = frozenset()


def read_description(root: Path) -> Description:
    """Take the document of a project's folder apart; an older version may have none.

    Raises:
        ToolError: If it is not JSON.
    """
    path = root / DOCUMENT
    if not path.is_file():
        return Description()
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ToolError(f"{path}: not readable as JSON: {error}") from None
    return describe(document)


def describe(document: dict[str, Any]) -> Description:
    """Take a composed document apart."""
    schemas = document.get("components", {}).get("schemas", {})
    rules: dict[str, Rules] = {}
    for name, schema in schemas.items():
        if "properties" in schema:
            rules[name] = _conditions(schema)
            for path, found in _fields(schema, schemas):
                rules[f"{name}.{path}"] = found
    routes: dict[str, str] = {}
    sent, received = [], []
    for path, method, item, operation in iter_operations(document):
        operation_id = operation["operationId"]
        routes[operation_id] = f"{method.upper()} {path}"
        parameters = [
            _resolved(one, document)
            for one in (*item.get("parameters", []), *operation.get("parameters", []))
        ]
        for parameter in parameters:
            name = f"{operation_id}({parameter['name']})"
            rules[name] = dict(_leaf(parameter.get("schema", {}), schemas) or {})
        sent += [parameters, operation.get("requestBody", {})]
        received.append(operation.get("responses", {}))
    return Description(rules, routes, _reached(sent, document), _reached(received, document))


def _fields(schema: dict[str, Any], schemas: dict[str, Any]) -> Iterator[tuple[str, Rules]]:
    for name, part in schema.get("properties", {}).items():
        yield from _part(name, part, schemas)


def _part(name: str, part: dict[str, Any], schemas: dict[str, Any]) -> Iterator[tuple[str, Rules]]:
    leaf = _leaf(part, schemas)
    if leaf is None:
        return
    yield name, {rule: leaf[rule] for rule in (*LIMITS, KNOWN_VALUES) if rule in leaf}
    items = leaf.get("items")
    if isinstance(items, dict):
        yield from _part(f"{name}[]", items, schemas)


def _leaf(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any] | None:
    """Follow references to what is asked of a value; None for a model, which is listed by itself."""
    seen = set()
    merged: dict[str, Any] = dict(schema)
    while "$ref" in merged:
        name = str(merged.pop("$ref")).rpartition("/")[2]
        if name in seen or name not in schemas:
            return None
        seen.add(name)
        merged = {**schemas[name], **merged}
    return None if "properties" in merged else merged


def _conditions(schema: dict[str, Any]) -> Rules:
    found = {rule: schema[rule] for rule in _CONDITIONS if rule in schema}
    for rule in _SEVERAL:
        branches = schema.get(rule, [])
        # Lists of models are unions, which the generated types show.
        if branches and not all("$ref" in branch for branch in branches):
            found[rule] = branches
    return _without_prose(found)  # type: ignore[no-any-return]


def _without_prose(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            key: _without_prose(value)
            for key, value in node.items()
            if key not in {"description", "examples"}
        }
    return [_without_prose(value) for value in node] if isinstance(node, list) else node


def _resolved(node: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = document
        for step in str(node["$ref"]).removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def _reached(parts: list[Any], document: dict[str, Any]) -> frozenset[str]:
    names: set[str] = set()
    waiting = list(parts)
    while waiting:
        for _, node in iter_refs(waiting.pop()):
            reference = str(node["$ref"])
            name = reference.rpartition("/")[2]
            if reference not in names:
                names.add(reference)
                names.add(name)
                waiting.append(_resolved(node, document))
    return frozenset(name for name in names if not name.startswith("#"))
