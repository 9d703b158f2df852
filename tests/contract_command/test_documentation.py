"""The page and the workflow name options that exist, and the command is there without its extra."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from eightbyeight.cli import commands
from eightbyeight.cli.contract import contract as command

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "contract-testing.md", DOCS / "examples" / "contract.yml"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_options_exist(page):
    lines = [
        line for line in page.read_text("utf-8").splitlines() if "eightbyeight contract" in line
    ]
    named = {option for line in lines for option in re.findall(r"--[a-z-]+", line)}
    known = {option for parameter in command.params for option in parameter.opts}
    assert named
    assert named <= known


def test_every_option_is_told_of():
    page = PAGES[0].read_text("utf-8")
    for parameter in command.params:
        assert any(option in page for option in parameter.opts), parameter.name


def test_the_workflow_holds_no_secret():
    text = PAGES[1].read_text("utf-8")
    assert "secrets." not in text
    assert "token" not in text
    (job,) = yaml.safe_load(text)["jobs"].values()
    assert any("--junit contract.xml" in step.get("run", "") for step in job["steps"])
    assert any("contract.xml" in step.get("with", {}).get("path", "") for step in job["steps"])


def test_without_its_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(commands, "find_spec", lambda name: None)
    done = CliRunner().invoke(commands.cli, ["contract", "--base-url", "http://127.0.0.1"])
    assert done.exit_code == 2
    assert 'install "eightbyeight[contract]"' in done.stderr
