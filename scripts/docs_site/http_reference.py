"""The OpenAPI documents of `spec/` as pages that people read, rendered by Redoc.

Redoc comes from a package and is copied into the site, and a page holds its document: nothing is loaded from
another host, and the pages work from a disk. The policy in a page's head forbids Redoc to fetch its own logo.
"""

from __future__ import annotations

import html
import json
import shutil
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from docs_site.places import HTTP_REFERENCE, ROOT
from eightbyeight_tools.compose import (
    PRODUCTS,
    load_spec,
    localise,
    merged_components,
    used_components,
)

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = "redoc.standalone.js"

_OPTIONS = {
    "hideDownloadButtons": True,
    "nativeScrollbars": True,
    "requiredPropsFirst": True,
    "theme": {
        "colors": {"primary": {"main": "#0a58ca"}},
        "sidebar": {"width": "250px"},
        "typography": {
            "fontFamily": "system-ui, sans-serif",
            "headings": {"fontFamily": "system-ui, sans-serif"},
            "code": {"fontFamily": "ui-monospace, monospace"},
        },
    },
}

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="img-src data:; font-src data:; connect-src 'none'">
<title>{title}</title>
<style>
body {{ margin: 0 }}
#redoc a {{ overflow-wrap: anywhere }}
.back {{ font: 15px system-ui, sans-serif; padding: 10px 16px; border-bottom: 1px solid #ddd }}
.back a {{ color: #0a58ca }}
</style>
</head>
<body>
<div class="back"><a href="../index.html">eightbyeight</a> ·
<a href="../reference/http-api.html">HTTP API</a> · {title}</div>
<div id="redoc"></div>
<script src="{script}"></script>
<script>
Redoc.init({document}, {options}, document.getElementById("redoc"));
</script>
</body>
</html>
"""


def write(site: Path) -> None:
    """Write one page for each product into ``site``, and Redoc beside them."""
    folder = site / HTTP_REFERENCE
    folder.mkdir(parents=True, exist_ok=True)
    bundles = files("drf_spectacular_sidecar").joinpath(
        "static/drf_spectacular_sidecar/redoc/bundles"
    )
    for name in (SCRIPT, f"{SCRIPT}.LICENSE.txt"):
        with bundles.joinpath(name).open("rb") as source, (folder / name).open("wb") as target:
            shutil.copyfileobj(source, target)
    for product in PRODUCTS:
        document = self_contained(product)
        page = _PAGE.format(
            title=html.escape(document["info"]["title"]),
            script=SCRIPT,
            document=_in_a_script(document),
            options=_in_a_script(_OPTIONS),
        )
        (folder / f"{product}.html").write_text(page, "utf-8")


def self_contained(product: str) -> dict[str, Any]:
    """Return a product's document with everything in it that it refers to."""
    documents = load_spec(ROOT / "spec", (product,))
    localised = {file: localise(file, document, documents) for file, document in documents.items()}
    document = localised[f"{product}.yaml"]
    document["components"] = used_components(document, merged_components(localised))
    return document


def _in_a_script(value: object) -> str:
    """Write JSON that no HTML parser takes for the end of its script."""
    return json.dumps(value, ensure_ascii=False, default=str).replace("</", "<\\/")
