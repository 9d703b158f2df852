"""One OpenAPI document out of one per product.

Two products share a path on different hosts. The composed document tells them apart by a prefix, the product's name,
which the endpoint template takes off again. It is what the generator, the mock and the contract tests read.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .errors import ToolError
from .refs import iter_mappings, iter_refs, local_ref, show_path, split_ref
from .yaml_source import load_document

PRODUCTS = ("chatapps", "sms")
TITLE = "8x8 messaging APIs"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
REGIONS = ("apac", "na", "eu", "id")

Document = dict[str, Any]


def load_spec(spec_dir: Path, products: tuple[str, ...] = PRODUCTS) -> dict[str, Document]:
    """Read the products' documents and every file that they refer to.

    Args:
        spec_dir: The folder with ``<product>.yaml``.
        products: The products, in the order in which they are composed.

    Returns:
        File name -> document, products first.

    Raises:
        ToolError: If a file is missing or is not YAML, or if a reference cannot be followed.
    """
    documents: dict[str, Document] = {}
    waiting = [f"{product}.yaml" for product in products]
    while waiting:
        file = waiting.pop(0)
        if file in documents:
            continue
        documents[file] = load_document(spec_dir / file)
        for path, node in iter_refs(documents[file]):
            try:
                other = split_ref(node["$ref"])[0]
            except ToolError as error:
                raise ToolError(f"{file}: {show_path(path)}: {error}") from None
            if other:
                waiting.append(other)
    return documents


def compose(documents: dict[str, Document], products: tuple[str, ...] = PRODUCTS) -> Document:
    """Compose the products' documents.

    Args:
        documents: What :func:`load_spec` returns. They are not changed.
        products: The products, in the order in which they are composed.

    Returns:
        One OpenAPI 3.1 document: paths with the product's prefix, only local references, only components that are
        used, no ``servers`` (test tools would call the real hosts) but ``x-eightbyeight-servers``.

    Raises:
        ToolError: If the documents contradict each other.
    """
    localised = {file: localise(file, document, documents) for file, document in documents.items()}
    roots = {product: localised[f"{product}.yaml"] for product in products}
    for product, document in roots.items():
        if not str(document.get("openapi", "")).startswith("3.1"):
            raise ToolError(
                f"{product}.yaml: openapi: expected version 3.1, found {document.get('openapi')!r}"
            )

    composed: Document = {
        "openapi": next(iter(roots.values()))["openapi"],
        "info": {"title": TITLE, "version": _version(roots)},
        "x-eightbyeight-servers": {
            product: _servers(product, roots[product]) for product in products
        },
        "tags": _merged_tags(roots),
        "paths": _prefixed_paths(roots),
    }
    webhooks = _merged_maps(
        {file: document.get("webhooks", {}) for file, document in localised.items()}, "webhooks"
    )
    if webhooks:
        composed["webhooks"] = webhooks
    composed["components"] = used_components(composed, merged_components(localised))
    _refuse_duplicate_operations(composed)
    return composed


def compose_files(spec_dir: Path) -> Document:
    """Read and compose: :func:`load_spec` and :func:`compose` in one."""
    return compose(load_spec(spec_dir))


def to_json(document: Document) -> str:
    """The composed document as it is written to disk: one change in the specification is a small diff."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def localise(file: str, document: Document, documents: dict[str, Document]) -> Document:
    """A copy of a document in which every reference is local, as if all components stood in it.

    Raises:
        ToolError: If a reference points at nothing.
    """
    document = copy.deepcopy(document)
    for path, node in iter_refs(document):
        node["$ref"] = _localised_ref(node["$ref"], file, documents, show_path(path))
    for path, mapping in iter_mappings(document):
        for value, target in mapping.items():
            ref = target if "#" in target else local_ref("schemas", target)
            mapping[value] = _localised_ref(ref, file, documents, show_path((*path, value)))
    return document


def merged_components(documents: dict[str, Document]) -> dict[str, dict[str, Any]]:
    """The components of all documents: section -> name -> component.

    Raises:
        ToolError: If two documents define one name differently.
    """
    sections: dict[str, None] = {}
    for document in documents.values():
        sections.update(dict.fromkeys(document.get("components", {})))
    return {
        section: _merged_maps(
            {
                file: document.get("components", {}).get(section, {})
                for file, document in documents.items()
            },
            f"components.{section}",
        )
        for section in sections
    }


def used_components(
    document: Document, components: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The components that paths and webhooks need, directly or through others.

    Args:
        document: A document with local references only; its own components do not count.
        components: What :func:`merged_components` returns.

    Returns:
        A part of ``components``, in the same order, without empty sections.
    """
    used: set[tuple[str, str]] = set()
    for _, _, _, operation in iter_operations(document):
        for requirement in operation.get("security", []):
            used.update(("securitySchemes", scheme) for scheme in requirement)
    waiting: list[Any] = [{key: document[key] for key in ("paths", "webhooks") if key in document}]
    while waiting:
        node = waiting.pop()
        targets = [reference["$ref"] for _, reference in iter_refs(node)]
        targets += [target for _, mapping in iter_mappings(node) for target in mapping.values()]
        for target in targets:
            _, section, name = split_ref(target)
            if (section, name) not in used:
                used.add((section, name))
                waiting.append(components[section][name])
    kept = {
        section: {name: entry for name, entry in entries.items() if (section, name) in used}
        for section, entries in components.items()
    }
    return {section: entries for section, entries in kept.items() if entries}


def iter_operations(
    document: Document,
) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Every operation of ``paths`` as (path, method, path item, operation), in the document's order."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield path, method, item, item[method]


def _localised_ref(ref: str, file: str, documents: dict[str, Document], where: str) -> str:
    try:
        other, section, name = split_ref(ref)
    except ToolError as error:
        raise ToolError(f"{file}: {where}: {error}") from None
    target = other or file
    if name not in documents.get(target, {}).get("components", {}).get(section, {}):
        raise ToolError(
            f"{file}: {where}: $ref {ref!r} points at nothing: {target} has no {section}/{name}"
        )
    return local_ref(section, name)


def _version(roots: dict[str, Document]) -> str:
    versions = {
        product: str(document.get("info", {}).get("version", ""))
        for product, document in roots.items()
    }
    if len(set(versions.values())) == 1:
        return next(iter(versions.values()))
    return ", ".join(f"{product} {version}" for product, version in versions.items())


def _servers(product: str, document: Document) -> dict[str, str]:
    servers: dict[str, str] = {}
    for index, server in enumerate(document.get("servers", [])):
        region = server.get("x-region")
        if region not in REGIONS:
            raise ToolError(
                f"{product}.yaml: servers[{index}].x-region: expected one of {', '.join(REGIONS)}, found {region!r}"
            )
        if region in servers:
            raise ToolError(f"{product}.yaml: servers[{index}].x-region: {region!r} is there twice")
        servers[region] = server["url"].rstrip("/")
    return servers


def _merged_tags(roots: dict[str, Document]) -> list[dict[str, Any]]:
    by_name = {
        f"{product}.yaml": {tag["name"]: tag for tag in document.get("tags", [])}
        for product, document in roots.items()
    }
    return list(_merged_maps(by_name, "tags").values())


def _merged_maps(by_file: dict[str, dict[str, Any]], where: str) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for file, entries in by_file.items():
        for name, entry in entries.items():
            if isinstance(entry, dict) and str(entry.get("$ref", "")).endswith(f"/{name}"):
                continue  # the name is borrowed from another file, where the definition stands
            if name in merged and merged[name] != entry:
                raise ToolError(
                    f"{where}.{name}: {origin[name]} and {file} define it differently; "
                    "give one of them another name or keep one definition in common.yaml"
                )
            merged.setdefault(name, entry)
            origin.setdefault(name, file)
    return merged


def _prefixed_paths(roots: dict[str, Document]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for product, document in roots.items():
        for path, item in document.get("paths", {}).items():
            owners = [item, *(item[method] for method in METHODS if method in item)]
            if any("servers" in owner for owner in owners):
                raise ToolError(
                    f"{product}.yaml: paths.{path}: servers are allowed at the top of the document only"
                )
            paths[f"/{product}{path}"] = item
    return paths


def _refuse_duplicate_operations(composed: Document) -> None:
    seen: dict[str, str] = {}
    for path, method, _, operation in iter_operations(composed):
        place = f"{method.upper()} {path}"
        operation_id = operation.get("operationId")
        if not operation_id:
            raise ToolError(f"{place}: has no operationId")
        if operation_id in seen:
            raise ToolError(
                f"operationId {operation_id!r} is given to both {seen[operation_id]} and {place}"
            )
        seen[operation_id] = place
