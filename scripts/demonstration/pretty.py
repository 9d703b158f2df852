"""JSON for people."""

from __future__ import annotations

import json
from typing import Any

from .terminal import WIDTH


def pretty(value: Any, indent: int, head: str = "", tail: str = "") -> str:
    """Write JSON on as few lines as fit."""
    flat = " " * indent + head + json.dumps(value, ensure_ascii=False) + tail
    if len(flat) <= WIDTH or not isinstance(value, (dict, list)) or not value:
        return flat
    if isinstance(value, dict):
        (first, last), items = "{}", [(json.dumps(k) + ": ", v) for k, v in value.items()]
    else:
        (first, last), items = "[]", [("", item) for item in value]
    lines = [" " * indent + head + first]
    for number, (name, item) in enumerate(items, 1):
        lines.append(pretty(item, indent + 2, name, "," if number < len(items) else ""))
    lines.append(" " * indent + last + tail)
    return "\n".join(lines)
