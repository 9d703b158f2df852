"""The rules for requests as plain data, for checking a body before it is sent.

The module that is written holds the schemas of request bodies and parameters without their prose.
"""

from __future__ import annotations

from typing import Any

from .compose import Document, iter_operations
from .errors import ToolError
from .refs import ONE_SCHEMA, SCHEMA_LISTS, SCHEMA_MAPS, split_ref

_VALUES = frozenset(
    {
        "type",
        "enum",
        "const",
        "required",
        "pattern",
        "format",
        "uniqueItems",
        "dependentRequired",
        "multipleOf",
    }
    | {
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
    }
    | {"minProperties", "maxProperties", "minContains", "maxContains"}
)
_PROSE = frozenset(
    {
        "title",
        "description",
        "default",
        "example",
        "examples",
        "externalDocs",
        "deprecated",
        "readOnly",
        "writeOnly",
    }
    | {"xml", "$comment", "contentMediaType", "contentEncoding"}
)


def constraints_module(document: Document) -> str:
    """Write the module.

    Args:
        document: The composed document.

    Returns:
        Python source with ``SCHEMAS``, ``REQUEST_BODIES`` and ``PARAMETERS``, still to be formatted.

    Raises:
        ToolError: If a request schema uses a keyword that is neither a rule nor prose.
    """
    bodies: dict[str, Any] = {}
    parameters: dict[str, dict[str, Any]] = {}
    for path, method, item, operation in iter_operations(document):
        place = f"{method.upper()} {path}"
        operation_id = operation["operationId"]
        content = _resolved(document, operation.get("requestBody", {})).get("content", {})
        for media_type in content.values():
            bodies.setdefault(operation_id, rules_of(media_type.get("schema", {}), place))
        named: dict[str, Any] = {}
        for parameter in [*item.get("parameters", []), *operation.get("parameters", [])]:
            found = _resolved(document, parameter)
            named[found["name"]] = rules_of(found.get("schema", {}), f"{place} {found['name']}")
        parameters[operation_id] = named

    schemas = _reachable(
        document, [*bodies.values(), *(p for ps in parameters.values() for p in ps.values())]
    )
    return (
        '"""The rules of requests: the specification\'s schemas without their prose, references as bare names."""\n\n'
        "from typing import Any, Final\n\n"
        f"SCHEMAS: Final[dict[str, Any]] = {schemas!r}\n\n"
        f"REQUEST_BODIES: Final[dict[str, dict[str, Any]]] = {bodies!r}\n\n"
        f"PARAMETERS: Final[dict[str, dict[str, Any]]] = {parameters!r}\n"
    )


def rules_of(schema: Any, where: str) -> Any:
    """A schema with its validation keywords only.

    Args:
        schema: A schema of the composed document (or true or false).
        where: What to call it in an error message.

    Returns:
        A new schema in which references and discriminator mappings are bare component names.

    Raises:
        ToolError: If it has a keyword that this function does not know, so that no rule is lost unnoticed.
    """
    if not isinstance(schema, dict):
        return schema
    rules: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "$ref":
            rules[key] = split_ref(value)[2]
        elif key in _VALUES:
            rules[key] = value
        elif key in ONE_SCHEMA:
            rules[key] = rules_of(value, f"{where}.{key}")
        elif key in SCHEMA_LISTS:
            rules[key] = [
                rules_of(item, f"{where}.{key}[{index}]") for index, item in enumerate(value)
            ]
        elif key in SCHEMA_MAPS:
            rules[key] = {name: rules_of(item, f"{where}.{name}") for name, item in value.items()}
        elif key == "discriminator":
            rules[key] = _bare_discriminator(value)
        elif key not in _PROSE and not key.startswith("x-"):
            raise ToolError(
                f"{where}: the keyword {key!r} is unknown to constraints.py; add it there to the rules or to the prose"
            )
    return rules


def _bare_discriminator(discriminator: dict[str, Any]) -> dict[str, Any]:
    bare: dict[str, Any] = {"propertyName": discriminator["propertyName"]}
    if "mapping" in discriminator:
        bare["mapping"] = {
            value: split_ref(ref)[2] for value, ref in discriminator["mapping"].items()
        }
    return bare


def _resolved(document: Document, node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        _, section, name = split_ref(node["$ref"])
        node = document["components"][section][name]
    return node


def _reachable(document: Document, roots: list[Any]) -> dict[str, Any]:
    all_schemas = document.get("components", {}).get("schemas", {})
    found: dict[str, Any] = {}
    waiting = list(roots)
    while waiting:
        for name in _bare_refs(waiting.pop()):
            if name not in found:
                found[name] = rules_of(all_schemas[name], name)
                waiting.append(found[name])
    return {name: found[name] for name in all_schemas if name in found}


def _bare_refs(rules: Any) -> list[str]:
    """The components that a schema made of rules needs; below ``enum`` and ``const`` stands data."""
    names: list[str] = []
    if isinstance(rules, dict):
        if isinstance(rules.get("$ref"), str):
            names.append(rules["$ref"])
        for key, value in rules.items():
            if key in ONE_SCHEMA:
                names += _bare_refs(value)
            elif key in SCHEMA_LISTS:
                names += [name for item in value for name in _bare_refs(item)]
            elif key in SCHEMA_MAPS:
                names += [name for item in value.values() for name in _bare_refs(item)]
            elif key == "discriminator":
                names += value.get("mapping", {}).values()
    return names
