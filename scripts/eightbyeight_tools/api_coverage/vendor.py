"""The operations that the vendor documents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ToolError
from ..yaml_source import load_document

FILE = Path("spec", "vendor-operations.yaml")
PAGES = "https://developer.8x8.com/connect/reference"

_KEYS = {"name", "what", "method", "path", "page"}


@dataclass(frozen=True)
class VendorOperation:
    """One documented operation.

    Attributes:
        product: Whose host it is on.
        name: The vendor's operationId.
        what: What it does, in our words.
        method: In capitals.
        path: With parameters in braces.
        page: The address of its page.
    """

    product: str
    name: str
    what: str
    method: str
    path: str
    page: str


def read_vendor_operations(root: Path) -> list[VendorOperation]:
    """Read the list, in the file's order.

    Raises:
        ToolError: If the file is missing, or an entry is incomplete or there twice.
    """
    operations = []
    for product, entries in load_document(root / FILE).items():
        operations += [_operation(product, entry) for entry in entries]
    names = [operation.name for operation in operations]
    for name in names:
        if names.count(name) > 1:
            raise ToolError(f"{FILE}: {name} is there twice")
    return operations


def _operation(product: str, entry: dict[str, Any]) -> VendorOperation:
    if entry.keys() != _KEYS:
        raise ToolError(f"{FILE}: {entry.get('name', entry)}: needs {', '.join(sorted(_KEYS))}")
    return VendorOperation(product, **{**entry, "page": f"{PAGES}/{entry['page']}"})
