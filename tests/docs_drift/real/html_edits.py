"""Changing rendered pages: element by element."""

from __future__ import annotations

import copy
import re

from docs_drift import html_page
from docs_drift.facts import HTML, OPERATION
from edit import OTHER_TYPES, Edit, Page, facts_to_change, move_targets
from lxml import html as lxml_html


class HtmlPage(Page):
    form = HTML

    def __init__(self, page, text):
        super().__init__(page, text)
        self.tree = lxml_html.document_fromstring(text)

    def read(self, text):
        return html_page.read(self.page, self.page, text)

    def items(self, tree):
        """The elements of the fields by path, as the page nests them."""
        found = {}
        for one in html_page._all(tree, "openapi-params__list-item"):
            section = next(one.iterancestors("details"))
            where = section.find("summary").text_content().split()[0].lower()
            found[f"{where}.{html_page._field(one, parameter=True)[0]}"] = one

        def walk(section, where, below=None):
            below = below or html_page._nested(section)
            for one in below[section]:
                name, entry = html_page._field(one, parameter=False)
                if name:
                    found[f"{where}.{name}"] = one
                    walk(one, f"{where}.{name}" + "[]" * entry.get("type", "").count("[]"), below)

        for body in html_page._all(tree, "summary-header-body"):
            walk(next(body.iterancestors("details")), "request")
        answers = [
            d for d in tree.iter("details") if html_page._text(d.find("summary")) == "Schema"
        ]
        for status, details in zip(self.statuses(), answers, strict=True):
            walk(details, "response" if status == "200" else f"responses.{status}")
        return found

    def statuses(self):
        return [p.split(".")[1] for p in self.facts.entries if re.fullmatch(r"responses\.\w+", p)]

    def edits(self):
        for path, entry in self.facts.entries.items():
            if path in {OPERATION, "request"} or ".headers." in path or path.endswith(".*"):
                continue
            if re.fullmatch(r"responses\.\w+", path):
                yield from self.status_edits(path)
                continue
            for name, fact, _ in facts_to_change(entry):
                made = self.edit(
                    name,
                    path,
                    lambda one, fact=fact, entry=entry: html_fact(one, fact, entry),
                    fact=fact,
                )
                if made:
                    yield made
            if not path.startswith(("path.", "header.", "query.")):
                yield self.edit("required", path, html_required, fact="required")
                yield self.edit("renamed", path, html_renamed, "renamed", new=f"{path}New")
                yield self.edit(
                    "field dropped", path, lambda one: one.getparent().remove(one), "removed"
                )
                parent = path.rpartition(".")[0]
                yield self.edit("field added", path, html_added, "added", to=f"{parent}.brandNew")
                for target in move_targets(self.facts.entries, path):
                    yield self.moved(path, target)

    def status_edits(self, path):
        status = path.split(".")[1]
        new = str(int(status) + (1 if status != "400" else 12))
        old = re.search(rf'(response-code-item[^"]*">){status}<', self.text)
        text = self.text.replace(old[0], f"{old[1]}{new}<")
        yield Edit("status", text, (path,), "renamed", new=f"responses.{new}")

    def edit(self, name, path, change, kind="changed", fact="", new=None, to=None):
        tree = copy.deepcopy(self.tree)
        if change(self.items(tree)[path]) is False:
            return None
        return Edit(
            name, lxml_html.tostring(tree, encoding="unicode"), (to or path,), kind, fact, new
        )

    def moved(self, path, target):
        tree = copy.deepcopy(self.tree)
        items = self.items(tree)
        child = next(
            p for p in items if p.startswith(f"{target}.") and "." not in p[len(target) + 1 :]
        )
        one = items[path]
        one.getparent().remove(one)
        items[child].addprevious(one)
        name = path.rpartition(".")[2]
        return Edit(
            "moved",
            lxml_html.tostring(tree, encoding="unicode"),
            (path,),
            "moved",
            new=f"{target}.{name}",
        )


def html_head(one):
    return html_page._first(one, "openapi-schema__container")


def html_required(one):
    head = html_head(one)
    flag = html_page._first(head, "openapi-schema__required")
    if flag is not None:
        flag.getparent().remove(flag)
    else:
        head.append(
            lxml_html.fragment_fromstring('<span class="openapi-schema__required">required</span>')
        )


def html_renamed(one):
    name = html_page._first(html_head(one), "openapi-schema__property")
    name.text = f"{name.text}New"


def html_added(one):
    one.addnext(
        lxml_html.fragment_fromstring(
            '<div class="openapi-schema__list-item"><div><span class="openapi-schema__container">'
            '<strong class="openapi-schema__property">brandNew</strong><span class="openapi-schema__name">'
            "string</span></span><p>Ours.</p></div></div>"
        )
    )


def html_fact(one, fact, entry):
    if fact == "type":
        parts = html_page._first(html_head(one), "openapi-schema__name")
        if parts is None:
            parts = html_page._first(html_head(one), "openapi-schema__type")
        parts.text = parts.text.replace(entry["type"], OTHER_TYPES[entry["type"]])
        parts.text = re.sub(r"<.*>", "", parts.text)
        return None
    for block in html_page._own_blocks(one, html_head(one)):
        strong = next(iter(block), None)
        mark = html_page._text(strong) if strong is not None else ""
        codes = list(block.iter("code"))
        if (
            fact in {"default", "example"}
            and mark == f"{'Default value' if fact == 'default' else 'Example'}:"
        ):
            codes[0].text = "other"
            return None
        if mark == "Possible values:":
            new = bounds_with(entry, fact) if fact in {"pattern", "enum"} else None
            for code in codes:
                if fact == "pattern" and code.text == entry["pattern"]:
                    code.text = new
                    return None
                if fact == "enum" and code.text == entry["enum"][0]:
                    code.text = new
                    return None
                number = str(entry.get(fact))
                if fact.startswith(("min", "max")) and re.search(
                    rf"(?<![\d.]){re.escape(number)}(?![\d.])", code.text
                ):
                    sign = ">=" if fact.startswith("min") else "<="
                    if code.text.startswith(sign):
                        code.text = code.text.replace(number, str(entry[fact] + 1))
                        return None
    return False


def bounds_with(entry, fact):
    return entry["pattern"] + "x" if fact == "pattern" else entry["enum"][0].swapcase()
