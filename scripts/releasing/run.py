"""Building and checking a release, and keeping what was built if nothing is wrong."""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from releasing import budget, building, contents, environments, matrix, pythons, sbom, sources, tag
from releasing.command import run
from releasing.contents import Wheel
from releasing.environments import HIGHEST
from releasing.errors import ReleaseError
from releasing.report import Report


@dataclass(frozen=True)
class Options:
    """What the command line says.

    Attributes:
        root: The checkout.
        out: The folder for what is built.
        full: Also check what takes minutes.
        tag: The tag of the release, if it is one.
    """

    root: Path
    out: Path
    full: bool
    tag: str | None


@dataclass(frozen=True)
class _Release:
    """What is checked: the files, where they come from, and a folder to work in."""

    built: building.Distributions
    source: Path
    work: Path
    moment: int


def check(options: Options) -> int:
    """Build, check, and keep the files if nothing is wrong. Returns the exit status."""
    report = Report()
    try:
        with tempfile.TemporaryDirectory(prefix="release-check-") as name:
            work = Path(name)
            source = sources.copy_of(options.root, work / "checkout")
            moment = sources.time_of_commit(options.root)
            release = _Release(building.build(source, work / "dist", moment), source, work, moment)
            _check_files(report, release)
            if options.full:
                _check_everything(report, release)
            if options.tag is not None:
                report.check("tag", partial(_tagged, release, options.root, options.tag))
            if not report.failed:
                _keep(work / "dist", options.out)
                _warn_of_changes(options.root)
    except ReleaseError as error:
        print(f"scripts/release-check: {error}", file=sys.stderr)
        return 1
    if report.failed:
        print(f"failed: {', '.join(report.failed)}")
    return 1 if report.failed else 0


def _check_files(report: Report, release: _Release) -> None:
    """Check what takes seconds."""
    wheel = release.built.wheel
    report.check("reproducible", partial(_same_bytes, release))
    report.check("metadata", lambda: ("", contents.complaints_about(wheel)))
    report.check("extras", lambda: ("", matrix.without_smoke(wheel)))
    report.check("smoke", partial(_smoke, release))
    report.check("budget", partial(_size, release))


def _check_everything(report: Report, release: _Release) -> None:
    """Check what takes minutes."""
    report.check("index", partial(_index_rules, release))
    report.check("components", partial(_components, release))
    found = pythons.found()
    print(f"Pythons of this machine: {', '.join(map(str, found))}", flush=True)
    trials = matrix.trials(release.built.wheel, found)
    for python, resolution in matrix.pairs(found):
        report.check(f"{python} {resolution}", partial(_trial, trials))


# --- the checks: each returns what is worth telling, and what is wrong ----------------------------


def _same_bytes(release: _Release) -> tuple[str, list[str]]:
    again = building.build_elsewhere(release.source, release.work, release.moment)
    told = f"{release.built.sdist.name} and {release.built.wheel.name}, built twice"
    return told, building.differences(release.built, again)


def _smoke(release: _Release) -> tuple[str, list[str]]:
    folder = release.work / "smoke"
    environment = environments.make(
        folder, pythons.running(), release.built.wheel, ["mock"], HIGHEST
    )
    matrix.smoke(environment, "mock", "", is_strict=True)
    return "five operations through the mock", []


def _size(release: _Release) -> tuple[str, list[str]]:
    folder = release.work / "core"
    environment = environments.make(folder, pythons.running(), release.built.wheel, [], HIGHEST)
    installed = budget.measure(environment)
    return str(installed), installed.complaints()


def _index_rules(release: _Release) -> tuple[str, list[str]]:
    files = (release.built.sdist, release.built.wheel)
    run(sys.executable, "-m", "twine", "check", "--strict", *files, cwd=release.work)
    return "by twine", []


def _components(release: _Release) -> tuple[str, list[str]]:
    path = release.built.wheel
    wheel = Wheel.read(path)
    target = release.work / "dist" / f"eightbyeight-{wheel.version}.cdx.json"
    folder = release.work / "all"
    environment = environments.make(folder, pythons.running(), path, wheel.extras, HIGHEST)
    pyproject = release.source / "pyproject.toml"
    count = sbom.write(environment, pyproject, path, target, release.moment)
    return f"{target.name}, {count} components", []


def _trial(trials: Iterator[matrix.Trial]) -> tuple[str, list[str]]:
    trial = next(trials)
    versions = ", ".join(f"{name} {version}" for name, version in trial.versions.items())
    return f"{trial.tried} environments: {versions}", trial.complaints


def _tagged(release: _Release, root: Path, name: str) -> tuple[str, list[str]]:
    version = Wheel.read(release.built.wheel).version
    said = tag.notes((root / "CHANGELOG.md").read_text("utf-8"), version)
    (release.work / "dist" / "release-notes.md").write_text(said, "utf-8")
    return name, tag.complaints(root, name, version)


# --- what stays -----------------------------------------------------------------------------------


def _keep(built: Path, out: Path) -> None:
    """Put the files where they are wanted, in the place of an earlier run's, and show their hashes."""
    out.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("eightbyeight-*"), *out.glob("release-notes.md")):
        old.unlink()
    for path in sorted(built.iterdir()):
        if path.name.startswith("."):  # hatchling's .gitignore
            continue
        shutil.copyfile(path, out / path.name)
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {out / path.name}")


def _warn_of_changes(root: Path) -> None:
    changed = sources.uncommitted(root)
    if changed:
        more = f" and {len(changed) - 1} more files" if len(changed) > 1 else ""
        print(f"what was built is no release: {changed[0]}{more} differ from the commit")
