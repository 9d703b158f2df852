"""Lint rules for schemas. Each takes the files and yields findings; its docstring is the rule's reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .refs import split_ref
from .spec_set import REQUEST, RESPONSE, Finding, Schema, SpecSet

Findings = Iterator[Finding]

# Below these, a schema narrows another one and becomes no class of its own.
_NARROWING = frozenset({"allOf", "if", "then", "else", "not", "dependentSchemas", "contains"})
# Names that the generated classes use themselves.
_RESERVED = frozenset(
    {"to_dict", "from_dict", "d", "cls", "field_dict", "additional_properties", "src_dict"}
)


def no_title(spec: SpecSet) -> Findings:
    """A title renames the generated class and may collide with another."""
    for schema in spec.schemas():
        if "title" in schema.node:
            yield _at(
                spec,
                schema,
                "title",
                "has a title",
                "remove it: the component's key is the class's name",
            )


def no_request_default(spec: SpecSet) -> Findings:
    """The generator puts a default on the wire, although the caller did not say so."""
    for schema in spec.schemas():
        if REQUEST in schema.roles and "default" in schema.node:
            yield _at(
                spec,
                schema,
                "default",
                "a request schema has a default",
                "tell it in the description",
            )


def no_nullable_enum(spec: SpecSet) -> Findings:
    """The generator makes three classes of a nullable enum."""
    for schema in spec.schemas():
        values = schema.node.get("enum", [])
        types = schema.node.get("type", [])
        if None in values or (values and "null" in types):
            todo = "write oneOf: [{$ref: the enum}, {type: 'null'}]"
            yield _at(spec, schema, "enum", "an enum includes null", todo)


def enum_values_differ(spec: SpecSet) -> Findings:
    """Two values that differ in letter case only would get one Python name."""
    for schema in spec.schemas():
        seen: dict[str, str] = {}
        for value in schema.node.get("enum", []):
            if isinstance(value, str) and seen.setdefault(value.upper(), value) != value:
                what = f"{value!r} and {seen[value.upper()]!r} differ in letter case only"
                yield _at(spec, schema, "enum", what, "keep the spelling that the API documents")


def objects_are_named(spec: SpecSet) -> Findings:
    """An object in the middle of a schema becomes a class that is named after the way to it."""
    for schema in spec.schemas():
        top = schema.path[:2] == ("components", "schemas") and not schema.chain
        if "properties" in schema.node and not top and not _NARROWING.intersection(schema.chain):
            yield _at(
                spec,
                schema,
                None,
                "an object with properties is defined inline",
                "make it a component and $ref it",
            )


def no_alias(spec: SpecSet) -> Findings:
    """A component that is only a reference becomes a second, identical class."""
    for schema in spec.schemas():
        if (
            not schema.chain
            and schema.path[:2] == ("components", "schemas")
            and "$ref" in schema.node
        ):
            yield _at(
                spec,
                schema,
                "$ref",
                "the component is only a reference",
                "refer to its target directly",
            )


def property_names_are_free(spec: SpecSet) -> Findings:
    """These names would break the generated class without a warning."""
    for schema in spec.schemas():
        for name in schema.node.get("properties", {}):
            if name in _RESERVED:
                what = f"the property name {name!r} is used by the generated classes"
                yield _at(
                    spec,
                    schema,
                    "properties",
                    what,
                    "the model template must be changed before it can be used",
                )


def requests_are_closed(spec: SpecSet) -> Findings:
    """What we send is checked strictly: a misspelt field is an error, not an extension."""
    for schema in spec.schemas():
        node = schema.node
        is_object = node.get("type") == "object" or "properties" in node
        if REQUEST not in schema.roles or not is_object or _NARROWING.intersection(schema.chain):
            continue
        rest = node.get("additionalProperties", node.get("unevaluatedProperties", True))
        reason = node.get("x-open")
        if "x-open" in node and not (isinstance(reason, str) and reason.strip()):
            yield _at(
                spec,
                schema,
                "x-open",
                "x-open says nothing",
                "give the reason why the object is open",
            )
        elif rest is True and "x-open" not in node:
            todo = "write additionalProperties: false, or x-open: <reason>"
            yield _at(spec, schema, None, "a request object accepts any property", todo)


def responses_are_nullable(spec: SpecSet) -> Findings:
    """The API sends null for what it does not know."""
    for schema in _response_only(spec):
        required = schema.node.get("required", [])
        for name, value in schema.node.get("properties", {}).items():
            if name not in required and not accepts_null(spec, value):
                inner = Schema(
                    schema.file, (*schema.path, "properties", name), {}, (), schema.roles
                )
                todo = "write type: [..., 'null'], or oneOf: [{$ref: ...}, {type: 'null'}], or require it"
                yield _at(
                    spec, inner, None, "an optional response field does not accept null", todo
                )


def responses_are_open(spec: SpecSet) -> Findings:
    """The vendor adds values at any time, and a reader must survive them."""
    for schema in _response_only(spec):
        closed: list[str] = [key for key in ("enum", "const", "pattern") if key in schema.node]
        closed += ["format"] if schema.node.get("format") == "uuid" else []
        for key in closed:
            todo = "leave it out and name the known values in x-extensible-enum or the description"
            yield _at(spec, schema, key, f"a response schema is closed by {key}", todo)


def variants_have_their_tag(spec: SpecSet) -> Findings:
    """The generated code and the editor tell variants apart by a required constant."""
    for schema in spec.schemas():
        discriminator = schema.node.get("discriminator")
        if not isinstance(discriminator, dict):
            continue
        name = discriminator.get("propertyName", "")
        mapping = discriminator.get("mapping", {})
        by_component = {split_ref(target)[2]: value for value, target in mapping.items()}
        for index, variant in enumerate(schema.node.get("oneOf", [])):
            place = Schema(schema.file, (*schema.path, "oneOf", index), {}, (), schema.roles)
            if "$ref" not in variant:
                yield _at(
                    spec,
                    place,
                    None,
                    "a variant is defined inline",
                    "make it a component and $ref it",
                )
                continue
            component = split_ref(variant["$ref"])[2]
            if component not in by_component:
                todo = f"add it to discriminator.mapping with its value of {name!r}"
                yield _at(spec, place, None, f"the mapping does not lead to {component}", todo)
                continue
            for leaf_name, leaf in _leaves(spec, component):
                tag = spec.resolve(leaf.get("properties", {}).get(name, {}))
                if (
                    name not in leaf.get("required", [])
                    or tag.get("const") != by_component[component]
                ):
                    what = (
                        f"{leaf_name} does not require {name!r} to be {by_component[component]!r}"
                    )
                    yield _at(
                        spec,
                        place,
                        None,
                        what,
                        f"require {name!r} there, with const: {by_component[component]}",
                    )


def accepts_null(spec: SpecSet, schema: Any) -> bool:
    """Whether null is valid against a schema, as far as its types tell."""
    schema = spec.resolve(schema)
    if not isinstance(schema, dict):
        return bool(schema)
    types = schema.get("type", "null")
    choices = [schema[key] for key in ("oneOf", "anyOf") if key in schema]
    return (
        None in schema.get("enum", [None])
        and schema.get("const") is None
        and "null" in ([types] if isinstance(types, str) else types)
        and all(any(accepts_null(spec, item) for item in choice) for choice in choices)
        and all(accepts_null(spec, item) for item in schema.get("allOf", []))
    )


def _leaves(spec: SpecSet, component: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A variant that is itself a choice stands for its own variants."""
    schema = spec.components["schemas"][component]
    if "oneOf" not in schema:
        yield component, schema
        return
    for item in schema["oneOf"]:
        if "$ref" in item:
            yield from _leaves(spec, split_ref(item["$ref"])[2])


def _response_only(spec: SpecSet) -> Iterator[Schema]:
    return (schema for schema in spec.schemas() if schema.roles == {RESPONSE})


def _at(spec: SpecSet, schema: Schema, key: str | None, what: str, todo: str) -> Finding:
    path = schema.path if key is None else (*schema.path, key)
    return spec.finding(schema.file, path, what, todo)


RULES = (
    no_title,
    no_request_default,
    no_nullable_enum,
    enum_values_differ,
    objects_are_named,
    no_alias,
    property_names_are_free,
    requests_are_closed,
    responses_are_nullable,
    responses_are_open,
    variants_have_their_tag,
)
