"""The scheduled workflow of docs/examples runs what is there."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from model import PAGES, SPEC
from ruamel.yaml import YAML

ROOT = SPEC.parent
WORKFLOW = YAML(typ="safe", pure=True).load(
    (ROOT / "docs/examples/docs-drift.yml").read_text("utf-8")
)
STEPS = {
    step["name"]: step["run"] for step in WORKFLOW["jobs"]["docs-drift"]["steps"] if "run" in step
}


def test_it_fetches_each_page_that_there_is_a_baseline_of():
    assert sorted(WORKFLOW["env"]["PAGES"].split()) == sorted(PAGES)


def test_it_runs_the_script_with_options_that_it_has(drift, capsys):
    with pytest.raises(SystemExit):
        drift("--help")
    known = capsys.readouterr().out
    calls = re.findall(r"scripts/docs-drift (.*?) >", "\n".join(STEPS.values()))

    assert len(calls) == 2
    for call in calls:
        for option in re.findall(r"--\w+", call):
            assert f"  {option}" in known
    for script in set(re.findall(r"\bscripts/[\w-]+", "\n".join(STEPS.values()))):
        assert (ROOT / script).exists()


@pytest.mark.parametrize("name", STEPS)
def test_its_steps_are_readable_for_a_shell(name):
    step = STEPS[name]
    if os.name != "nt":  # the workflow's runner is Linux
        done = subprocess.run(["sh", "-n"], input=step, text=True, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")

    assert "${{" not in step, "an expression in a script is code of whoever fills it in"


def test_later_steps_use_what_earlier_ones_tell():
    condition = next(
        step["if"] for step in WORKFLOW["jobs"]["docs-drift"]["steps"] if step.get("if")
    )
    assert condition == "steps.drift.outputs.status == '1'"
    assert 'echo "status=$status" >> "$GITHUB_OUTPUT"' in STEPS["Compare them"]
