"""Lint rules for operations, parameters, responses and whole documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .compose import REGIONS, used_components
from .refs import Path, split_ref
from .spec_set import Finding, SpecSet

Findings = Iterator[Finding]

STATUSES = ("200", "400", "401", "403", "429", "500", "5XX")
MORE_STATUSES = {"sms.yaml": ("426",)}
REQUIRED_HEADERS = {"429": "Retry-After", "426": "Upgrade"}
ERROR_SCHEMA = "ApiError"
_LOWER_CAMEL = re.compile(r"[a-z][a-z0-9]*(?:[A-Z][a-z0-9]+)*")


def security_is_on_operations(spec: SpecSet) -> Findings:
    """The generator looks for security on operations only."""
    for file, document in spec.documents.items():
        if "security" in document:
            yield spec.finding(
                file, ("security",), "security at the top is ignored", "write it on each operation"
            )
    for file, path, _, operation in spec.operations():
        if not operation.get("security"):
            yield spec.finding(
                file, path, "the operation has no security", "add security: [{apiKey: []}]"
            )


def operations_are_described(spec: SpecSet) -> Findings:
    """A reader, the documentation and the generator need all of these."""
    for file, path, _, operation in spec.operations():
        operation_id = operation.get("operationId", "")
        if not _LOWER_CAMEL.fullmatch(operation_id):
            what = (
                f"operationId {operation_id!r} is not lowerCamel"
                if operation_id
                else "there is no operationId"
            )
            yield spec.finding(
                file, (*path, "operationId"), what, "write it like sendMessage, one capital a word"
            )
        if len(operation.get("tags", [])) != 1:
            yield spec.finding(
                file, (*path, "tags"), "there is not exactly one tag", "give the operation one tag"
            )
        for key in ("summary", "description"):
            if not operation.get(key):
                yield spec.finding(file, path, f"there is no {key}", "write one in our own words")
        if not operation.get("externalDocs", {}).get("url"):
            yield spec.finding(file, path, "there is no externalDocs", "link the vendor's page")


def operations_have_examples(spec: SpecSet) -> Findings:
    """Examples are the demo, the tests and the documentation."""
    for file, path, _, operation in spec.operations():
        places = [((*path, "responses", "200"), operation.get("responses", {}).get("200", {}))]
        if "requestBody" in operation:
            places.insert(0, ((*path, "requestBody"), operation["requestBody"]))
        for place, node in places:
            for media_type, content in spec.resolve(node).get("content", {}).items():
                count = len(content.get("examples", {}))
                if count < 2:
                    where = (*place, "content", media_type)
                    yield spec.finding(
                        file,
                        where,
                        f"there are {count} examples",
                        "give at least two realistic ones",
                    )


def one_media_type(spec: SpecSet) -> Findings:
    """With two media types of one schema the generated code sends the body twice."""
    for file, path, _, operation in spec.operations():
        if len(spec.resolve(operation.get("requestBody", {})).get("content", {"": {}})) != 1:
            place = (*path, "requestBody")
            yield spec.finding(
                file,
                place,
                "the body does not have exactly one media type",
                "keep application/json",
            )


def statuses_are_documented(spec: SpecSet) -> Findings:
    """Each of these is met by real clients."""
    for file, path, _, operation in spec.operations():
        responses = operation.get("responses", {})
        for status in (*STATUSES, *MORE_STATUSES.get(file, ())):
            if status not in responses:
                todo = "add it, with the shared response of common.yaml if there is one"
                yield spec.finding(
                    file, (*path, "responses"), f"the status {status} is not documented", todo
                )


def responses_carry_headers(spec: SpecSet) -> Findings:
    """These headers tell the client what to do next."""
    for file, path, _, operation in spec.operations():
        for status, header in REQUIRED_HEADERS.items():
            response = operation.get("responses", {}).get(status)
            if response is not None and header not in spec.resolve(response).get("headers", {}):
                where = (*path, "responses", status)
                yield spec.finding(
                    file, where, f"the header {header} is not documented", "add it to the response"
                )


def errors_have_one_shape(spec: SpecSet) -> Findings:
    """One class of error for every refusal."""
    for file, path, _, operation in spec.operations():
        for status, response in operation.get("responses", {}).items():
            if status[0] not in "45":
                continue
            content = spec.resolve(response).get("content", {})
            schemas = [media_type.get("schema", {}) for media_type in content.values()]
            names = [
                split_ref(schema["$ref"])[2] if "$ref" in schema else "an inline schema"
                for schema in schemas
            ]
            if names != [ERROR_SCHEMA]:
                what = f"the error's body is {' and '.join(names) or 'not described'}"
                yield spec.finding(file, (*path, "responses", status), what, f"$ref {ERROR_SCHEMA}")


def parameters_are_described_inside(spec: SpecSet) -> Findings:
    """The generator drops a parameter's own description; only its schema's reaches the documentation of the code."""
    for file, path, node in _parameters(spec):
        schema = node.get("schema", {})
        if not (schema.get("description") or spec.resolve(schema).get("description")):
            todo = "write the description inside schema"
            yield spec.finding(
                file, (*path, "schema"), f"the schema of {node['name']!r} has no description", todo
            )


def links_lead_somewhere(spec: SpecSet) -> Findings:
    """A link names an operation of one of the documents."""
    known = {operation.get("operationId") for _, _, _, operation in spec.operations()}
    for file, path, node in spec.objects():
        for name, link in node.get("links", {}).items():
            if "$ref" not in link and link.get("operationId") not in known:
                what = f"there is no operation {link.get('operationId')!r}"
                yield spec.finding(
                    file, (*path, "links", name), what, "name an existing operationId"
                )


def servers_have_regions(spec: SpecSet) -> Findings:
    """The client finds its host by product and region."""
    for file, document in spec.documents.items():
        if document.get("paths") and not document.get("servers"):
            yield spec.finding(file, (), "there are no servers", "list one server a region")
        seen: set[str] = set()
        for index, server in enumerate(document.get("servers", [])):
            region = server.get("x-region")
            if region not in REGIONS or region in seen:
                what = f"x-region is {region!r}" + (", the second time" if region in seen else "")
                place = ("servers", index)
                yield spec.finding(
                    file, place, what, f"write one of {', '.join(REGIONS)}, each once"
                )
            seen.add(region)


def components_are_used(spec: SpecSet) -> Findings:
    """What nothing refers to is not generated, not tested and out of date."""
    used = {
        (section, name)
        for document in spec.documents.values()
        for section, entries in used_components(document, spec.components).items()
        for name in entries
    }
    for file, document in spec.documents.items():
        for section, entries in document.get("components", {}).items():
            for name in entries:
                if (section, name) not in used:
                    yield spec.finding(
                        file,
                        ("components", section, name),
                        "nothing refers to it",
                        "use or remove it",
                    )


def _parameters(spec: SpecSet) -> Iterator[tuple[str, Path, dict[str, Any]]]:
    for file, path, node in spec.objects():
        if "in" in node and "name" in node and "schema" in node:
            yield file, path, node


RULES = (
    security_is_on_operations,
    operations_are_described,
    operations_have_examples,
    one_media_type,
    statuses_are_documented,
    responses_carry_headers,
    errors_have_one_shape,
    parameters_are_described_inside,
    links_lead_somewhere,
    servers_have_regions,
    components_are_used,
)
