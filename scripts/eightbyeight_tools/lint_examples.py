"""The lint rule for examples: each is valid against the schema that it illustrates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from .refs import Path
from .spec_set import Finding, SpecSet

_NO_RULES = frozenset({"example", "examples"})


def examples_are_valid(spec: SpecSet) -> Iterator[Finding]:
    """Examples are sent to the mock, shown in the documentation and copied by people."""
    for file, path, schema, value in _examples(spec):
        document = {"allOf": [schema], "components": spec.components}
        validator = jsonschema_rs.Draft202012Validator(document, validate_formats=True)
        for error in validator.iter_errors(value):
            inside = "".join(
                f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path
            )
            what = f"the example is not valid{' at ' + inside.lstrip('.') if inside else ''}: {_short(error.message)}"
            yield spec.finding(file, path, what, "correct the example or the schema")


def _examples(spec: SpecSet) -> Iterator[tuple[str, Path, Any, Any]]:
    for file, path, node in spec.objects():
        if isinstance(node.get("schema"), dict):
            if "example" in node:
                yield file, (*path, "example"), node["schema"], node["example"]
            for name, example in node.get("examples", {}).items():
                resolved = spec.resolve(example)
                if "value" in resolved:
                    yield file, (*path, "examples", name), node["schema"], resolved["value"]
    for schema in spec.schemas():
        rules = {key: value for key, value in schema.node.items() if key not in _NO_RULES}
        if "example" in schema.node:
            yield schema.file, (*schema.path, "example"), rules, schema.node["example"]
        for index, value in enumerate(schema.node.get("examples", [])):
            yield schema.file, (*schema.path, "examples", index), rules, value


def _short(message: str) -> str:
    return message if len(message) <= 300 else f"{message[:300]}..."


RULES = (examples_are_valid,)
