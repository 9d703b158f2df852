"""Facts out of a reference page as a browser gets it, or saves it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from . import prose
from .completeness import demand_end_of_html
from .errors import NoOperation, PageError
from .facts import HTML, OPERATION, REQUEST, RESPONSE, RESPONSES, Entry, Facts, ordered
from .rendered import json_blocks, possible_values, sample_of, type_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_ITEM = "openapi-schema__list-item"
_PARAMETER = "openapi-params__list-item"
_BLOCKS = {"p", "li", "ul", "ol", "div", "blockquote", "pre", "h1", "h2", "h3", "h4", "table", "tr"}
_HEADING = re.compile(r"(?:^|\s)openapi-schema__(property|type|name|required|deprecated)(?!\S)")
_string = etree.XPath("string()")
_WITH_CLASS = etree.XPath("descendant-or-self::*[contains(@class, $part)]")
_LABELS = ("Possible values:", "Default value:", "Example:", "Constant value:")


def is_reference_page(text: str) -> bool:
    """Whether an HTML document is a rendered page of an operation."""
    return "openapi__method-endpoint" in text


def read(page: str, source: str, text: str) -> Facts:
    """Extract the facts.

    Args:
        page: The page's name.
        source: Where it comes from, for messages.
        text: The document.

    Returns:
        The facts.

    Raises:
        PageError: If it is no HTML, is cut off, or shows no operation.
    """
    try:
        tree = etree.fromstring(text.encode("utf-8", "replace"), _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise PageError(f"{source}: not readable as HTML: {error}") from error
    if tree is None:
        raise PageError(f"{source}: not readable as HTML: there is no element in it")
    demand_end_of_html(source, text)
    endpoint = _first(tree, "openapi__method-endpoint")
    if endpoint is None:
        raise NoOperation(f"{source}: shows no operation: no method and path in it")
    left = next((one for one in endpoint.iterancestors() if _has(one, "left-panel")), tree)
    try:
        entries: dict[str, Entry] = {OPERATION: _operation(source, endpoint)}
        _parameters(left, entries)
        _request(left, entries)
        _responses(source, left, entries)
    except RecursionError as error:
        raise PageError(f"{source}: its elements are nested too deeply to be a page") from error
    return Facts(page, HTML, source, {path: ordered(entry) for path, entry in entries.items()})


def _parser() -> etree.HTMLParser:
    return etree.HTMLParser(encoding="utf-8", recover=True, huge_tree=True)


def _operation(source: str, endpoint: Element) -> Entry:
    shown = " ".join(_string(endpoint).split())
    match = re.fullmatch(r"([A-Z]+) (https?://[^/\s]+)?(/\S*)", shown)
    if match is None:
        raise PageError(f"{source}: its method and path are not readable: {shown!r:.80}")
    lines = []
    for sibling in endpoint.itersiblings():
        if not isinstance(sibling.tag, str):
            continue
        if _has(sibling, "openapi-tabs__heading") or sibling.tag in {"details", "h2"}:
            break
        lines += _lines(sibling)
    limits = prose.facts_of(lines).get("limits")
    path = re.sub(r":(\w+)", r"{\1}", match[3])
    return {"method": match[1], "host": match[2], "path": path, "limits": limits}


def _parameters(left: Element, entries: dict[str, Entry]) -> None:
    for item in _all(left, _PARAMETER):
        section = next((one for one in item.iterancestors("details")), None)
        heading = section.find("summary") if section is not None else None
        title = _string(heading).split() if heading is not None else []
        where = title[0].lower() if title else "?"
        name, entry = _field(item, parameter=True)
        if name:
            entries[f"{where}.{name}"] = entry


def _request(left: Element, entries: dict[str, Entry]) -> None:
    heading = _first(left, "summary-header-body")
    if heading is None:
        return
    section = next(heading.iterancestors("details"), left)
    required = _first(next(heading.iterancestors("summary"), heading), "openapi-schema__required")
    entries[REQUEST] = {"required": required is not None, "content": _media_types(section)}
    if (content := _first(section, "collapsibleContent_")) is not None and len(content):
        entries[REQUEST]["words"] = _words(content[0])
    _items(section, f"{REQUEST}{_root_array(section)}", entries)


def _responses(source: str, left: Element, entries: dict[str, Entry]) -> None:
    statuses = [_string(one).strip() for one in _all(left, "openapi-tabs__response-code-item")]
    container = _first(left, "openapi-tabs__response-list-container")
    if container is None:
        return
    header = next((one for one in container.iterancestors() if _has(one, "header-section")), None)
    panels = []
    if header is not None and (beside := header.getnext()) is not None:
        panels = [one for one in beside if one.get("role") == "tabpanel"]
    if len(panels) != len(statuses):
        raise PageError(f"{source}: {len(statuses)} statuses and {len(panels)} answers: incomplete")
    success = False
    for status, panel in zip(statuses, panels, strict=True):
        where = f"{RESPONSES}.{status}"
        samples = _samples(panel)
        media = [_text(one) for one in _all(panel, "openapi-tabs__mime-item")]
        entries[where] = {"content": media, "examples": samples}
        if len(panel) and not panel[0].get("class"):
            entries[where]["words"] = _words(panel[0])
        for details in panel.iter("details"):
            summary = details.find("summary")
            title = _string(summary) if summary is not None else ""
            if _text(summary) == "Response Headers":
                _items(details, f"{where}.headers", entries)
            elif title.strip() == "Schema":
                target = where
                if status.startswith("2") and not success:
                    success, target = True, RESPONSE
                _items(details, f"{target}{_root_array(details)}", entries)


def _words(block: Element) -> list[str]:
    return [prose.fingerprint(line) for line in _lines(block)]


def _samples(panel: Element) -> list[str]:
    """Read the sample bodies, but for the one that the theme makes up from the schema."""
    labels = [_text(one) for one in _all(panel, "openapi-tabs__schema-label")]
    found = []
    for label, tab in zip(labels, _schema_panels(panel), strict=False):
        if label in {"Schema", "Example (auto)"}:
            continue
        text = "".join(tab.itertext()) if tab.find(".//pre") is None else _code(tab)
        found += [sample_of(value) for value in json_blocks(text)[0]]
    return found


def _schema_panels(panel: Element) -> list[Element]:
    container = _first(panel, "openapi-tabs__schema-container")
    if container is None:
        return []
    first = container.find(".//div[@role='tabpanel']")
    return [one for one in first.getparent() if one.get("role") == "tabpanel"] if first is not None else []  # fmt: skip


def _code(tab: Element) -> str:
    lines = [_string(line) for line in _all(tab.find(".//pre"), "token-line")]
    return "\n".join(lines)


def _items(section: Element, where: str, entries: dict[str, Entry]) -> None:
    """Read the fields of a section, with those inside them."""
    below = _nested(section)

    def read(holder: Element, where: str) -> None:
        for item in below[holder]:
            name, entry = _field(item, parameter=False)
            if not name:
                continue
            path = f"{where}.{name}"
            if ".headers." in path:
                entry.pop("type", None)
                entry.pop("required", None)
            entries[path] = entry
            read(item, path + "[]" * entry.get("type", "").count("[]"))

    read(section, where)


def _nested(section: Element) -> dict[Element, list[Element]]:
    """Find the fields of a section, and of each field those right inside it."""
    below: dict[Element, list[Element]] = {section: []}
    for item in _all(section, _ITEM):
        if item is not section:
            below[item] = []
            below[next(one for one in item.iterancestors() if one in below)].append(item)
    return below


def _field(item: Element, *, parameter: bool) -> tuple[str, Entry]:
    heading = _first(item, "openapi-schema__container")
    if heading is None:
        return "", {}
    parts: dict[str, Element] = {}
    for one in heading.iter(etree.Element):
        for part in _HEADING.findall(one.get("class") or ""):
            parts.setdefault(part, one)
    name = _text(parts.get("property"))
    label = parts.get("type" if parameter else "name")
    entry: Entry = type_of(_text(label), parameter=parameter)
    entry["required"] = "required" in parts
    if "deprecated" in parts:
        entry["deprecated"] = True
    lines = []
    for line, mark, value in _marked_lines(item, heading):
        if mark == "Possible values:":
            entry.update(possible_values(value, entry.get("type", "")))
        elif mark == "Default value:":
            entry["default"] = prose.value_of(value)
        elif mark == "Example:":
            entry["example"] = prose.value_of(value)
        elif mark is None:
            lines.append(line)
    entry.update(prose.facts_of(prose.tidy(lines)))
    return ("*" if name == "property name*" else name), entry


def _marked_lines(item: Element, heading: Element) -> list[tuple[str, str | None, str]]:
    """Return each block of an item as its text, its label and what comes after the label."""
    found: list[tuple[str, str | None, str]] = []
    for block in _own_blocks(item, heading):
        strong = next(iter(block), None)
        mark = _text(strong) if strong is not None and strong.tag == "strong" else None
        if mark in _LABELS and not (block.text or "").strip():
            found.append(("", mark, "".join(block.itertext()).strip().removeprefix(mark).strip()))
        else:
            found += [(line, None, "") for line in _lines(block)]
    return found


def _own_blocks(item: Element, heading: Element) -> list[Element]:
    """Find the outermost paragraphs, lists and labelled lines that belong to this field."""
    found, waiting = [], list(reversed(item))
    while waiting:
        one = waiting.pop()
        if not isinstance(one.tag, str) or one is heading or _has(one, _ITEM):
            continue
        first = next(iter(one), None)
        labelled = first is not None and first.tag == "strong" and _text(first) in _LABELS
        is_bracket = one.tag == "li" and _text(one) in {"Array [", "]"}
        if is_bracket:
            continue
        if labelled or one.tag in {"p", "li", "blockquote", "pre", "table", "h1", "h2", "h3", "h4"}:
            if one.tag == "li" and any(_has(inner, _ITEM) for inner in one.iter("div")):
                waiting += reversed(one)
            else:
                found.append(one)
        else:
            waiting += reversed(one)
    return found


def _lines(block: Element) -> list[str]:
    """Split a block where a browser would begin a new line."""
    parts: list[str] = []

    def walk(node: Element) -> None:
        is_block = node.tag in _BLOCKS
        if is_block or node.tag == "br":
            parts.append("\x00")
        parts.append(node.text or "")
        for inner in node:
            if isinstance(inner.tag, str):
                walk(inner)
            parts.append(inner.tail or "")
        if is_block:
            parts.append("\x00")

    walk(block)
    return prose.tidy("".join(parts).split("\x00"))


def _media_types(section: Element) -> list[str]:
    for ancestor in section.iterancestors("div"):
        tabs = _all(ancestor, "openapi-tabs__mime-item")
        if tabs:
            return [_text(tab) for tab in tabs]
    return []


def _root_array(section: Element) -> str:
    """Tell a body that is a list: its brackets stand outside of any field."""
    for one in section.iter("li"):
        inside = any(_has(outer, _ITEM) for outer in one.iterancestors("div"))
        if _text(one) == "Array [" and not inside:
            return "[]"
    return ""


def _text(node: Element | None) -> str:
    return "" if node is None else _string(node).replace("\u200b", "").strip()


def _has(node: Element, part: str) -> bool:
    """Whether a class of an element ends so, or begins so where the theme adds a hash to it."""
    value = node.get("class")
    if not value or part not in value:
        return False
    classes = value.split()
    if part.endswith("_"):
        return any(name.startswith(part) for name in classes)
    return any(name.removesuffix("__container").endswith(part) or name == part for name in classes)


def _all(node: Element, part: str) -> list[Element]:
    return [one for one in _WITH_CLASS(node, part=part) if _has(one, part)]


def _first(node: Element, part: str) -> Element | None:
    return next((one for one in node.iter(etree.Element) if _has(one, part)), None)
