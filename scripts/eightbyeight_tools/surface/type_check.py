"""Checking the programs of the previous version against the present code.

What was right before and is an error now has broken, whatever the comparison of names says. The programs are
checked against their own version as well, so that only what is new counts.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ToolError
from .uses import Use

CACHE = Path(".mypy_cache", "interface")

# A type that a test asserts may have become another, and every program still be right.
_PROMISE = "assert-type"

# Other packages than those that show in the interface would cost most of the time, and prove nothing.
_SETTINGS = """\
[mypy]
python_version = 3.11
check_untyped_defs = true
explicit_package_bases = true
ignore_missing_imports = true
follow_imports = skip
mypy_path = {}
[mypy-eightbyeight.*,eightbyeight_generated.*,attr.*,attrs.*,httpx.*]
follow_imports = silent
"""


@dataclass(frozen=True)
class Broken:
    """A place in a program of the previous version that is wrong now.

    Attributes:
        file: A file of the previous version.
        line: The line in it.
        text: What the type checker says.
        code: What it calls this sort of error.
    """

    file: str
    line: int
    text: str
    code: str

    @property
    def breaking(self) -> bool:
        """False if only an asserted type is another."""
        return self.code != _PROMISE

    @property
    def place(self) -> str:
        """File and line, as editors read them."""
        return f"{self.file}:{self.line}"

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


def newly_wrong(uses: list[Use], folder: Path, previous: Path, present: Path) -> list[Broken]:
    """Type-check programs with the code of two versions.

    Args:
        uses: The programs.
        folder: Where they are.
        previous: The files of the version that they belong to.
        present: The project's folder.

    Returns:
        What is an error with the present code, and was none with the previous.

    Raises:
        ToolError: If mypy cannot check them.
    """
    if not uses:
        return []
    cache = present / CACHE
    with ThreadPoolExecutor(2) as pool:
        before = pool.submit(_errors, uses, folder, previous, cache / "previous")
        after = pool.submit(_errors, uses, folder, present, cache / "present")
    # Other words for what was wrong before are no news.
    known = {(error.place, error.code) for error in before.result()}
    new = [error for error in after.result() if (error.place, error.code) not in known]
    return sorted(new, key=lambda error: (error.file, error.line))


def _errors(uses: list[Use], folder: Path, root: Path, cache: Path) -> list[Broken]:
    settings = folder / f"{cache.name}.ini"
    paths = [str(root / name) for name in ("wrapper", "generated")]
    settings.write_text(_SETTINGS.format(",".join(paths)), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", str(settings)]
    command += ["--cache-dir", str(cache)]
    command += ["--output", "json", "--no-error-summary", *(use.file for use in uses)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1} or done.stderr.strip():
        output = f"{done.stdout}\n{done.stderr}".strip()
        raise ToolError(f"mypy could not check the uses of the previous version:\n{output}")
    sources = {use.file: use.source for use in uses}
    return [
        _broken(sources, json.loads(line))
        for line in done.stdout.splitlines()
        if '"severity": "error"' in line
    ]


def _broken(sources: dict[str, str], error: dict[str, Any]) -> Broken:
    file = str(error["file"]).replace("\\", "/")
    text = re.sub(r"\s+", " ", error["message"])
    return Broken(sources.get(file, file), error["line"], text, error["code"])
