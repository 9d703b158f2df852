"""Pages as the vendor's theme renders them."""

from __future__ import annotations

import json
import re
from html import escape

from docs_drift.facts import OPERATION
from model import body_of, fields_of, headers_of, parameters_of, prose_lines, samples_of, statuses

FORMATTED = {"int32": "integer", "int64": "integer", "float": "number", "double": "number"}


def bounds(entry):
    """The line after "Possible values:" as groups of Markdown, as the theme makes it."""
    groups = []
    kind = entry.get("type", "")
    values = [f"`{value}`" for value in entry.get("enum", [])]
    if values and kind.endswith("[]"):
        groups.append(f"[{', '.join(values)}]")
    lengths = []
    if entry.get("minLength"):
        least = entry["minLength"]
        lengths.append("`non-empty`" if least == 1 else f"`>= {least} characters`")
    if "maxLength" in entry:
        lengths.append(f"`<= {entry['maxLength']} characters`")
    if lengths:
        groups.append(" and ".join(lengths))
    numbers = [
        f"`{sign} {entry[name]}`"
        for name, sign in (
            ("minimum", ">="), ("exclusiveMinimum", ">"), ("maximum", "<="), ("exclusiveMaximum", "<"),
        )
        if name in entry
    ]  # fmt: skip
    if numbers:
        groups.append(" and ".join(numbers))
    if "pattern" in entry:
        groups.append(f"Value must match regular expression `{entry['pattern']}`")
    if values and not kind.endswith("[]"):
        groups.append(f"[{', '.join(values)}]")
    groups += [
        f"`{sign} {entry[name]}`"
        for name, sign in (("minItems", ">="), ("maxItems", "<="))
        if name in entry
    ]
    return ", ".join(groups)


def label_of(entry, *, parameter=False):
    kind = entry.get("type", "")
    if parameter and "format" in entry:
        return entry["format"]
    return f"{kind}<{entry['format']}>" if "format" in entry else kind


def code(text):
    return re.sub(r"`([^`]*)`", lambda match: f"<code>{match[1]}</code>", escape(text, quote=False))


def paragraphs(entry):
    html, items = "", []
    for line in prose_lines(entry):
        if line.startswith("• "):
            name, _, rest = line[2:].partition(":")
            items.append(f"<li><strong>{escape(name)}:</strong>{escape(rest)}</li>")
        else:
            html += f"<p>{escape(line).replace('Ours', '<em>Ours</em>')}</p>"
    return html + (f"<ul>\n{chr(10).join(items)}\n</ul>" if items else "")


def possible(entry):
    line = bounds(entry)
    return f"<p><strong>Possible values:</strong> {code(line)}</p>" if line else ""


def values(entry):
    html = ""
    for title, name in (("Default value: ", "default"), ("Example: ", "example")):
        if name in entry:
            shown = escape(entry[name], quote=False)
            html += f"<div><strong>{title}</strong><span><code>{shown}</code></span></div>"
    return html


def heading(name, entry, *, parameter=False):
    struck = " openapi-schema__strikethrough" if entry.get("deprecated") else ""
    kind = "openapi-schema__type" if parameter else "openapi-schema__name"
    label = label_of(entry, parameter=parameter)
    space = " " if parameter or "object" in label else ""
    shown = "property name*" if name == "*" else name
    html = (
        f'<span class="openapi-schema__container"><strong class="openapi-schema__property{struck}">'
        f'{escape(shown)}</strong><span class="{kind}">{space}{escape(label)}</span>'
    )
    for flag in ("required", "deprecated"):
        if entry.get(flag):
            html += (
                '<span class="openapi-schema__divider"></span>'
                f'<span class="openapi-schema__{flag}">{flag}</span>'
            )
    return html + "</span>"


def item(field):
    if not field.is_object:
        inside = heading(field.name, field.entry) + paragraphs(field.entry)
        inside += possible(field.entry) + values(field.entry)
        return f'<div class="openapi-schema__list-item"><div>{inside}</div></div>'
    inner = "".join(map(item, field.children))
    if not field.children:
        inner = (
            '<div class="openapi-schema__list-item"><div><span class="openapi-schema__container">'
            '<strong class="openapi-schema__property"></strong>'
            '<span class="openapi-schema__name">object</span></span></div></div>'
        )
    if field.arrays:
        inner = f"<li><div>Array [</div></li>{inner}<li><div>]</div></li>"
    said = paragraphs(field.entry) + possible(field.entry)
    said = f'<div style="margin-top: 0.5rem">{said}</div>' if said else ""
    return (
        '<div class="openapi-schema__list-item"><details class="details_x openapi-markdown__details">'
        f"<summary>{heading(field.name, field.entry)}</summary>"
        f'<div><div class="collapsibleContent_x"><div>{said}{inner}</div></div></div></details></div>'
    )


def parameter(name, entry):
    return (
        f'<div class="openapi-params__list-item">{heading(name, entry, parameter=True)}'
        f"{possible(entry)}{paragraphs(entry)}{values(entry)}</div>"
    )


def section(title, name, inner, *, said="", required=False):
    flag = '<span class="openapi-schema__required">required</span>' if required else ""
    return (
        f'<details class="details_x openapi-markdown__details {name}"><summary>{title}{flag}</summary>'
        f'<div><div class="collapsibleContent_x"><div>{said}</div><ul>{inner}</ul></div></div></details>'
    )


def mime(names, inner):
    tabs = "".join(
        f'<li role="tab" class="tabs__item openapi-tabs__mime-item">{escape(name)}</li>'
        for name in names
    )
    return (
        '<div class="tabs-container"><div class="tabs__container"><div class="openapi-tabs__mime-container">'
        f'<ul role="tablist" class="openapi-tabs__mime-list-container tabs">{tabs}</ul></div></div>'
        f'<div class="margin-top--md"><div role="tabpanel" class="tabItem_x">{inner}</div></div></div>'
    )


def sample(value):
    lines = "".join(
        f'<span class="token-line"><span class="token plain">{escape(line)}</span><br></span>'
        for line in json.dumps(value, indent=2).splitlines()
    )
    return (
        '<div role="tabpanel" class="tabItem_x" hidden=""><pre class="prism-code">'
        f'<code class="codeBlockLines_x">{lines}</code></pre></div>'
    )


def answer(entries, status):
    entry = entries[f"responses.{status}"]
    fields = fields_of(entries, body_of(entries, status))
    schema = section(
        '<strong class="openapi-markdown__details-summary-response">Schema</strong>',
        "response",
        "".join(map(item, fields)),
    )
    samples = samples_of(entries, status)
    labels = ["Schema", "Example (auto)", *(f"sample{at}" for at, _ in enumerate(samples))]
    tabs = "".join(
        f'<li role="tab" class="tabs__item openapi-tabs__schema-item">'
        f'<span class="openapi-tabs__schema-label">{label}</span></li>'
        for label in labels
    )
    body = (
        '<div class="openapi-tabs__schema-container"><div class="openapi-tabs__schema-tabs-container">'
        f'<ul role="tablist" class="openapi-tabs__schema-list-container tabs">{tabs}</ul></div>'
        f'<div class="margin-top--md"><div role="tabpanel" class="tabItem_x">{schema}</div>'
        f"{sample({'made': 'up'})}{''.join(map(sample, samples))}</div></div>"
    )
    headers = ""
    if found := headers_of(entries, status):
        rows = "".join(
            '<div class="openapi-schema__list-item"><div><span class="openapi-schema__container">'
            f'<strong class="openapi-schema__property">{escape(name)}</strong>'
            f'<span class="openapi-schema__name"></span></span>{paragraphs(one)}{values(one)}</div></div>'
            for name, one in found.items()
        )
        headers = section("<strong>Response Headers</strong>", "", rows)
    said = paragraphs(entry)
    said = f"<div><div>{said}</div></div>" if said else "<div></div>"
    return f'<div role="tabpanel" class="tabItem_x">{said}{headers}{mime(entry.get("content", []), body)}</div>'


def html(entries):
    """A page."""
    about = entries[OPERATION]
    url = about["host"] + re.sub(r"\{(\w+)\}", r":\1", about["path"])
    limits = "".join(
        f"<p>{escape(line)}</p>" for line in prose_lines({"limits": about.get("limits", [])})
    )
    parts = [
        '<h1 class="openapi__heading">Ours</h1>\n<pre class="openapi__method-endpoint">'
        f'<span class="badge">{about["method"]}</span> <h2 class="openapi__method-endpoint-path">{url}</h2></pre>'
        f'<div class="openapi__divider"></div>\n<p>Ours.</p>{limits}\n'
        '<h2 class="anchor openapi-tabs__heading" id="request">Request</h2>\n'
    ]
    sides = {}
    for where, name, entry in parameters_of(entries):
        sides.setdefault(where, []).append(parameter(name, entry))
    for where, rows in sides.items():
        title = f'<h3 class="openapi-markdown__details-summary-header-params">{where.title()} Parameters</h3>'
        parts.append(section(title, "", "".join(rows)))
    if "request" in entries:
        body = entries["request"]
        inner = section(
            '<h3 class="openapi-markdown__details-summary-header-body">Body</h3>',
            "mime",
            "".join(map(item, fields_of(entries, "request"))),
            said=f"<div>{paragraphs(body)}</div>",
            required=body.get("required"),
        )
        parts.append(mime(body.get("content", []), inner))
    tabs = "".join(
        f'<li role="tab" class="tabs__item openapi-tabs__response-code-item">{status}</li>'
        for status in statuses(entries)
    )
    parts.append(
        '<div class="openapi-tabs__container"><div class="openapi-tabs__response-header-section">'
        '<h2 class="openapi-tabs__heading">Responses</h2><div class="openapi-tabs__response-container">'
        f'<ul role="tablist" class="openapi-tabs__response-list-container tabs">{tabs}</ul></div></div>'
        f'<div class="margin-top--md">{"".join(answer(entries, one) for one in statuses(entries))}</div></div>'
    )
    return (
        '<!DOCTYPE html><html><head><title>Ours</title></head><body><main><div class="row">'
        f'<div class="col openapi-left-panel__container">{"".join(parts)}</div>'
        '<div class="col openapi-right-panel__container"><div class="openapi-schema__required">x</div></div>'
        "</div></main></body></html>"
    )
