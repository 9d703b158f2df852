"""Facts out of an operation in OpenAPI's own words, references resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import prose
from .errors import PageError
from .facts import OPERATION, PARAMETERS, REQUEST, RESPONSE, RESPONSES, Entry, as_text, ordered
from .rendered import sample_of

if TYPE_CHECKING:
    from collections.abc import Callable

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
_COPIED = (
    "format", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "pattern",
)  # fmt: skip
_MOST_LEVELS = 40


class Reader:
    """Reads one operation.

    Args:
        resolve: Follows a ``$ref``; None where there can be none.
    """

    def __init__(self, resolve: Callable[[str], Any] | None = None) -> None:
        self._resolve = resolve
        self.entries: dict[str, Entry] = {}

    def read(
        self,
        *,
        path: str,
        method: str,
        operation: dict[str, Any],
        shared: list[Any],
        servers: list[Any],
    ) -> dict[str, Entry]:
        """Extract the facts.

        Args:
            path: The path, with its parameters in braces.
            method: In lower case.
            operation: The Operation Object.
            shared: The parameters of its path.
            servers: The servers that it is reached at.

        Returns:
            The entries.

        Raises:
            PageError: If the operation is not built as OpenAPI wants it.
        """
        try:
            self._operation(path, method, operation, servers)
            self._parameters([*shared, *self._list(operation.get("parameters"))])
            self._request(operation.get("requestBody"))
            self._responses(operation.get("responses"))
        except (TypeError, AttributeError, KeyError, ValueError, RecursionError) as error:
            raise PageError(
                f"{method.upper()} {path}: not built as OpenAPI wants it: {error!r}"
            ) from error
        return self.entries

    def _operation(
        self, path: str, method: str, operation: dict[str, Any], servers: list[Any]
    ) -> None:
        hosts = [str(server["url"]) for server in servers if isinstance(server, dict)]
        said = prose.facts_of(prose.from_markdown(str(operation.get("description") or "")))
        self._add(
            OPERATION,
            {
                "id": operation.get("operationId"),
                "method": method.upper(),
                "path": path,
                "host": hosts[0] if hosts else None,
                "hosts": hosts,
                "limits": said.get("limits"),
            },
        )

    def _parameters(self, parameters: list[Any]) -> None:
        found: dict[str, Entry] = {}
        for raw in parameters:
            parameter = self._at(raw)
            where = parameter["in"]
            if where not in PARAMETERS:
                raise PageError(f"a parameter in {where!r}: only {', '.join(PARAMETERS)} are known")
            schema = self._at(parameter.get("schema") or {})
            entry = self._own(schema, {"required": bool(parameter.get("required"))})
            if parameter.get("deprecated"):
                entry["deprecated"] = True
            entry.update(_example(parameter) or _example(schema))
            description = parameter.get("description") or ""
            entry.update(prose.facts_of(prose.from_markdown(description)))
            # A parameter of the operation takes the place of its namesake in the path item.
            found[f"{where}.{parameter['name']}"] = entry
        for where in PARAMETERS:
            for path, entry in found.items():
                if path.startswith(f"{where}."):
                    self._add(path, entry)

    def _request(self, raw: Any) -> None:
        if raw is None:
            return
        body = self._at(raw)
        content = body.get("content") or {}
        entry = {"required": bool(body.get("required")), "content": list(content)}
        self._add(REQUEST, {**entry, **_words(body)})
        if content:
            self._body(next(iter(content.values())), REQUEST)

    def _responses(self, raw: Any) -> None:
        success = False
        for status, one in (raw or {}).items():
            answer = self._at(one)
            where = f"{RESPONSES}.{status}"
            content = answer.get("content") or {}
            media: dict[str, Any] = next(iter(content.values()), {}) or {}
            samples = [sample_of(sample) for sample in self._samples(media)]
            self._add(where, {"content": list(content), "examples": samples, **_words(answer)})
            for name, one_header in (answer.get("headers") or {}).items():
                header = self._at(one_header)
                schema = self._at(header.get("schema") or {})
                entry = self._own(schema, {"required": bool(header.get("required"))})
                entry.update(_example(header) or _example(schema))
                entry.update(
                    prose.facts_of(prose.from_markdown(str(header.get("description") or "")))
                )
                self._add(f"{where}.headers.{name}", entry)
            if str(status).startswith("2") and not success:
                success, where = True, RESPONSE
            if media:
                self._body(media, where)

    def _samples(self, media: dict[str, Any]) -> list[Any]:
        if "example" in media:
            return [media["example"]]
        return [self._at(one).get("value") for one in (media.get("examples") or {}).values()]

    def _body(self, media: dict[str, Any], where: str) -> None:
        schema = self._merged(media.get("schema") or {})
        while schema.get("type") == "array" or "items" in schema:
            where, schema = f"{where}[]", self._merged(schema.get("items") or {})
        self._children(schema, where, 0)

    def _children(self, schema: dict[str, Any], where: str, level: int) -> None:
        if level > _MOST_LEVELS:
            return
        required = self._list(schema.get("required"))
        for name, raw in (schema.get("properties") or {}).items():
            self._field(f"{where}.{name}", self._merged(raw), name in required, level)
        more = schema.get("additionalProperties")
        if more is None or more is False:
            return
        inner = self._merged(more) if isinstance(more, dict) and more else None
        entry: Entry = {"type": "any", "required": False}
        if inner is not None:
            entry = self._described(inner, {"required": False})
        elif schema.get("properties"):
            entry.update(prose.facts_of([]))
        else:  # the page repeats what it says of the object
            entry.update(_example(schema))
            entry.update(prose.facts_of(prose.from_markdown(str(schema.get("description") or ""))))
        self._add(f"{where}.*", entry)

    def _field(self, where: str, schema: dict[str, Any], required: bool, level: int) -> None:
        self._add(where, self._described(schema, {"required": required}))
        while schema.get("type") == "array" or "items" in schema:
            where, schema = f"{where}[]", self._merged(schema.get("items") or {})
        self._children(schema, where, level + 1)

    def _described(self, schema: dict[str, Any], entry: Entry) -> Entry:
        entry = self._own(schema, entry)
        if "object" not in entry.get("type", ""):
            entry.update(_example(schema))
        entry.update(prose.facts_of(prose.from_markdown(str(schema.get("description") or ""))))
        return entry

    def _own(self, schema: dict[str, Any], entry: Entry) -> Entry:
        """Add what a schema says of its own value."""
        inner, suffix = schema, ""
        while inner.get("type") == "array" or "items" in inner:
            for name in ("minItems", "maxItems"):
                if name in inner:
                    entry.setdefault(name, inner[name])
            inner, suffix = self._merged(inner.get("items") or {}), suffix + "[]"
        kind = inner.get("type") or ("object" if "properties" in inner else "any")
        if isinstance(kind, list):
            kind = next((one for one in kind if one != "null"), "any")
        entry["type"] = f"{kind}{suffix}"
        for name in _COPIED:
            if name in inner:
                entry[name] = inner[name]
        if "enum" in inner:
            entry["enum"] = [as_text(value) for value in inner["enum"]]
        if "default" in schema:
            entry["default"] = prose.value_of(as_text(schema["default"]))
        if schema.get("deprecated"):
            entry["deprecated"] = True
        return entry

    def _merged(self, raw: Any) -> dict[str, Any]:
        """Resolve a schema and fold its allOf into it, as the pages show it."""
        schema = self._at(raw)
        if "allOf" not in schema:
            return schema
        merged: dict[str, Any] = {"properties": {}, "required": []}
        for part in [*map(self._merged, schema["allOf"]), schema]:
            for key, value in part.items():
                if key == "properties":
                    merged[key] = {**merged[key], **value}
                elif key == "required" and isinstance(value, list):
                    merged[key] = [*merged[key], *value]
                elif key != "allOf":
                    merged[key] = value
        return merged

    def _at(self, node: Any) -> dict[str, Any]:
        for _ in range(50):
            if not isinstance(node, dict):
                raise PageError(f"expected an object, found {type(node).__name__}: {node!r:.60}")
            if not isinstance(node.get("$ref"), str):
                return node
            if self._resolve is None:
                raise PageError(f"$ref {node['$ref']!r}: this form of a page should have none")
            node = self._resolve(node["$ref"])
        raise PageError("a chain of $ref that does not end")

    @staticmethod
    def _list(value: Any) -> list[Any]:
        return value if isinstance(value, list) else []

    def _add(self, path: str, entry: Entry) -> None:
        self.entries[path] = ordered(entry)


def _example(node: dict[str, Any]) -> Entry:
    return {"example": prose.value_of(as_text(node["example"]))} if "example" in node else {}


def _words(node: dict[str, Any]) -> Entry:
    """Read what is said of a body: only that it changes matters."""
    lines = prose.from_markdown(str(node.get("description") or ""))
    return {"words": [prose.fingerprint(line) for line in lines]}
