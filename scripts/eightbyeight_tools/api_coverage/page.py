"""The table of covered operations, for people, for the documentation, and for programs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from .looking import Coverage

PAGE = Path("docs", "coverage.md")

_PRODUCTS = {"chatapps": "Messaging apps and LINE notifications", "sms": "SMS and surveys"}
_PARTS = ("description", "client", "mock", "tests")


def as_page(coverage: list[Coverage]) -> str:
    """Write the page of the documentation."""
    lines = [
        "# Coverage",
        "",
        "Every operation of 8x8's messaging APIs that is documented, and what there is of it here. Written by",
        "`scripts/api-coverage --write`, which looks into the description, the client, the mock and the tests;",
        "do not edit it.",
        "",
        _summary(coverage),
        "",
        "*Client* names the methods of `client`; whatever is described also goes through `client.request`. *Tests*",
        "are those that call it by name; the contract tests take every described operation. `CONTRIBUTING.md` tells",
        "what it takes to add one.",
    ]
    for product, title in _PRODUCTS.items():
        lines += ["", f"## {title}", ""]
        lines += ["| operation | request | description | client | mock | tests |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += [_row(one) for one in coverage if one.vendor.product == product]
    return "\n".join(lines) + "\n"


def as_table(coverage: list[Coverage]) -> str:
    """Write it for a terminal."""
    rows = [("", *_PARTS)]
    for one in coverage:
        tests = ", ".join(one.tests) or "-"
        mock = "yes" if one.mock else "-"
        client = ", ".join(one.methods) or ("request" if one.by_request else "-")
        rows.append((one.vendor.name, one.operation_id or "-", client, mock, tests))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join([*lines, "", _summary(coverage)])


def as_json(coverage: list[Coverage]) -> str:
    """Write it for programs."""
    return json.dumps([asdict(one) for one in coverage], indent=1, ensure_ascii=False)


def _summary(coverage: list[Coverage]) -> str:
    counts: Counter[str] = Counter()
    for one in coverage:
        has = (one.operation_id, one.methods or one.by_request, one.mock, one.tests)
        counts.update(part for part, there in zip(_PARTS, has, strict=True) if there)
    told = ", ".join(f"{part} {counts[part]}" for part in _PARTS)
    return f"Of {len(coverage)} documented operations: {told}."


def _row(one: Coverage) -> str:
    methods = "<br>".join(f"`{method}`" for method in one.methods)
    client = methods or ("`request`" if one.by_request else "")
    cells = [
        f"[{one.vendor.what}]({one.vendor.page})",
        f"`{one.vendor.method} {one.vendor.path}`",
        f"`{one.operation_id}`" if one.operation_id else "",
        client,
        "yes" if one.mock else "",
        "yes" if one.tests else "",  # which ones changes too often for a page: as_table tells
    ]
    return f"| {' | '.join(cell or '-' for cell in cells)} |"
