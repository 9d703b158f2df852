"""The composed OpenAPI document: where it is, and which operation a path means."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class DocumentError(RuntimeError):
    """There is no composed document, or it is not one."""


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation of the document, with what the mock needs of it."""

    id: str
    product: str
    method: str
    segments: tuple[str, ...]
    parameters: tuple[Mapping[str, Any], ...]
    request_schemas: Mapping[str, Mapping[str, Any]]
    body_required: bool
    statuses: frozenset[str]
    secured: bool


@dataclass(frozen=True, eq=False)
class PathItem:
    """A path template and its operations by upper-case method."""

    segments: tuple[str, ...]
    operations: Mapping[str, Operation]

    def parameters(self, segments: list[str]) -> dict[str, str] | None:
        """The decoded path parameters, or None when the path is another one."""
        values: dict[str, str] = {}
        for own, given in zip(self.segments, segments, strict=True):
            if own.startswith("{"):
                if not given:
                    return None
                values[own[1:-1]] = unquote(given)
            elif own != unquote(given):
                return None
        return values


class Match(NamedTuple):
    """Where a request belongs."""

    item: PathItem
    parameters: dict[str, str]
    region: str | None


class Document:
    """A composed document, indexed for routing.

    Args:
        raw: The OpenAPI document as parsed JSON.
    """

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.servers: Mapping[str, Mapping[str, str]] = raw.get("x-eightbyeight-servers", {})
        self._hosts = {
            (urlsplit(url).hostname or ""): (product, region)
            for product, regions in self.servers.items()
            for region, url in regions.items()
        }
        self._items: dict[tuple[str, int], list[PathItem]] = {}
        self.operations: dict[str, Operation] = {}
        # Clients send to few addresses, and again and again.
        self.match = lru_cache(maxsize=1024)(self._match)
        for template, item in raw.get("paths", {}).items():
            self._add(template, item)
        schemas = raw.get("components", {}).get("schemas", {})
        self.channels: Sequence[str] = schemas.get("Channel", {}).get("enum", ())
        if not self.operations:
            raise DocumentError("the document has no operations")
        for items in self._items.values():
            # A literal segment wins over a parameter: /messages/batch before /messages/{umid}.
            items.sort(key=lambda entry: sum(part.startswith("{") for part in entry.segments))

    @property
    def regions(self) -> frozenset[str]:
        """The names of all regions."""
        return frozenset(region for regions in self.servers.values() for region in regions)

    def _match(self, path: str, host: str) -> Match | None:
        """Find the path item for a raw path, by product prefix or else by host name."""
        segments = path.split("/")[1:]
        by_host = self._hosts.get(host.partition(":")[0].lower())
        region = by_host[1] if by_host else None
        if (segments[0], len(segments)) not in self._items and by_host:
            segments.insert(0, by_host[0])
        for item in self._items.get((segments[0], len(segments)), ()):
            parameters = item.parameters(segments)
            if parameters is not None:
                return Match(item, parameters, region)
        return None

    def resolve(self, node: Any) -> Any:
        """Follow `$ref`s until there is none."""
        while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            node = self.at(node["$ref"])
        return node

    def at(self, reference: str) -> Any:
        """The node at a local reference such as `#/components/schemas/Message`."""
        node: Any = self.raw
        for part in reference.removeprefix("#/").split("/"):
            node = node[part.replace("~1", "/").replace("~0", "~")]
        return node

    def _add(self, template: str, item: Mapping[str, Any]) -> None:
        segments = tuple(template.split("/")[1:])
        shared = item.get("parameters", [])
        operations = {
            method.upper(): self._operation(method.upper(), segments, item[method], shared)
            for method in _METHODS
            if method in item
        }
        self._items.setdefault((segments[0], len(segments)), []).append(
            PathItem(segments, operations)
        )
        self.operations.update({operation.id: operation for operation in operations.values()})

    def _operation(
        self, method: str, segments: tuple[str, ...], raw: Mapping[str, Any], shared: list[Any]
    ) -> Operation:
        parameters = {
            (parameter["name"], parameter["in"]): {
                **parameter,
                "schema": self.resolve(parameter.get("schema", {})),
            }
            for parameter in map(self.resolve, [*shared, *raw.get("parameters", [])])
        }
        request = self.resolve(raw.get("requestBody", {}))
        return Operation(
            id=raw["operationId"],
            product=segments[0],
            method=method,
            segments=segments,
            parameters=tuple(parameters.values()),
            request_schemas={
                media.lower(): content.get("schema", {})
                for media, content in request.get("content", {}).items()
            },
            body_required=bool(request.get("required", False)),
            statuses=frozenset(map(str, raw.get("responses", {}))),
            secured=bool(raw.get("security", self.raw.get("security", []))),
        )


def shipped_path() -> Path:
    """Where the composed document is installed.

    The generated package is located, not imported: the mock reads nothing but its document.
    """
    for place in _shipped_places():
        if place.is_file():
            return place
    raise DocumentError(
        "the composed document (eightbyeight_generated/openapi.json) is not installed"
    )


def load(source: Mapping[str, Any] | str | Path | None = None) -> Document:
    """Load a composed document: parsed, from a file, or the one that is shipped."""
    if isinstance(source, Mapping):
        return Document(source)
    path = Path(source) if source is not None else shipped_path()
    try:
        return _from_file(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise DocumentError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise DocumentError(f"{path} is not JSON: {error}") from error


def _shipped_places() -> Iterator[Path]:
    spec = importlib.util.find_spec("eightbyeight_generated")
    for folder in (spec.submodule_search_locations if spec else None) or ():
        yield Path(folder) / "openapi.json"


@lru_cache(maxsize=4)
def _from_file(path: Path, _modified: int) -> Document:
    # Cached by the time of change: every app of a test run shares one parse and its validators.
    return Document(json.loads(path.read_bytes()))
