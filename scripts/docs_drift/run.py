"""A run of the script, from the command line's options to its exit status."""

from __future__ import annotations

import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from .accepted import Deviations
from .baseline import Baselines
from .between_forms import compare_forms
from .errors import PageError
from .facts import FORMS
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
        _tell(f"error: {error}")
        return UNREADABLE
    except KeyboardInterrupt:
        _tell("stopped; nothing was compared")
        return 128 + signal.SIGINT
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
    findings += compare_forms(reading.facts, baselines, description)
    if options.accept:
        # Text is written as its differences from the others, and has its fields in the order of HTML.
        for facts in sorted(reading.facts, key=lambda one: FORMS.index(one.form)):
            try:
                path, here = baselines.accept(facts), Path.cwd()
                _tell(f"wrote {path.relative_to(here) if path.is_relative_to(here) else path}")
            except PageError as error:
                reading.errors.append(str(error))
    return Report(findings, reading, deviations.reasons)


def _tell(line: str) -> None:
    print(f"docs-drift: {line}", file=sys.stderr, flush=True)
