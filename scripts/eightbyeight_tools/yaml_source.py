"""Reading the specification's YAML as the JSON document it stands for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

from .errors import ToolError


class _JsonConstructor(SafeConstructor):
    """Timestamps stay text: JSON has no type for them, and the schemas describe strings."""


_JsonConstructor.add_constructor(
    "tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node)
)


def load_document(path: Path) -> dict[str, Any]:
    """Read one YAML file.

    Args:
        path: The file.

    Returns:
        The document with every key a string (``200:`` in YAML is a number), in the file's order.

    Raises:
        ToolError: If the file is missing, is not YAML or is not a mapping.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _JsonConstructor
    try:
        document = yaml.load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ToolError(f"{path}: there is no such file") from None
    except YAMLError as error:
        raise ToolError(f"{path}: not readable as YAML: {error}") from None
    if not isinstance(document, dict):
        raise ToolError(f"{path}: expected a mapping at the top, found {type(document).__name__}")
    return {str(key): _with_text_keys(value) for key, value in document.items()}


def _with_text_keys(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(key): _with_text_keys(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_with_text_keys(item) for item in node]
    return node
