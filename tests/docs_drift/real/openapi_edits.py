"""Changing pages that hold OpenAPI: in the document, copying what others refer to."""

from __future__ import annotations

import base64
import copy
import json
import re
import zlib

from docs_drift import mdx, oas
from docs_drift.facts import MDX, OAS, OPERATION
from edit import Edit, Page, facts_to_change, move_targets
from model import BASELINES


class JsonPage(Page):
    """A page that holds OpenAPI: changed in the document, copying what others refer to."""

    def load(self):
        raise NotImplementedError

    def write(self, document):
        raise NotImplementedError

    def operation(self, document):
        raise NotImplementedError

    def edits(self):
        for path, entry in self.facts.entries.items():
            if path in {OPERATION, "request"}:
                continue
            if re.fullmatch(r"responses\.\w+", path):
                yield from self.status_edits(path)
            elif ".headers." not in path and not path.endswith(".*"):
                yield from self.field_edits(path, entry)

    def status_edits(self, path):
        status = path.split(".")[1]
        new = str(int(status) + (1 if status != "400" else 12))

        def renumber(operation):
            answers = operation["responses"]
            operation["responses"] = {new if k == status else k: v for k, v in answers.items()}

        yield self.edit("status", renumber, path, "renamed", new=f"responses.{new}")
        if not status.startswith("2"):
            yield self.edit("status dropped", lambda o: o["responses"].pop(status), path, "removed")

    def field_edits(self, path, entry):
        for name, fact, value in facts_to_change(entry):

            def change(operation, fact=fact, value=value):
                _, inner, outer = self.find(operation, path)
                target = outer if fact in {"minItems", "maxItems", "default", "example"} else inner
                if fact == "type":
                    target.pop("format", None)
                if value is None:
                    target.pop(fact, None)
                else:
                    target[fact] = value

            yield self.edit(name, change, path, "changed", fact)
        name = path.rpartition(".")[2]
        if path.startswith(("path.", "header.", "query.")):
            return

        def flip(operation):
            holder = self.find(operation, path)[0]
            required = holder.setdefault("required", [])
            holder["required"] = (
                [n for n in required if n != name] if name in required else [*required, name]
            )

        def rename(operation):
            holder = self.find(operation, path)[0]
            holder["properties"] = {
                f"{name}New" if k == name else k: v for k, v in holder["properties"].items()
            }
            holder["required"] = [
                f"{name}New" if n == name else n for n in holder.get("required", [])
            ]

        def drop(operation):
            holder = self.find(operation, path)[0]
            del holder["properties"][name]
            holder["required"] = [n for n in holder.get("required", []) if n != name]

        def add(operation):
            holder = self.find(operation, path)[0]
            holder["properties"]["brandNew"] = {"type": "string", "maxLength": 7}

        yield self.edit("required", flip, path, "changed", "required")
        yield self.edit("renamed", rename, path, "renamed", new=f"{path}New")
        yield self.edit("field dropped", drop, path, "removed")
        parent = path.rpartition(".")[0]
        yield self.edit("field added", add, f"{parent}.brandNew", "added")
        for target in move_targets(self.facts.entries, path):

            def move(operation, target=target):
                holder = self.find(operation, path)[0]
                schema = holder["properties"].pop(name)
                was = name in holder.get("required", [])
                holder["required"] = [n for n in holder.get("required", []) if n != name]
                child = next(
                    p
                    for p in self.facts.entries
                    if p.startswith(f"{target}.") and "." not in p[len(target) + 1 :]
                )
                other = self.find(operation, child)[0]
                other["properties"][name] = schema
                if was:
                    other["required"] = [*other.get("required", []), name]

            yield self.edit("moved", move, path, "moved", new=f"{target}.{name}")

    def edit(self, name, change, path, kind, fact="", new=None):
        document = self.load()
        change(self.operation(document))
        return Edit(name, self.write(document), (path,), kind, fact, new)

    def resolve(self, node):
        return node

    def own(self, holder, key):
        """Make what stands at a key this operation's own: no reference, no allOf."""
        node = holder[key]
        while isinstance(node, dict) and "$ref" in node:
            node = copy.deepcopy(self.resolve(node))
        if isinstance(node, dict) and "allOf" in node:
            parts = [dict(node)]
            merged = {"properties": {}, "required": []}
            pieces = [self.own(node["allOf"], at) for at in range(len(node["allOf"]))]
            for part in [*pieces, {k: v for k, v in parts[0].items() if k != "allOf"}]:
                for one, value in part.items():
                    if one == "properties":
                        merged["properties"] |= value
                    elif one == "required":
                        merged["required"] = [*merged["required"], *value]
                    else:
                        merged[one] = value
            node = merged
        holder[key] = node
        return node

    def find(self, operation, path):
        """Return the object that holds a field, the field's innermost schema and its outermost."""
        side, _, rest = path.partition(".")
        if side in {"path", "header", "query"}:
            for at in range(len(operation.get("parameters", []))):
                one = self.own(operation.get("parameters", []), at)
                if one["name"] == rest and one["in"] == side:
                    schema = self.own(one, "schema")
                    return one, schema, schema
            for at in range(len(self.shared)):
                one = self.own(self.shared, at)
                if one["name"] == rest:
                    return one, self.own(one, "schema"), self.own(one, "schema")
        if side == "request":
            media = next(iter(self.own(operation, "requestBody")["content"].values()))
        else:
            status = rest.partition(".")[0] if side == "responses" else "200"
            rest = rest.partition(".")[2] if side == "responses" else rest
            media = next(iter(self.own(operation["responses"], status)["content"].values()))
        node = self.own(media, "schema")
        holder = outer = node
        for step in rest.split("."):
            holder = node
            outer = node = self.own(node["properties"], step.replace("[]", ""))
            while node.get("type") == "array" or "items" in node:
                node = self.own(node, "items")
        return holder, node, outer


class MdxPage(JsonPage):
    form = MDX

    def read(self, text):
        return mdx.read(self.page, self.page, text)

    def load(self):
        self.shared = []
        return mdx.decoded(self.page, self.text)

    def operation(self, document):
        return document

    def write(self, document):
        packed = base64.b64encode(zlib.compress(json.dumps(document).encode())).decode()
        return re.sub(r"^api:.*$", f"api: {packed}", self.text, count=1, flags=re.MULTILINE)


class OasPage(JsonPage):
    form = OAS

    def __init__(self, page, text):
        self.document = json.loads(text)
        super().__init__(page, text)

    def read(self, text):
        document = json.loads(text) if isinstance(text, str) else text
        name = f"{BASELINES.entries(self.page, OAS)[OPERATION]['id']}"
        wanted = lambda _, operation_id: self.page if operation_id == name else None  # noqa: E731
        return oas.read(self.page, document, None, wanted)[0][0]

    def load(self):
        # Everything but this operation is only read, so that a copy of this one is enough.
        about = self.facts.entries[OPERATION]
        item = self.document["paths"][about["path"]]
        item = {**item, about["method"].lower(): copy.deepcopy(item[about["method"].lower()])}
        own = "#/paths/" + about["path"].replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
        item[about["method"].lower()] = self.inlined(item[about["method"].lower()], own)
        item["parameters"] = copy.deepcopy(item.get("parameters", []))
        self.shared = item["parameters"]
        return {**self.document, "paths": {**self.document["paths"], about["path"]: item}}

    def inlined(self, node, own):
        """Replace what an operation refers to in itself, which an edit would take away."""
        if isinstance(node, dict):
            if str(node.get("$ref", "")).startswith(own):
                return self.inlined(self.resolve(node), own)
            return {key: self.inlined(value, own) for key, value in node.items()}
        return [self.inlined(one, own) for one in node] if isinstance(node, list) else node

    def operation(self, document):
        about = self.facts.entries[OPERATION]
        return document["paths"][about["path"]][about["method"].lower()]

    def resolve(self, node):
        return oas.resolve(self.document, node["$ref"], None)

    def write(self, document):
        return document
