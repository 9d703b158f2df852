"""References between the specification's files, and the way to a place in a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .errors import ToolError

Path = tuple[str | int, ...]


def show_path(path: Path) -> str:
    """Write a path for people: ``paths./lon.post.parameters[0]``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "(top)"


def split_ref(ref: str) -> tuple[str, str, str]:
    """Take a reference apart.

    Args:
        ref: Such as ``./common.yaml#/components/schemas/ApiError``.

    Returns:
        The file's name (empty for the same document), the component section and the component's name.

    Raises:
        ToolError: If it points anywhere but at a component: nothing else can be merged or generated from.
    """
    file, _, pointer = ref.partition("#")
    steps = pointer.split("/")
    if len(steps) != 4 or steps[0] != "" or steps[1] != "components":
        raise ToolError(f"$ref {ref!r} must point at a component: #/components/<section>/<name>")
    return file.removeprefix("./"), steps[2], steps[3]


def local_ref(section: str, name: str) -> str:
    """The reference to a component of the same document."""
    return f"#/components/{section}/{name}"


# Where schemas stand in a schema: below these keys one, a list of them, a mapping with names of the author's choice.
# Tuples, so that findings come in the same order in each run.
ONE_SCHEMA = (
    "items",
    "additionalProperties",
    "unevaluatedProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
)
SCHEMA_LISTS = ("oneOf", "anyOf", "allOf", "prefixItems")
SCHEMA_MAPS = ("properties", "patternProperties", "dependentSchemas")

# Below these keys stand examples: data of the API, in which nothing is a reference or a schema.
DATA_KEYS = frozenset({"example", "examples", "value", "default", "const", "enum"})
# Below these keys stand names of the author's choice (or status codes), so that a key means nothing by itself.
NAME_KEYS = frozenset(
    {
        "properties",
        "patternProperties",
        "dependentSchemas",
        "schemas",
        "responses",
        "parameters",
        "requestBodies",
    }
    | {
        "headers",
        "securitySchemes",
        "links",
        "callbacks",
        "pathItems",
        "paths",
        "webhooks",
        "content",
        "variables",
    }
)


def iter_objects(
    node: Any, path: Path = (), *, names: bool = False
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every object below a node in which keys are OpenAPI's, with its path. Example data is not looked into.

    Args:
        node: Any part of an OpenAPI document.
        path: Where that part stands.
        names: True if the node's keys are names, as below ``properties``.
    """
    if isinstance(node, dict):
        if not names:
            yield path, node
        for key, value in node.items():
            if names or key not in DATA_KEYS:
                yield from iter_objects(value, (*path, key), names=not names and key in NAME_KEYS)
            elif key == "examples" and isinstance(
                value, dict
            ):  # Example Objects by name: they may be references
                yield from (
                    ((*path, key, name), example)
                    for name, example in value.items()
                    if isinstance(example, dict)
                )
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from iter_objects(item, (*path, index))


def iter_refs(node: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every object with a ``$ref`` below a node, with its path."""
    return (
        (where, found)
        for where, found in iter_objects(node, path)
        if isinstance(found.get("$ref"), str)
    )


def iter_mappings(node: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, str]]]:
    """Every discriminator mapping below a node, with its path."""
    for where, found in iter_objects(node, path):
        discriminator = found.get("discriminator")
        if isinstance(discriminator, dict) and isinstance(discriminator.get("mapping"), dict):
            yield (*where, "discriminator", "mapping"), discriminator["mapping"]
