"""How much the wheel puts on a disk. Where a deployment has a limit, each package counts."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from releasing.environments import Environment

MOST_MEGABYTES = 5.0
# This one, attrs, and what httpx brings: anyio, certifi, h11, httpcore, idna, typing_extensions and itself.
MOST_DISTRIBUTIONS = 9

_OWN = "eightbyeight"


@dataclass(frozen=True)
class Installed:
    """What an installer leaves on the disk for the wheel without extras, before Python compiles it.

    Attributes:
        own: Megabytes of the wheel's own files.
        total: Megabytes of all files.
        names: The distributions, the wheel's own among them.
    """

    own: float
    total: float
    names: list[str]

    def __str__(self) -> str:
        return f"{self.total:.1f} MB in {len(self.names)} distributions, {self.own:.1f} MB of it the wheel's own files"

    def complaints(self) -> list[str]:
        """Say what is too much."""
        faults = []
        if self.total > MOST_MEGABYTES:
            faults.append(f"{self.total:.1f} MB are installed; at most {MOST_MEGABYTES:.0f} MB")
        if len(self.names) > MOST_DISTRIBUTIONS:
            faults.append(
                f"{len(self.names)} distributions are installed, at most {MOST_DISTRIBUTIONS}: {', '.join(self.names)}"
            )
        return faults


def measure(environment: Environment) -> Installed:
    """Measure an environment with the wheel and what it requires, and nothing else."""
    (packages,) = (
        *environment.folder.glob("lib/python*/site-packages"),
        *environment.folder.glob("Lib/site-packages"),
    )
    sizes = {
        found.metadata["Name"].lower(): sum(
            Path(str(path.locate())).stat().st_size
            for path in found.files or ()
            if path.suffix != ".pyc"
        )
        for found in distributions(path=[str(packages)])
    }
    return Installed(sizes[_OWN] / 1e6, sum(sizes.values()) / 1e6, sorted(sizes))
