"""The proof on pages that were saved from the vendor's site; for hands, not for pytest.

    python tests/docs_drift/real/prove.py FOLDER [--form FORM] [--every N]

FOLDER holds `.txt`, `.html`, `.api.mdx` and OpenAPI `.json` files in any depth. Each fact of the
covered operations is changed in place, one at a time, in the page's own text, and the page is
compared with what it said before. Nothing of the pages is kept.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "scripts"), str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from docs_drift import text_page  # noqa: E402
from docs_drift.differences import changes  # noqa: E402
from docs_drift.facts import OAS, OPERATION  # noqa: E402
from html_edits import HtmlPage  # noqa: E402
from model import BASELINES  # noqa: E402
from openapi_edits import MdxPage, OasPage  # noqa: E402
from proof import Counts  # noqa: E402
from text_edits import NamelessPage, TextPage  # noqa: E402


def fits(edit, change):
    if edit.paths == ("?",):
        return change.kind == edit.kind and (not edit.fact or edit.fact == change.fact)
    if edit.kind == "added":
        return change.kind == "added" and edit.path in {change.path, *change.or_at}
    if (change.path, change.kind) != (edit.path, edit.kind):
        return False
    if edit.kind == "changed":
        return change.fact == edit.fact
    return edit.kind == "removed" or edit.new in {str(change.new), *change.or_at}


def pages_of(folder):
    for path in sorted(folder.rglob("*")):
        name = path.name
        if name.endswith(".api.mdx"):
            yield MdxPage, name.removesuffix(".api.mdx"), path
        elif name.endswith(".html"):
            yield HtmlPage, name.removesuffix(".html"), path
        elif name.endswith(".txt"):
            text = path.read_text(encoding="utf-8")
            named = text_page.has_names(text_page.split(name, text)[1])
            yield TextPage if named else NamelessPage, name.removesuffix(".txt"), path
        elif name.endswith(".json"):
            ids = {BASELINES.entries(page, OAS)[OPERATION]["id"]: page for page in BASELINES.pages}
            for operation_id, page in ids.items():
                if f'"{operation_id}"' in path.read_text(encoding="utf-8"):
                    yield OasPage, page, path


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only every so many of the changes")
    parser.add_argument("--form", help="only this form")
    options = parser.parse_args()
    totals = {}
    for kind, name, path in pages_of(options.folder):
        if options.form in {None, kind.form}:
            counts = totals.setdefault(kind.form, Counts())
            prove(kind(name, path.read_text(encoding="utf-8")), counts, options.every)
            print(f"{kind.form}, up to {name}: {counts}", flush=True)
    for form, counts in totals.items():
        print(f"{form}: {counts}")
        print("  ", dict(Counter(name for name, *_ in counts.trouble)))
        for one in counts.trouble[:12]:
            print("     ", str(one)[:400])
    return int(any(counts.missed or counts.false for counts in totals.values()))


def prove(page, counts, step):
    before = page.facts
    quiet = changes(before.entries, page.read(page.text).entries)
    assert not quiet, quiet
    for edit in itertools.islice(page.edits(), 0, None, step):
        if edit.text == page.text:
            counts.unseen[edit.name] += 1
            continue
        after = page.read(edit.text)
        counts.judge(edit, changes(before.entries, after.entries, after.unsure), fits)


if __name__ == "__main__":
    sys.exit(main())
