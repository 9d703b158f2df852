"""Every command in the pages about the command line runs, and prints what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import eightbyeight.cli.watch as watching
from eightbyeight.cli.commands import cli

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ["command-line.md", "sms.md"]
# They serve or need what is not here; their own pages and tests show them.
ELSEWHERE = ("mock", "contract", "resume")

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
VARYING = [
    (UUID, "<umid>"),
    (re.compile(r"x8-[0-9a-f]+(-\d+)*"), "<reference>"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)"), "<moment>"),
    (re.compile(r"[\d,]+ a second"), "<rate>"),
    (re.compile(r"(User-Agent|Content-Length): .*"), r"\1"),
    (re.compile(r" +$", re.MULTILINE), ""),
]


def steps(page):
    """The commands of a page in their order, each with the lines that follow it."""
    blocks = re.findall(r"^```console\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    for block in blocks:
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, shown = step.partition("\n")
            while line.endswith("\\"):
                more, _, shown = shown.partition("\n")
                line = f"{line[:-1]} {more.strip()}"
            yield line, shown


def alike(text):
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return text.strip()


@pytest.fixture
def terminal(mock_8x8, monkeypatch, tmp_path):
    """As the pages are read: on a terminal, in an empty folder, and a message comes further while it is watched."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("EIGHTBYEIGHT_SUBACCOUNT_ID", "acme_hq")
    monkeypatch.setattr("eightbyeight.cli.output.is_terminal", lambda: True)
    monkeypatch.setattr(watching, "pause", mock_8x8.advance)
    return mock_8x8


def differences(page, terminal):
    """Run the commands of a page. Returns those that print something else."""
    status, found = 0, []
    for line, shown in steps(page):
        words = shlex.split(line)
        if words[0] == "cat":
            Path(words[1]).write_text(shown, "utf-8")
        elif words == ["echo", "$?"]:
            if status != int(shown):
                found.append(f"$ {line}\n{status}")
        elif words[0] == "eightbyeight" and words[1] not in ELSEWHERE:
            known = terminal.sent[-1].umid if terminal.sent else ""
            arguments = [UUID.sub(known, word) for word in words[1:]]
            done = CliRunner().invoke(cli, arguments, prog_name="eightbyeight")
            status = done.exit_code
            if shown and alike(done.output) != alike(shown):
                found.append(f"$ {line}\n{done.output}")
    return found


@pytest.mark.parametrize("name", PAGES)
def test_commands_print_what_the_page_says(terminal, name):
    page = (DOCS / name).read_text("utf-8")
    found = differences(page, terminal)
    assert not found, "\n".join(found)


def test_a_page_that_says_something_else_is_found(terminal):
    page = '```console\n$ eightbyeight segments "Hi"\n2 parts\n$ echo $?\n1\n```\n'
    assert len(differences(page, terminal)) == 2


def test_every_command_and_every_exit_status_is_on_the_page():
    from eightbyeight.cli import commands
    from eightbyeight.cli.exit_status import ExitStatus

    page = (DOCS / "command-line.md").read_text("utf-8")
    assert [name for name in commands._COMMANDS if f"eightbyeight {name}" not in page] == []
    assert [s for s in ExitStatus if not re.search(rf"^\| {s.value} \|", page, re.MULTILINE)] == []
