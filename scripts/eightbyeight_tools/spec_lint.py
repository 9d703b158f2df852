"""Checking the specification: the project's own rules, and validity as OpenAPI 3.1.

Run as ``python -m eightbyeight_tools.spec_lint [folder]``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from jsonschema.exceptions import ValidationError
from openapi_spec_validator import validate

from . import lint_examples, lint_operations, lint_schemas
from .errors import ToolError
from .spec_set import Finding, SpecSet

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "spec"
RULES = (*lint_schemas.RULES, *lint_operations.RULES, *lint_examples.RULES)


def lint(spec: SpecSet) -> list[Finding]:
    """Apply every rule.

    Args:
        spec: The specification.

    Returns:
        The findings, by file and line.
    """
    findings = [finding for rule in RULES for finding in rule(spec)]
    return sorted(findings, key=lambda finding: (finding.file, finding.line or 0, str(finding)))


def invalid_documents(spec: SpecSet, folder: Path) -> list[Finding]:
    """Validate each file as OpenAPI 3.1.

    Args:
        spec: The specification.
        folder: Where its files are, so that references between them can be followed.

    Returns:
        At most one finding a file.
    """
    findings = []
    for file, document in spec.raw.items():
        try:
            validate(document, base_uri=(folder / file).resolve().as_uri())
        except ValidationError as error:
            message = error.message if len(error.message) <= 300 else f"{error.message[:300]}..."
            findings.append(
                spec.finding(file, tuple(error.path), f"not valid OpenAPI: {message}", "correct it")
            )
    return findings


def main(arguments: list[str] | None = None) -> int:
    """Print what is wrong with the specification.

    Args:
        arguments: The command line without the program's name; that of the process if None.

    Returns:
        The exit status: 0 when there is nothing to print, 1 otherwise.
    """
    parser = argparse.ArgumentParser(
        prog="spec_lint", description="Check the specification's files."
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, default=DEFAULT_FOLDER, help="default: this project's spec/"
    )
    folder = parser.parse_args(arguments).folder
    try:
        spec = SpecSet.from_folder(folder)
        findings = [*lint(spec), *invalid_documents(spec, folder)]
    except ToolError as error:
        print(f"spec_lint: {error}", file=sys.stderr)
        return 1
    for finding in findings:
        print(finding)
    files = ", ".join(spec.raw)
    print(
        f"{len(findings)} findings in {files}"
        if findings
        else f"{files}: {len(RULES)} rules kept, valid OpenAPI 3.1"
    )
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
