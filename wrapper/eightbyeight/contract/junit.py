"""A report as JUnit XML, as continuous integration reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from pathlib import Path

    from eightbyeight.contract.report import Report

# What XML 1.0 cannot hold.
_UNFIT = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(report: Report, file: Path) -> None:
    """Write a suite for each operation, with a case for each example, check or recorded entry.

    Raises:
        OSError: The file cannot be written.
    """
    root = ET.Element("testsuites", name="eightbyeight contract", time=f"{report.seconds:.3f}")
    totals = [_add_operation(root, report, operation) for operation in report.tallies]
    if report.problems:
        totals.append(_add_problems(root, report))
    for position, name in enumerate(("tests", "failures", "errors")):
        root.set(name, str(sum(total[position] for total in totals)))
    ET.indent(root)
    file.parent.mkdir(parents=True, exist_ok=True)
    ET.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)


def _add_operation(root: ET.Element, report: Report, operation: str) -> tuple[int, int, int]:
    suite = ET.SubElement(root, "testsuite", name=operation)
    if report.seed is not None:
        properties = ET.SubElement(suite, "properties")
        ET.SubElement(properties, "property", name="seed", value=str(report.seed))
    failed = 0
    tests = report.tallies[operation].tests
    for test in tests:
        case = ET.SubElement(suite, "testcase", classname=f"contract.{operation}", name=_fit(test))
        breaches = report.breaches_of(operation, test)
        failed += bool(breaches)
        for breach in breaches:
            failure = ET.SubElement(
                case,
                "failure",
                type=breach.check,
                message=_fit(f"expected {breach.expected}; came {breach.came}"),
            )
            lines = [f"sent {breach.sent}", f"expected {breach.expected}", f"came {breach.came}"]
            lines += [f"seen {breach.count} times"] if breach.count > 1 else []
            lines += [f"repeat {again}" for again in (breach.repeat, report.repeat) if again]
            failure.text = _fit("\n".join(lines))
    for name, value in (("tests", len(tests)), ("failures", failed), ("errors", 0)):
        suite.set(name, str(value))
    return len(tests), failed, 0


def _add_problems(root: ET.Element, report: Report) -> tuple[int, int, int]:
    count = len(report.problems)
    suite = ET.SubElement(
        root, "testsuite", name="run", tests=str(count), failures="0", errors=str(count)
    )
    for number, problem in enumerate(report.problems, 1):
        case = ET.SubElement(suite, "testcase", classname="contract", name=f"problem {number}")
        ET.SubElement(case, "error", type="problem", message=_fit(problem))
    return count, 0, count


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)
