"""Where the documentation's sources stand and where the site goes."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
BUILD = ROOT / "build"
SITE = BUILD / "docs"
#: Sphinx's record of what it has read: a second build reads only the pages that have changed.
DOCTREES = BUILD / "docs-doctrees"
#: The folder of the rendered OpenAPI documents within the site.
HTTP_REFERENCE = "http"
