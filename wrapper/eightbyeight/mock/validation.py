"""Validation against the document's schemas, and the search for the one fault worth reporting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import jsonschema_rs

if TYPE_CHECKING:
    from eightbyeight.mock.document import Document, Operation

Path = tuple[str | int, ...]

# A field that is wrong in each of 10,000 messages is one fault to its reader.
_DIAGNOSED = 200

# The keywords of a schema that is nothing but a choice.
_UNION = frozenset({"oneOf", "discriminator", "description", "title"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule.

    Attributes:
        path: The field, also when it is missing or unknown.
        keyword: The JSON Schema keyword that is broken, or `requiredOneOf`.
        limit: The keyword's value: the longest length, the allowed values, the known fields ...
        value: What was given; never shown to anybody, it may hold a message's text.
    """

    path: Path
    keyword: str
    limit: Any
    value: Any


class _Choice(NamedTuple):
    """A schema that is one of several, told apart by a field.

    Attributes:
        union: The schema.
        tag: The field.
        places: Which variant belongs to a value of the field.
    """

    union: Mapping[str, Any]
    tag: str
    places: Mapping[Any, int]


class Checker:
    """One schema of the document, compiled."""

    def __init__(self, document: Document, schema: Mapping[str, Any]) -> None:
        self._root: dict[str, Any] = {
            "allOf": [schema],
            "components": document.raw.get("components", {}),
        }
        self._document = document
        self._choice = self._choice_of_variants()
        self._variants_alone: dict[int, Checker] = {}

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        # A body that says which variant it is needs that variant's only.
        return jsonschema_rs.Draft202012Validator(self._root, validate_formats=True)

    def accepts(self, instance: Any) -> bool:
        """Whether the instance is valid. Stops at the first fault: this is the fast way."""
        meant = self._meant(instance) if self._choice is not None else None
        if meant is not None:
            return meant.accepts(instance)
        return self._validator.is_valid(instance)

    def faults(self, instance: Any, most: int | None = None) -> list[Fault]:
        """All faults, outermost fields first, so that a missing parent comes before details."""
        if self._choice is not None and isinstance(instance, dict):
            meant = self._meant(instance)
            if meant is None:
                union = self._choice.union
                found = list(self._branch_faults((), "oneOf", union, instance, []))
            else:
                found = meant.faults(instance, most)
            if found:
                return found
        found = []
        for error in self._validator.iter_errors(instance):
            found += self._faults(error)
            if most is not None and len(found) >= most:
                break
        return sorted(found, key=lambda fault: len(fault.path))

    def first_fault(self, instance: Any) -> Fault | None:
        """The fault to report, or None when the instance is valid."""
        if self.accepts(instance):
            return None
        return self.faults(instance, most=_DIAGNOSED)[0]

    def _choice_of_variants(self) -> _Choice | None:
        """What a body says of itself, if the schema is nothing but a choice by that."""
        union = self._resolve(self._root["allOf"][0])
        tag = union.get("discriminator", {}).get("propertyName")
        if tag is None or not _UNION.issuperset(union):
            return None
        places = {
            value: index
            for index, values in enumerate(self._tags(union, "oneOf", tag))
            for value in values
        }
        return _Choice(union, tag, places)

    def _meant(self, instance: Any) -> Checker | None:
        """The checker of the variant that a body says it is; None if there is no telling.

        Looking at one variant is several times as fast as looking at all ten of a message.
        """
        if self._choice is None or not isinstance(instance, dict):
            return None
        value = instance.get(self._choice.tag)
        place = self._choice.places.get(value) if isinstance(value, str) else None
        if place is None:
            return None
        found = self._variants_alone.get(place)
        if found is None:
            found = Checker(self._document, self._choice.union["oneOf"][place])
            self._variants_alone[place] = found
        return found

    def _faults(self, error: jsonschema_rs.ValidationError) -> Iterable[Fault]:
        path: Path = tuple(error.instance_path)
        schema, keyword = self._origin(error)
        limit = schema.get(keyword)
        if keyword == "required":
            yield Fault((*path, getattr(error.kind, "property", "")), keyword, limit, None)
        elif keyword in ("additionalProperties", "unevaluatedProperties"):
            known = list(schema.get("properties", {}))
            for name in getattr(error.kind, "unexpected", ["?"]):
                yield Fault((*path, name), keyword, known, None)
        elif keyword in ("oneOf", "anyOf"):
            branches = getattr(error.kind, "context", None) or []
            yield from self._branch_faults(path, keyword, schema, error.instance, branches)
        else:
            yield Fault(path, keyword, limit, error.instance)

    def _origin(self, error: jsonschema_rs.ValidationError) -> tuple[Mapping[str, Any], str]:
        # Schema paths are canonical (references resolved), so they can be walked from the root.
        *parents, last = error.schema_path
        node: Any = self._root
        try:
            for part in parents:
                node = node[part]
        except (KeyError, IndexError, TypeError):
            node = {}
        return (node if isinstance(node, Mapping) else {}), str(last)

    def _branch_faults(
        self,
        path: Path,
        keyword: str,
        schema: Mapping[str, Any],
        instance: Any,
        branches: list[list[jsonschema_rs.ValidationError]],
    ) -> Iterable[Fault]:
        """The faults of the variant that was meant, not "valid under none of ten schemas"."""
        tag = schema.get("discriminator", {}).get("propertyName")
        if tag is not None and isinstance(instance, Mapping):
            if tag not in instance:
                yield Fault((*path, tag), "required", None, None)
                return
            meant = self._variant(schema, keyword, tag, instance[tag])
            if meant is None:
                allowed = self._variants(schema, keyword, tag)
                yield Fault((*path, tag), "enum", allowed, instance[tag])
                return
            if meant < len(branches):
                for error in branches[meant]:
                    yield from self._faults(error)
                return
        explained = [[f for error in branch for f in self._faults(error)] for branch in branches]
        explained = [faults for faults in explained if faults]
        if not explained:
            yield Fault(path, keyword, None, instance)
        elif all(_only_missing(faults, path) for faults in explained):
            names = list(dict.fromkeys(str(faults[0].path[-1]) for faults in explained))
            yield Fault(path, "requiredOneOf", names, instance)
        else:
            yield from min(explained, key=_unlikeliness)

    def _variant(self, schema: Mapping[str, Any], keyword: str, tag: str, value: Any) -> int | None:
        for index, values in enumerate(self._tags(schema, keyword, tag)):
            if value in values:
                return index
        return None

    def _variants(self, schema: Mapping[str, Any], keyword: str, tag: str) -> list[Any]:
        return [value for values in self._tags(schema, keyword, tag) for value in values]

    def _tags(self, schema: Mapping[str, Any], keyword: str, tag: str) -> list[list[Any]]:
        """The discriminator values of each branch, from the mapping or from its own constant."""
        by_reference: dict[str, list[Any]] = {}
        for value, reference in schema["discriminator"].get("mapping", {}).items():
            by_reference.setdefault(reference, []).append(value)
        tags: list[list[Any]] = []
        for branch in schema.get(keyword, []):
            mapped = by_reference.get(branch.get("$ref", ""))
            if mapped is None:
                rule = self._resolve(self._resolve(branch).get("properties", {}).get(tag, {}))
                mapped = [rule["const"]] if "const" in rule else list(rule.get("enum", []))
            tags.append(mapped)
        return tags

    def _resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in node:
            target: Any = self._root
            for part in str(node["$ref"]).removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node


class Validation:
    """The checkers of a document, compiled when they are first needed."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._bodies: dict[tuple[str, str], Checker] = {}
        self._parameters: dict[tuple[str, str, str], Checker] = {}

    def body(self, operation: Operation, media: str) -> Checker:
        """The checker of a request body."""
        key = (operation.id, media)
        if key not in self._bodies:
            self._bodies[key] = Checker(self._document, operation.request_schemas[media])
        return self._bodies[key]

    def parameter(self, operation: Operation, parameter: Mapping[str, Any]) -> Checker:
        """The checker of a path, query or header parameter."""
        key = (operation.id, parameter["in"], parameter["name"])
        if key not in self._parameters:
            self._parameters[key] = Checker(self._document, parameter.get("schema", {}))
        return self._parameters[key]


_OF_DOCUMENT: WeakKeyDictionary[Document, Validation] = WeakKeyDictionary()


def validation_of(document: Document) -> Validation:
    """The validation of a document, shared by all apps that are driven by it."""
    validation = _OF_DOCUMENT.get(document)
    if validation is None:
        validation = _OF_DOCUMENT[document] = Validation(document)
    return validation


def _only_missing(faults: list[Fault], path: Path) -> bool:
    return len(faults) == 1 and faults[0].keyword == "required" and faults[0].path[:-1] == path


def _unlikeliness(faults: list[Fault]) -> tuple[int, int]:
    # A wrong constant or a wrong type right here says that another branch was meant.
    shallowest = min(len(fault.path) for fault in faults)
    foreign = sum(
        fault.keyword == "const" or (fault.keyword == "type" and len(fault.path) == shallowest)
        for fault in faults
    )
    return (foreign, len(faults))
