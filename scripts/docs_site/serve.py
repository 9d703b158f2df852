"""Shows the site on this machine, and builds it again when a source changes."""

from __future__ import annotations

import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from docs_site.build import build
from docs_site.places import DOCS, ROOT, SITE

if TYPE_CHECKING:
    from pathlib import Path

#: What the pages are made from.
SOURCES = (DOCS, ROOT / "spec", ROOT / "wrapper" / "eightbyeight")


def serve(port: int) -> int:
    """Build, serve at ``port`` and follow changes until Ctrl-C."""
    build()
    handler = partial(SimpleHTTPRequestHandler, directory=str(SITE))
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"http://127.0.0.1:{port}  (Ctrl-C ends)")
        try:
            _follow()
        except KeyboardInterrupt:
            server.shutdown()
    return 0


def _follow() -> None:
    seen = _moments()
    while True:
        time.sleep(1)
        now = _moments()
        if now != seen:
            seen = now
            build(anew=False)


def _moments() -> dict[Path, int]:
    """Return when each source was written."""
    files = (path for folder in SOURCES for path in folder.rglob("*") if path.suffix != ".pyc")
    return {path: path.stat().st_mtime_ns for path in files if path.is_file()}
