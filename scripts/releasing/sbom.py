"""The list of all that the wheel brings along, in CycloneDX's form."""

from __future__ import annotations

import hashlib
import json
import sys
from typing import TYPE_CHECKING

from releasing.command import run
from releasing.contents import Wheel
from releasing.errors import ReleaseError

if TYPE_CHECKING:
    from pathlib import Path

    from releasing.environments import Environment

_VERSION = "1.6"


def write(environment: Environment, pyproject: Path, wheel: Path, target: Path, moment: int) -> int:
    """Describe an environment with the wheel and all of its extras.

    Args:
        environment: The environment.
        pyproject: The project's file.
        wheel: The wheel.
        target: The file to write.
        moment: The time that the list is of, in seconds since 1970.

    Returns:
        The number of components, besides the wheel.

    Raises:
        ReleaseError: What was written is not valid by the form's schema.
    """
    options = ("--pyproject", pyproject, "--mc-type", "library", "--spec-version", _VERSION)
    command = ("-m", "cyclonedx_py", "environment", *options, "--output-reproducible")
    run(
        *(sys.executable, *command, "--output-file", target, environment.python),
        cwd=environment.folder,
        env={"SOURCE_DATE_EPOCH": str(moment)},
    )
    found = json.loads(target.read_text("utf-8"))
    # The project's file says that the version is elsewhere, so the tool leaves it out.
    version = Wheel.read(wheel).version
    found["metadata"]["component"] |= {
        "version": version,
        "purl": f"pkg:pypi/eightbyeight@{version}",
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(wheel.read_bytes()).hexdigest()}],
    }
    text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    _validate(text)
    target.write_text(text, "utf-8")
    return len(found["components"])


def _validate(text: str) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    fault = JsonStrictValidator(SchemaVersion.from_version(_VERSION)).validate_str(text)
    if fault is not None:
        raise ReleaseError(f"the list of components is not valid: {str(fault)[:400]}")
