"""Facts out of the vendor's OpenAPI JSON files, whose references point into other operations."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from .errors import NoOperation, PageError
from .facts import OAS, Facts
from .openapi import METHODS, Reader

if TYPE_CHECKING:
    from collections.abc import Callable


def is_openapi(text: str) -> bool:
    """Whether a file looks like a JSON document."""
    return text.lstrip("\ufeff \t\r\n").startswith("{")


def load(source: str, text: str) -> dict[str, Any]:
    """Read a file.

    Raises:
        PageError: If it is no OpenAPI document with operations.
    """
    try:
        document = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise PageError(f"{source}: not readable as JSON: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise NoOperation(f"{source}: no OpenAPI document: there are no paths in it")
    return document


def read(
    source: str,
    document: dict[str, Any],
    beside: Callable[[str], dict[str, Any]],
    page_of: Callable[[str, str | None], str | None],
) -> tuple[list[Facts], list[str]]:
    """Extract the facts of the operations that this project covers.

    Args:
        source: Where the document comes from, for messages.
        document: The document.
        beside: Returns another file that a reference names.
        page_of: The page of ``METHOD URL`` and an operationId, None for an operation that is not covered.

    Returns:
        The facts by operation, and the operations that are not covered.
    """
    found, others = [], []
    for path, item in document["paths"].items():
        for method in METHODS if isinstance(item, dict) else ():
            operation = item.get(method)
            if not isinstance(operation, dict):
                continue
            servers = operation.get("servers") or item.get("servers") or document.get("servers")
            name = f"{method.upper()} {_host(servers)}{path}"
            page = page_of(name, operation.get("operationId"))
            if page is None:
                others.append(name)
                continue
            try:
                entries = Reader(lambda ref: resolve(document, ref, beside)).read(
                    path=path,
                    method=method,
                    operation=operation,
                    shared=item["parameters"] if isinstance(item.get("parameters"), list) else [],
                    servers=servers if isinstance(servers, list) else [],
                )
            except PageError as error:
                raise PageError(f"{source}: {name}: {error}") from error
            found.append(Facts(page, OAS, f"{source}#{operation.get('operationId')}", entries))
    return found, others


def _host(servers: Any) -> str:
    first = servers[0] if isinstance(servers, list) and servers else {}
    return str(first.get("url", "")) if isinstance(first, dict) else ""


def resolve(document: dict[str, Any], ref: str, beside: Callable[[str], dict[str, Any]]) -> Any:
    """Follow a reference anywhere: into another operation, into a file beside this one.

    Raises:
        PageError: If it points at nothing.
    """
    file, _, pointer = ref.partition("#")
    node: Any = beside(str(PurePosixPath(file))) if file else document
    for raw in pointer.split("/")[1:]:
        step = unquote(raw).replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and step in node:
            node = node[step]
        elif isinstance(node, list) and step.isdigit() and int(step) < len(node):
            node = node[int(step)]
        else:
            raise PageError(f"$ref {ref!r} points at nothing: there is no {step!r}")
        if isinstance(node, dict) and isinstance(node.get("$ref"), str) and node["$ref"] != ref:
            node = resolve(document if not file else beside(file), node["$ref"], beside)
    return node
