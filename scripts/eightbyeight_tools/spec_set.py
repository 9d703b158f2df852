"""The specification's files as the lint rules see them: references resolved, lines known, each schema's role clear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from .compose import METHODS, Document, load_spec, localise, merged_components
from .refs import (
    ONE_SCHEMA,
    SCHEMA_LISTS,
    SCHEMA_MAPS,
    Path,
    iter_mappings,
    iter_objects,
    iter_refs,
    show_path,
    split_ref,
)

REQUEST, RESPONSE = "request", "response"


@dataclass(frozen=True)
class Finding:
    """One thing to put right: where, what, and what to do."""

    file: str
    path: Path
    line: int | None
    what: str
    todo: str

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        return f"{self.file}{line}: {show_path(self.path)}: {self.what}; {self.todo}"


@dataclass(frozen=True)
class Schema:
    """A schema that stands anywhere in a file, and how it got there."""

    file: str
    path: Path
    node: dict[str, Any]
    chain: tuple[str, ...]  # the keywords between the outermost schema and this one
    roles: frozenset[str]


class SpecSet:
    """All files of the specification."""

    def __init__(self, documents: dict[str, Document], folder: FilePath | None = None) -> None:
        """Prepare the files for the rules.

        Args:
            documents: File name -> document, as :func:`load_spec` returns them.
            folder: Where the files are, for line numbers; None if they are not on disk.

        Raises:
            ToolError: If a reference points at nothing or two files define one name differently.
        """
        self.folder = folder
        self.raw = documents
        self.documents = {
            file: localise(file, document, documents) for file, document in documents.items()
        }
        self.components = merged_components(self.documents)

    @classmethod
    def from_folder(cls, folder: FilePath) -> SpecSet:
        """Read the files of a folder."""
        return cls(load_spec(folder), folder)

    def finding(self, file: str, path: Path, what: str, todo: str) -> Finding:
        """A finding, with its line if the file is on disk."""
        return Finding(file, path, self._line(file, path), what, todo)

    def resolve(self, node: Any) -> Any:
        """Follow references until there is none at the top."""
        for _ in range(50):
            if not isinstance(node, dict) or "$ref" not in node:
                break
            _, section, name = split_ref(node["$ref"])
            node = self.components[section][name]
        return node

    def operations(self) -> Iterator[tuple[str, Path, dict[str, Any], dict[str, Any]]]:
        """Every operation as (file, path, path item, operation)."""
        for file, document in self.documents.items():
            for url, item in document.get("paths", {}).items():
                for method in METHODS:
                    if method in item:
                        yield file, ("paths", url, method), item, item[method]

    def objects(self) -> Iterator[tuple[str, Path, dict[str, Any]]]:
        """Every object of every file in which keys are OpenAPI's."""
        for file, document in self.documents.items():
            for path, node in iter_objects(document):
                yield file, path, node

    def schemas(self) -> Iterator[Schema]:
        """Every schema of every file, nested ones included."""
        for file, path, node in self.objects():
            if len(path) == 3 and path[:2] == ("components", "schemas"):
                if not self._is_borrowed(path, node):
                    yield from _nested(Schema(file, path, node, (), self._roles(path)))
            elif isinstance(node.get("schema"), dict):
                where = (*path, "schema")
                yield from _nested(Schema(file, where, node["schema"], (), self._roles(where)))

    @cached_property
    def roles(self) -> dict[tuple[str, str], set[str]]:
        """What each component is used for: (section, name) -> request, response, both or nothing."""
        roles: dict[tuple[str, str], set[str]] = {}
        for role, parts in self._parts().items():
            waiting = list(parts)
            while waiting:
                node = waiting.pop()
                targets = [found["$ref"] for _, found in iter_refs(node)]
                targets += [
                    target for _, mapping in iter_mappings(node) for target in mapping.values()
                ]
                for target in targets:
                    _, section, name = split_ref(target)
                    known = roles.setdefault((section, name), set())
                    if role not in known:
                        known.add(role)
                        waiting.append(self.components[section][name])
        return roles

    def _parts(self) -> dict[str, list[Any]]:
        parts: dict[str, list[Any]] = {REQUEST: [], RESPONSE: []}
        for _, _, item, operation in self.operations():
            parts[REQUEST] += [item.get("parameters", []), operation.get("parameters", [])]
            parts[REQUEST].append(operation.get("requestBody", {}))
            # What the API sends to us, we read: receipts are as open as responses.
            parts[RESPONSE] += [
                *operation.get("responses", {}).values(),
                operation.get("callbacks", {}),
            ]
        parts[RESPONSE] += [document.get("webhooks", {}) for document in self.documents.values()]
        return parts

    def _roles(self, path: Path) -> frozenset[str]:
        if path[0] == "components":
            return frozenset(self.roles.get((str(path[1]), str(path[2])), ()))
        if path[0] == "webhooks" or "responses" in path[3:4] or "callbacks" in path[3:4]:
            return frozenset({RESPONSE})
        return frozenset({REQUEST})

    @staticmethod
    def _is_borrowed(path: Path, node: dict[str, Any]) -> bool:
        return str(node.get("$ref", "")).endswith(f"/{path[-1]}")

    @cached_property
    def _positions(self) -> dict[str, Any]:
        if self.folder is None:
            return {}
        return {
            file: YAML().load((self.folder / file).read_text(encoding="utf-8")) for file in self.raw
        }

    def _line(self, file: str, path: Path) -> int | None:
        node = self._positions.get(file)
        line: int | None = None
        for step in path:
            if isinstance(node, CommentedMap):
                key = next((key for key in node if str(key) == step), None)
                if key is None:
                    break
                line, node = node.lc.key(key)[0] + 1, node[key]
            elif isinstance(node, CommentedSeq) and isinstance(step, int):
                line, node = node.lc.item(step)[0] + 1, node[step]
            else:
                break
        return line


def _nested(schema: Schema) -> Iterator[Schema]:
    yield schema
    node = schema.node
    inner: list[tuple[Path, Any, str]] = []
    inner += [((key,), node[key], key) for key in ONE_SCHEMA if key in node]
    inner += [
        ((key, i), item, key) for key in SCHEMA_LISTS for i, item in enumerate(node.get(key, []))
    ]
    inner += [
        ((key, name), item, key) for key in SCHEMA_MAPS for name, item in node.get(key, {}).items()
    ]
    for path, item, key in inner:
        if isinstance(item, dict):
            chain = (*schema.chain, key)
            yield from _nested(
                Schema(schema.file, (*schema.path, *path), item, chain, schema.roles)
            )
