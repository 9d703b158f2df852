"""The workflows of this repository run what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))


def read(path: Path) -> dict:
    return YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


def steps(path: Path) -> list[dict]:
    return [step for job in read(path)["jobs"].values() for step in job["steps"]]


by_name = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def test_there_is_one_for_each_purpose():
    assert {"docs", "docs-drift", "release", "test"} == {path.stem for path in FILES}


@by_name
def test_scripts_that_are_run_exist(path):
    commands = "\n".join(step.get("run", "") for step in steps(path))

    for script in set(re.findall(r"(?:scripts/|\.ci/)[\w-]+", commands)):
        assert (ROOT / script).exists()
    for folder in set(re.findall(r"\btests/\w+", commands)):
        assert (ROOT / folder).is_dir()


@by_name
def test_no_job_runs_for_hours_or_in_two_runs_at_once(path):
    workflow = read(path)

    assert workflow["concurrency"]["group"]
    assert all(job["timeout-minutes"] <= 40 for job in workflow["jobs"].values())


@by_name
def test_actions_have_the_same_version_everywhere(path):
    everywhere = {
        found[1]: found[2]
        for other in FILES
        for found in re.finditer(r"uses: (\S+)@(\S+ # v\S+)", other.read_text("utf-8"))
    }
    for name, version in re.findall(r"uses: (\S+)@(.*)", path.read_text("utf-8")):
        assert version.startswith(everywhere[name])


def test_each_python_that_is_claimed_is_tested():
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    tested = set(
        re.findall(r'"(3\.\d+)"', (ROOT / ".github/workflows/test.yml").read_text("utf-8"))
    )

    assert set(re.findall(r":: (3\.\d+)", project)) <= tested


def test_only_the_job_that_publishes_may_publish():
    jobs = read(ROOT / ".github/workflows/release.yml")["jobs"]
    publish = jobs["publish"]

    assert publish["environment"] == "pypi"
    assert publish["permissions"] == {"id-token": "write"}
    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert not any("run" in step for step in publish["steps"]), "nothing of ours runs beside it"


def test_docs_drift_is_what_others_are_shown():
    ours, shown = ROOT / ".github/workflows/docs-drift.yml", ROOT / "docs/examples/docs-drift.yml"

    def commands(path):
        return [(step["name"], step["run"]) for step in steps(path) if "run" in step]

    assert commands(ours) == commands(shown)
    assert read(ours)["env"] == read(shown)["env"]
