"""Trying the wheel: each extra alone, with the lowest and the highest versions that it allows, on each Python."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from releasing import environments
from releasing.command import run
from releasing.contents import Wheel
from releasing.environments import HIGHEST, LOWEST
from releasing.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from releasing.pythons import Python

SMOKES = Path(__file__).with_name("smokes")
CORE = "core"
#: Extras that are of use beside another one only.
_BESIDE = {"keyring": ("cli",)}
_SETTINGS = {
    "EIGHTBYEIGHT_API_KEY": "the-only-key",
    "EIGHTBYEIGHT_MOCK_API_KEY": "the-only-key",
    "EIGHTBYEIGHT_SUBACCOUNT_ID": "acme_hq",
    # A proxy that is set for this shell has no business between two programs of one machine.
    "NO_PROXY": "127.0.0.1",
    "no_proxy": "127.0.0.1",
}


@dataclass(frozen=True)
class Trial:
    """What came of all extras on one Python with one choice of versions."""

    python: Python
    resolution: str
    tried: int
    versions: dict[str, str]
    complaints: list[str]


def without_smoke(wheel: Path) -> list[str]:
    """Name the extras that nothing would try, and the programs that are for none."""
    extras = {CORE, *Wheel.read(wheel).extras}
    programs = {path.stem for path in SMOKES.glob("[!_]*.py")}
    untried = (f"no program in {SMOKES} tries the extra {name}" for name in extras - programs)
    useless = (f"{SMOKES / name}.py is for no extra" for name in programs - extras)
    return sorted([*untried, *useless])


def pairs(found: Sequence[Python]) -> list[tuple[Python, str]]:
    """List what is tried: each Python with the lowest and with the highest versions."""
    return [(python, resolution) for python in found for resolution in (LOWEST, HIGHEST)]


def trials(wheel: Path, found: Sequence[Python]) -> Iterator[Trial]:
    """Try all pairs, as many at a time as there are cores, and yield what came of each in their order."""
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        yield from pool.map(lambda pair: try_extras(wheel, *pair), pairs(found))


def try_extras(wheel: Path, python: Python, resolution: str) -> Trial:
    """Run the program of each extra in an environment of its own, against a mock out of the same wheel."""
    versions: dict[str, str] = {}
    complaints = []
    extras = [CORE, *Wheel.read(wheel).extras]
    with tempfile.TemporaryDirectory(prefix="release-check-") as name:
        work = Path(name)
        make = partial(_environment, work, python, wheel, resolution)
        try:
            with _serving(make("mock")) as url:
                for extra in extras:
                    try:
                        environment = make(extra)
                        versions |= environment.versions()
                        smoke(environment, extra, url, is_strict=resolution == HIGHEST)
                    except ReleaseError as error:
                        complaints.append(f"{python} {resolution} [{extra}]: {error}")
        except ReleaseError as error:
            complaints.append(f"{python} {resolution}, the mock that all others need: {error}")
    versions = {
        name: version for name, version in sorted(versions.items()) if name in _direct(wheel)
    }
    return Trial(python, resolution, len(extras), versions, complaints)


def smoke(environment: environments.Environment, extra: str, url: str, *, is_strict: bool) -> None:
    """Run the program of an extra.

    Args:
        environment: Where the wheel is installed with it.
        extra: The extra.
        url: Where a mock is.
        is_strict: A warning is an error. Old versions of others warn on a new Python.

    Raises:
        ReleaseError: It failed.
    """
    options = ["-I", *(["-W", "error"] if is_strict else [])]
    settings = {**_SETTINGS, "EIGHTBYEIGHT_BASE_URL": url}
    run(environment.python, *options, SMOKES / f"{extra}.py", cwd=environment.folder, env=settings)


def _environment(
    work: Path, python: Python, wheel: Path, resolution: str, extra: str
) -> environments.Environment:
    folder = work / extra
    if folder.exists():  # the mock's
        return environments.Environment(folder)
    extras = () if extra == CORE else (extra, *_BESIDE.get(extra, ()))
    return environments.make(folder, python, wheel, extras, resolution)


def _direct(wheel: Path) -> set[str]:
    found = Wheel.read(wheel)
    return {re.split(r"[^\w.-]", line)[0] for line in found.requirements(found.extras)}


@contextmanager
def _serving(environment: environments.Environment) -> Iterator[str]:
    """Serve a mock out of an environment, and yield its URL."""
    command = [str(environment.python), "-I", "-u", "-m", "eightbyeight.cli"]
    command += ["mock", "--port", "0", "--no-rate-limit"]
    settings = {**os.environ, **_SETTINGS}
    log = environment.folder / "mock.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8", env=settings
        ) as server,
    ):
        try:
            lines = server.stdout or ()
            url = next(
                (found[1] for line in lines if (found := re.search(r"BASE_URL=(\S+)", line))), None
            )
            if url is None:
                raise ReleaseError(f"eightbyeight mock did not start\n{log.read_text()}")
            yield url
        finally:
            server.terminate()
