"""Pages in the two forms that hold OpenAPI: the front matter of .api.mdx, and the vendor's JSON files."""

from __future__ import annotations

import base64
import json
import zlib

from docs_drift.facts import OPERATION
from model import body_of, fields_of, headers_of, parameters_of, prose_lines, samples_of, statuses

COPIED = (
    "format", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "pattern", "enum",
)  # fmt: skip


def described(entry):
    """A description in Markdown."""
    text = ""
    for line in prose_lines(entry):
        if line.startswith("• "):
            name, _, rest = line[2:].partition(":")
            text += f"\n- **{name}:**{rest}"
        else:
            text += f"\n\n{line}" if text else line.replace("Ours", "*Ours*")
    return text.lstrip("\n")


def value_of(text, kind):
    if "string" in kind and text != "null":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def schema_of(entry, children=()):
    kind = entry.get("type", "any").replace("[]", "")
    arrays = entry.get("type", "").count("[]")
    inner = {} if kind == "any" else {"type": kind}
    inner |= {name: entry[name] for name in COPIED if name in entry}
    named = [child for child in children if child.name != "*"]
    if kind == "object":
        inner["properties"] = {
            child.name: schema_of(child.entry, child.children) for child in named
        }
        required = [child.name for child in named if child.entry["required"]]
        if required:
            inner["required"] = required
    for child in children:
        if child.name == "*":
            inner["additionalProperties"] = schema_of(child.entry)
    outer = inner
    for level in range(arrays):
        outer = {"type": "array", "items": outer}
        if level == arrays - 1:
            outer |= {name: entry[name] for name in ("minItems", "maxItems") if name in entry}
    for name in ("default", "example"):
        if name in entry:
            outer[name] = value_of(entry[name], entry.get("type", ""))
    if entry.get("deprecated"):
        outer["deprecated"] = True
    if described(entry):
        outer["description"] = described(entry)
    return outer


def body_schema(entries, where):
    return schema_of({"type": "object"}, fields_of(entries, where))


def operation_of(entries):
    """The Operation Object."""
    about = entries[OPERATION]
    operation = {
        "operationId": about.get("id"),
        "description": "\n\n".join(["Ours.", *prose_lines({"limits": about.get("limits", [])})]),
        "parameters": [],
        "responses": {},
    }
    for where, name, entry in parameters_of(entries):
        schema = schema_of(
            {k: v for k, v in entry.items() if k not in {"about", "limits", "listed"}}
        )
        parameter = {"name": name, "in": where, "schema": schema, "description": described(entry)}
        if entry.get("required"):
            parameter["required"] = True
        operation["parameters"].append(parameter)
    if "request" in entries:
        body = entries["request"]
        media = {"schema": body_schema(entries, "request")}
        operation["requestBody"] = {
            "description": described(body),
            "content": dict.fromkeys(body.get("content", []), media),
        }
        if body.get("required"):
            operation["requestBody"]["required"] = True
    for status in statuses(entries):
        operation["responses"][status] = answer_of(entries, status)
    return operation


def answer_of(entries, status):
    entry = entries[f"responses.{status}"]
    media = {"schema": body_schema(entries, body_of(entries, status))}
    samples = samples_of(entries, status)
    if len(samples) == 1 and status != "200":
        media["example"] = samples[0]
    elif samples:
        media["examples"] = {f"sample{at}": {"value": one} for at, one in enumerate(samples)}
    answer = {
        "description": described(entry),
        "content": dict.fromkeys(entry.get("content", []), media),
    }
    if headers := headers_of(entries, status):
        answer["headers"] = {}
        for name, header in headers.items():
            schema = {k: header[k] for k in ("type", "format") if k in header}
            answer["headers"][name] = {"schema": schema, "description": described(header)}
            if "example" in header:
                answer["headers"][name]["example"] = header["example"]
            if header.get("required"):
                answer["headers"][name]["required"] = True
    return answer


def servers_of(entries):
    about = entries[OPERATION]
    return [{"url": url} for url in about.get("hosts") or [about["host"]]]


def mdx(entries):
    """An .api.mdx page."""
    about = entries[OPERATION]
    fragment = {
        **operation_of(entries),
        "method": about["method"].lower(),
        "path": about["path"],
        "servers": servers_of(entries),
    }
    packed = base64.b64encode(zlib.compress(json.dumps(fragment).encode())).decode()
    return (
        f'---\nid: ours\ntitle: "Ours"\nhide_title: true\napi: {packed}\nsidebar_class_name: "x"\n'
        f'---\n\nimport MethodEndpoint from "@theme/ApiExplorer/MethodEndpoint";\n\n<MethodEndpoint/>\n'
    )


def oas(entries):
    """An OpenAPI file in which all that can be shared stands in another operation."""
    about, operation = entries[OPERATION], operation_of(entries)
    other = {"operationId": "ours-other", "parameters": operation["parameters"], "responses": {}}
    operation["parameters"] = [
        {"$ref": f"#/paths/~1other~1%7Bid%7D/delete/parameters/{at}"}
        for at, _ in enumerate(other["parameters"])
    ]
    for status, answer in list(operation["responses"].items()):
        other["responses"][status] = answer
        operation["responses"][status] = {
            "$ref": f"#/paths/~1other~1%7Bid%7D/delete/responses/{status}"
        }
    schemas = {}
    if "requestBody" in operation:
        for media in operation["requestBody"]["content"].values():
            schemas["Ours"] = media["schema"]
        for name in operation["requestBody"]["content"]:
            operation["requestBody"]["content"][name] = {
                "schema": {"$ref": "#/components/schemas/Ours"}
            }
    return json.dumps(
        {
            "openapi": "3.0.1",
            "servers": servers_of(entries),
            "paths": {
                about["path"]: {about["method"].lower(): operation},
                "/other/{id}": {"delete": other},
            },
            "components": {"schemas": schemas},
        }
    )
