"""Recorded traffic against the document. Nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from eightbyeight.contract.report import Breach
from eightbyeight.contract.rules import Answer, Broken, Rules
from eightbyeight.contract.shapes import foreign_place, masked_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eightbyeight.contract.har import Entry
    from eightbyeight.contract.report import Report
    from eightbyeight.mock.document import Match, Operation

# What a browser asks by itself before a request.
_PREFLIGHT = "OPTIONS"


def check(entries: Iterable[Entry], rules: Rules, urls: Mapping[str, str], report: Report) -> None:
    """Check each entry and enter what was found.

    Args:
        entries: The recorded traffic.
        rules: The rules.
        urls: Base URLs by product, where they are known; otherwise the vendor's hosts and a product's name at
            the beginning of the path tell.
        report: Where findings go.
    """
    entries = list(entries)
    # Browsers leave keys out of what they export.
    has_keys = any("authorization" in entry.request_headers for entry in entries)
    for entry in entries:
        match = _match(entry, rules, urls)
        operation = match.item.operations.get(entry.method) if match else None
        if match is None or operation is None:
            if entry.method != _PREFLIGHT:
                report.unknown[f"{_method(entry)} {foreign_place(entry.url)}"] += 1
        elif operation.id in report.tallies:
            _check_entry(entry, operation, match.parameters, rules, report, has_keys=has_keys)
    known = sum(tally.entries for tally in report.tallies.values())
    if not known:
        report.problems.append("none of the recorded requests is to an operation of the document")
    elif not has_keys:
        report.note(
            "no request was recorded with an Authorization header, so that it was not checked"
        )


def _check_entry(
    entry: Entry,
    operation: Operation,
    path: Mapping[str, str],
    rules: Rules,
    report: Report,
    *,
    has_keys: bool,
) -> None:
    test = f"entry {entry.number}"
    tally = report.tallies[operation.id]
    tally.entries += 1
    tally.tests[test] += 1
    broken = rules.of_request(
        operation, path, entry.request_body, entry.request_headers.get("content-type")
    )
    if has_keys and operation.secured:
        broken += _broken_key(entry)
    if entry.status == 0:
        report.note("some requests were recorded without an answer")
    else:
        answer = Answer(entry.status, entry.response_headers, entry.response_body)
        broken += rules.of_answer(operation, answer)
        if any(rule.check == "request_schema" for rule in broken) and 200 <= entry.status < 300:
            came = f"HTTP {entry.status}"
            broken.append(Broken("negative_data_rejection", "a refusal of this request", came))
    if entry.request_body is None or entry.response_body is None:
        report.note("some bodies were not recorded, so that they were not checked")
    for rule in broken:
        shape = (
            "a body that was not recorded"
            if entry.request_body is None
            else rules.shapes.of_content(entry.request_body)
        )
        sent = f"{entry.method} {masked_path(entry.url)}, {shape}"
        report.add(
            Breach(operation.id, test, rule.check, sent, rule.expected, rule.came, rule.kind)
        )


def _broken_key(entry: Entry) -> list[Broken]:
    given = entry.request_headers.get("authorization")
    if given is None:
        came = "none"
    else:
        scheme, _, key = given.partition(" ")
        if scheme.lower() == "bearer" and key.strip():
            return []
        came = "another scheme"
    return [Broken("request_authorization", "Authorization: Bearer with a key", came)]


def _match(entry: Entry, rules: Rules, urls: Mapping[str, str]) -> Match | None:
    parts = urlsplit(entry.url)
    for product, url in urls.items():
        base = urlsplit(url)
        below = f"{base.path}/"
        if (parts.scheme, parts.netloc.lower()) == (
            base.scheme,
            base.netloc.lower(),
        ) and parts.path.startswith(below):
            return rules.document.match(f"/{product}/{parts.path.removeprefix(below)}", "")
    return rules.document.match(parts.path or "/", parts.hostname or "")


def _method(entry: Entry) -> str:
    return entry.method if entry.method.isalpha() and len(entry.method) <= 10 else "?"
