"""The facts of this project's own description, and the lines on which they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eightbyeight_tools.errors import ToolError
from eightbyeight_tools.refs import split_ref
from eightbyeight_tools.spec_set import SpecSet

from .errors import PageError
from .facts import (
    OPERATION,
    REQUEST,
    RESPONSE,
    RESPONSES,
    Entry,
    as_text,
    operation_name,
    parent_of,
)

if TYPE_CHECKING:
    from pathlib import Path

#: What the description states about a field; the rest of a page's facts it tells in its own words.
COMPARED = (
    "method", "path", "host", "hosts", "content", "type", "format", "required", "minLength",
    "maxLength", "minimum", "maximum", "minItems", "maxItems", "pattern", "enum", "default",
)  # fmt: skip
_LOWEST = ("minLength", "minimum", "minItems")
_HIGHEST = ("maxLength", "maximum", "maxItems")
_MOST_LEVELS = 30

Where = tuple[str, tuple[str | int, ...]]


class Described:
    """One operation of the description.

    Attributes:
        operation_id: Our operationId.
        entries: Its facts; variants are merged into one object, as the vendor's pages have it.
    """

    def __init__(self, spec: SpecSet, operation_id: str) -> None:
        self._spec = spec
        self.operation_id = operation_id
        self.entries: dict[str, Entry] = {}
        self._places: dict[str, Where] = {}

    def place(self, path: str) -> str:
        """Say where to edit: ``spec/sms.yaml:84``, for the nearest entry that there is."""
        while path and path not in self._places:
            path = parent_of(path) or (OPERATION if path != OPERATION else "")
        if not path:
            return "spec/"
        file, steps = self._places[path]
        finding = self._spec.finding(file, steps, "", "")
        return f"spec/{file}:{finding.line}" if finding.line else f"spec/{file}"

    def note(self, path: str, where: Where, entry: Entry) -> None:
        """Enter what is known of a path; what was known before is merged with it."""
        self._places.setdefault(path, where)
        known = self.entries.get(path)
        self.entries[path] = entry if known is None else _merged(known, entry)


class Description:
    """All operations of ``spec/``.

    Args:
        folder: The folder.

    Raises:
        PageError: If it cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._spec = SpecSet.from_folder(folder)
        except ToolError as error:
            raise PageError(str(error)) from error
        self._owners = {
            (section, name): file
            for file, document in self._spec.raw.items()
            for section, parts in document.get("components", {}).items()
            for name, part in parts.items()
            if not (isinstance(part, dict) and "$ref" in part)
        }
        self._operations: dict[str, Described] = {}
        for file, steps, item, operation in self._spec.operations():
            found = Described(self._spec, str(operation.get("operationId")))
            self._read(found, file, steps, item, operation)
            self._operations[operation_name(found.entries[OPERATION])] = found
            self._operations.setdefault(str(operation.get("x-8x8-operationId")), found)

    def find(self, operation: str, operation_id: str | None) -> Described | None:
        """Find an operation by ``METHOD URL``, or by the vendor's operationId."""
        return self._operations.get(operation) or self._operations.get(operation_id or "")

    def _read(
        self,
        found: Described,
        file: str,
        steps: tuple[str | int, ...],
        item: dict[str, Any],
        operation: dict[str, Any],
    ) -> None:
        servers = [server["url"] for server in self._spec.raw[file].get("servers", [])]
        found.note(
            OPERATION,
            (file, steps),
            {
                "method": str(steps[-1]).upper(),
                "path": str(steps[1]),
                "host": servers[0] if servers else "",
                "hosts": servers,
            },
        )
        for holder, at in ((item, steps[:-1]), (operation, steps)):
            for index, raw in enumerate(holder.get("parameters", [])):
                node, where = self._at(raw, (file, (*at, "parameters", index)))
                schema, _ = self._at(node.get("schema", {}), where)
                entry = {**self._own(schema), "required": bool(node.get("required"))}
                found.note(f"{node['in']}.{node['name']}", where, entry)
        if "requestBody" in operation:
            body, where = self._at(operation["requestBody"], (file, (*steps, "requestBody")))
            content = body.get("content", {})
            required = bool(body.get("required"))
            found.note(REQUEST, where, {"required": required, "content": list(content)})
            self._content(found, REQUEST, content, where)
        for status, raw in operation.get("responses", {}).items():
            self._answer(found, status, raw, (file, (*steps, "responses", status)))

    def _answer(self, found: Described, status: str, raw: Any, at: Where) -> None:
        node, where = self._at(raw, at)
        content = node.get("content", {})
        path = f"{RESPONSES}.{status}"
        found.note(path, at, {"content": list(content)})
        for name, header in node.get("headers", {}).items():
            inner, place = self._at(header, (where[0], (*where[1], "headers", name)))
            schema, _ = self._at(inner.get("schema", {}), place)
            entry = {**self._own(schema), "required": bool(inner.get("required"))}
            found.note(f"{path}.headers.{name}", place, entry)
        is_success = status.startswith("2") and not any(
            p.startswith("response.") for p in found.entries
        )
        self._content(found, RESPONSE if is_success else path, content, where)

    def _content(self, found: Described, path: str, content: dict[str, Any], where: Where) -> None:
        for media, one in list(content.items())[:1]:
            at = (where[0], (*where[1], "content", media, "schema"))
            schema, place = self._at(one.get("schema", {}), at)
            while "items" in schema:
                at = (place[0], (*place[1], "items"))
                path, (schema, place) = f"{path}[]", self._at(schema["items"], at)
            self._children(found, path, schema, place, 0)

    def _children(
        self, found: Described, path: str, schema: dict[str, Any], where: Where, level: int
    ) -> None:
        if level > _MOST_LEVELS:
            return
        file, steps = where
        seen: dict[str, list[Entry]] = {}
        variants = [(schema, where), *self._variants(schema, where)]
        own = bool(schema.get("properties")) or len(variants) == 1
        for variant, (of, at) in variants if own else variants[1:]:
            required = variant.get("required", [])
            for name, raw in variant.get("properties", {}).items():
                node, place = self._at(raw, (of, (*at, "properties", name)))
                entry = {**self._own(node), "required": name in required}
                seen.setdefault(name, []).append(entry)
                found.note(f"{path}.{name}", place, entry)
                inner = f"{path}.{name}"
                while "items" in node:
                    below = (place[0], (*place[1], "items"))
                    inner, (node, place) = f"{inner}[]", self._at(node["items"], below)
                self._children(found, inner, node, place, level + 1)
        count = len(variants) - (0 if own else 1)
        for name, entries in seen.items():
            always = len(entries) >= count or (own and bool(schema.get("properties")))
            if not (always and all(entry["required"] for entry in entries)):
                found.entries[f"{path}.{name}"]["required"] = False
        more = schema.get("additionalProperties")
        if isinstance(more, dict) or (more is True and not schema.get("properties")):
            found.note(f"{path}.*", (file, steps), {"type": "any", "required": False})

    def _variants(self, schema: dict[str, Any], where: Where) -> list[tuple[dict[str, Any], Where]]:
        """Resolve what a schema is one of, and what those are one of."""
        found = []
        for key in ("oneOf", "anyOf", "allOf"):
            for index, raw in enumerate(schema.get(key, [])):
                node, place = self._at(raw, (where[0], (*where[1], key, index)))
                inner = self._variants(node, place)
                if node.get("properties") or not inner:
                    found.append((node, place))
                found += inner
        return [one for one in found if one[0].get("properties")]

    def _own(self, schema: dict[str, Any]) -> Entry:
        suffix = ""
        entry: Entry = {}
        while "items" in schema:
            entry = {name: schema[name] for name in ("minItems", "maxItems") if name in schema}
            suffix, schema = suffix + "[]", self._at(schema["items"], ("", ()))[0]
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((one for one in kind if one != "null"), "any")
        if kind is None:
            inner = [node for node, _ in self._variants(schema, ("", ()))]
            kind = "object" if inner or "properties" in schema else "any"
            if kind == "any" and (first := (schema.get("oneOf") or schema.get("anyOf"))):
                kind = self._own(self._at(first[0], ("", ()))[0])["type"]
        entry["type"] = f"{kind}{suffix}"
        if "const" in schema:
            entry["enum"] = [as_text(schema["const"])]
        values = schema.get("enum") or schema.get("x-extensible-enum")
        if values:
            entry["enum"] = [as_text(value) for value in values if value is not None]
        for name in COMPARED:
            if name in schema and name not in {"type", "enum", "required"}:
                entry[name] = schema[name]
        if "default" in entry:
            entry["default"] = as_text(entry["default"])
        return entry

    def _at(self, node: Any, where: Where) -> tuple[dict[str, Any], Where]:
        for _ in range(50):
            if not (isinstance(node, dict) and isinstance(node.get("$ref"), str)):
                break
            _, section, name = split_ref(node["$ref"])
            file = self._owners.get((section, name), where[0])
            node = self._spec.components[section][name]
            where = (file, ("components", section, name))
        return (node if isinstance(node, dict) else {}), where


def _merged(one: Entry, other: Entry) -> Entry:
    """Join what two variants say of one field: whatever either allows."""
    found = dict(one)
    for name, value in other.items():
        if name == "enum" and "enum" in one:
            found["enum"] = list(dict.fromkeys([*one["enum"], *value]))
        elif name == "required":
            found["required"] = bool(one.get("required")) and bool(value)
    for name in ("enum", "pattern", "format", "default", *_LOWEST, *_HIGHEST):
        if (name in one) != (name in other):
            found.pop(name, None)
    for names, pick in ((_LOWEST, min), (_HIGHEST, max)):
        for name in names:
            if name in one and name in other:
                found[name] = pick(one[name], other[name])
    if "pattern" in one and one.get("pattern") != other.get("pattern"):
        found.pop("pattern", None)
    return found
