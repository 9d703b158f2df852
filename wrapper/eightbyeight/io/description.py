"""The composed API description that is installed with the package."""

from __future__ import annotations

import json
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, Any

from ..core.drift_rules import answers_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.drift_rules import Answers


@cache
def documented_answers() -> Mapping[str, Answers]:
    """Return the replies that the description knows, by operation. It is read once in a process."""
    return answers_in(_document())


@cache
def documented_paths() -> Mapping[str, str]:
    """Return the path of each operation on its product's host, with names in braces for what varies."""
    return {
        operation["operationId"]: "/" + path.split("/", 2)[2]  # behind the product
        for path, operations in _document()["paths"].items()
        for operation in operations.values()
        if isinstance(operation, dict) and "operationId" in operation
    }


def _document() -> Any:
    text = pkgutil.get_data("eightbyeight_generated", "openapi.json")
    if text is None:
        raise FileNotFoundError("eightbyeight_generated/openapi.json is not installed")
    return json.loads(text)
