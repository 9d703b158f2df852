"""A run of the script, from the command line's options to its exit status."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from .accepted import Deviations
from .baseline import Baselines
from .errors import PageError
from .facts import STRUCTURED
from .findings import compare
from .reading import Reading
from .report import Report
from .spec_facts import Description

NONE, DRIFT, UNREADABLE = 0, 1, 2


@dataclass(frozen=True)
class Options:
    """What the command line says.

    Attributes:
        places: Files, folders and URLs.
        spec: The folder of the description.
        form: ``table``, ``json`` or ``markdown``.
        accept: Whether to write what the pages say now.
    """

    places: list[str]
    spec: Path
    form: str = "table"
    accept: bool = False


def run(options: Options) -> int:
    """Read, compare, report.

    Args:
        options: The options.

    Returns:
        0 if there is nothing new, 1 for drift, 2 if something could not be read.
    """
    try:
        report = _report(options)
    except PageError as error:
        _tell(str(error))
        return UNREADABLE
    for note in report.notes:
        _tell(f"note: {note}")
    for failure in report.errors:
        _tell(f"error: {failure}")
    if options.form == "json":
        print(report.as_json())
    elif options.form == "markdown":
        print(report.as_markdown())
    else:
        print(report)
    if report.errors:
        return UNREADABLE
    return DRIFT if report.has_drift and not options.accept else NONE


def _report(options: Options) -> Report:
    baselines = Baselines(options.spec / "facts")
    description = Description(options.spec)
    deviations = Deviations(options.spec / "deviations.yaml")
    reading = Reading(baselines, _tell)
    reading.read(options.places)
    findings = []
    for facts in reading.facts:
        findings += compare(facts, baselines, description, deviations)
    if options.accept:
        # What shows the nesting goes first: text is written as its differences from that.
        for facts in sorted(reading.facts, key=lambda one: one.form not in STRUCTURED):
            _tell(f"wrote {baselines.accept(facts)}")
    return Report(findings, reading)


def _tell(line: str) -> None:
    print(f"docs-drift: {line}", file=sys.stderr, flush=True)
