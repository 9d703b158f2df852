"""The list of all that the wheel brings along, in CycloneDX's form."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from releasing.command import run

if TYPE_CHECKING:
    from pathlib import Path

    from releasing.environments import Environment

_VERSION = "1.6"


def write(environment: Environment, pyproject: Path, target: Path, time: int) -> int:
    """Describe an environment with the wheel and all of its extras.

    Args:
        environment: The environment.
        pyproject: The project's file.
        target: The file to write.
        time: The moment that it is said to be of, in seconds since 1970.

    Returns:
        The number of components, besides the wheel.

    Raises:
        ReleaseError: What was written is not valid by the form's schema, or lacks the wheel.
    """
    options = ("--pyproject", pyproject, "--mc-type", "library", "--spec-version", _VERSION)
    command = ("-m", "cyclonedx_py", "environment", *options, "--output-reproducible", "--validate")
    run(
        *(sys.executable, *command, "--output-file", target, environment.python),
        cwd=environment.folder,
        env={"SOURCE_DATE_EPOCH": str(time)},
    )
    found = json.loads(target.read_text("utf-8"))
    return len(found["components"])
