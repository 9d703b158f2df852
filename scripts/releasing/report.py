"""Showing a check's outcome: one line, and what is wrong below it."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from releasing.errors import ReleaseError

#: A check returns what is worth telling, and what is wrong.
Check = Callable[[], tuple[str, list[str]]]


@dataclass
class Report:
    """Runs checks and prints what came of each.

    Attributes:
        failed: The names of those that found something wrong.
    """

    failed: list[str] = field(default_factory=list)

    def check(self, name: str, findings: Check) -> None:
        """Run a check and print it. A ReleaseError is what it found; any other exception is a defect of it."""
        started = time.monotonic()
        try:
            told, complaints = findings()
        except ReleaseError as error:
            told, complaints = "", [str(error)]
        verdict = "FAILED" if complaints else "ok"
        seconds = time.monotonic() - started
        print(f"{name:<16} {verdict:<6} {seconds:6.1f} s  {told}".rstrip(), flush=True)
        for complaint in complaints:
            print(textwrap.indent(complaint, "    "), flush=True)
        if complaints:
            self.failed.append(name)
