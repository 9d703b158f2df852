"""What all commands have in common."""

from __future__ import annotations

import pytest
from cli.conftest import SECRET
from click.shell_completion import get_completion_class

from eightbyeight import ConnectionLost, InvalidInput, NotSent, SendStopped
from eightbyeight.cli import commands, progress
from eightbyeight.cli.exit_status import ExitStatus, status_of, together
from eightbyeight.cli.progress import Lines, duration
from eightbyeight.results.many import Progress

COMMANDS = sorted(commands._COMMANDS)


def test_help_names_every_command(command):
    shown = command("--help").out
    assert [name for name in COMMANDS if f"\n  {name} " not in shown] == []


@pytest.mark.parametrize(
    "arguments",
    [*([name] for name in COMMANDS), ["send", "sms"], ["send", "line"], ["survey", "send"]],
)
def test_every_command_has_help(command, arguments):
    ended = command(*arguments, "--help")
    assert ended.status == 0
    assert ended.out.startswith(f"Usage: eightbyeight {' '.join(arguments)} ")


def test_a_command_without_its_packages_says_what_to_install(command, monkeypatch):
    found = commands.find_spec
    monkeypatch.setattr(commands, "find_spec", lambda name: None if name == "rich" else found(name))
    ended = command("segments", "Hi")
    assert ended.status == 2
    assert 'install "eightbyeight[cli]"' in ended.err


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (KeyError(SECRET), 1, "a defect of eightbyeight: KeyError in test_command_line.py, line"),
        (PermissionError(13, "Permission denied", "outcomes.csv"), 1, "outcomes.csv: Permission"),
        (NotSent("no connection"), 3, "may be sent again"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_no_error_is_a_traceback(command, monkeypatch, error, status, words):
    def broken(**_):
        raise error

    monkeypatch.setattr("eightbyeight.cli.status.status.callback", broken)
    ended = command("status", "umid")
    assert (ended.status, ended.out) == (status, "")
    assert words in ended.err


def test_statuses():
    stopped = SendStopped("stopped")
    stopped.__cause__ = ConnectionLost("lost")
    told = [status_of(e) for e in (None, InvalidInput("x"), NotSent("x"), stopped, OSError())]
    assert told == [0, 2, 3, 5, 1]


@pytest.mark.parametrize(
    ("statuses", "one", "with_journal"),
    [
        ([], 0, 0),
        ([0], 0, 0),
        ([3], 3, 3),
        ([3, 4], 4, 4),
        ([0, 3], 1, 3),
        ([0, 4, 1], 1, 4),
        ([0, 3, 5], 5, 5),
        ([0, 1], 1, 1),
    ],
)
def test_the_status_of_several(statuses, one, with_journal):
    found = [ExitStatus(status) for status in statuses]
    assert (together(found), together(found, may_repeat=True)) == (one, with_journal)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(command, shell):
    ended = command("completion", shell)
    assert ended.status == 0
    assert f"_EIGHTBYEIGHT_COMPLETE={shell}_complete" in ended.out


@pytest.mark.parametrize(
    ("words", "begun", "wanted"),
    [
        ([], "", {"send", "survey", "doctor", "mock"}),
        (["send"], "", {"sms", "message", "line"}),
        (["send", "sms"], "--enc", {"--encoding"}),
        (["send", "sms"], "--api-key", {"--api-key-file", "--api-key-keyring"}),
        (["completion"], "", {"bash", "zsh", "fish"}),
    ],
)
def test_completions(words, begun, wanted):
    shell = get_completion_class("bash")(commands.cli, {}, "eightbyeight", "_EIGHTBYEIGHT_COMPLETE")
    found = {item.value for item in shell.get_completions(words, begun)}
    assert wanted <= found
    assert "--api-key" not in found


def test_progress_in_lines(capsys, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("eightbyeight.cli.progress.time.monotonic", lambda: now[0])
    with Lines(50_000) as lines:
        for done in range(0, 30_001, 1_000):
            now[0] += 1
            lines(Progress(done, done, 0, 0, 0, 0))

    told = capsys.readouterr().err.splitlines()
    assert told == [
        "0 of 50,000 rows, 0 a second",
        "10,000 of 50,000 rows, 909 a second, 44 s left",
        "20,000 of 50,000 rows, 952 a second, 32 s left",
        "30,000 of 50,000 rows, 968 a second, 21 s left",
    ]


def test_a_quiet_run_tells_of_itself_only_when_it_takes_long(capsys, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("eightbyeight.cli.progress.time.monotonic", lambda: now[0])
    with Lines(None, is_quiet=True) as lines:
        lines(Progress(5, 5, 0, 0, 0, 0))
    assert capsys.readouterr().err == ""
    with Lines(None, is_quiet=True) as lines:
        now[0] += 10
        lines(Progress(50, 50, 0, 0, 0, 0))
        lines(Progress(51, 51, 0, 0, 0, 0))
    assert capsys.readouterr().err == "50 rows, 5 a second\n51 rows, 5 a second\n"


def test_durations():
    told = [duration(seconds) for seconds in (5, 89, 150, 7_500)]
    assert told == ["5 s", "89 s", "2 min", "2 h 5 min"]


def test_the_bar_is_for_terminals(monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert isinstance(progress.showing(5), progress.Bar)
    monkeypatch.setattr("sys.stderr.isatty", lambda: False)
    assert isinstance(progress.showing(5), progress.Lines)


def test_the_bar_tells_what_was_not_accepted(capsys):
    with progress.Bar(5) as bar:
        bar(Progress(3, 2, 1, 0, 0, 0))
    told = capsys.readouterr().err
    assert "3/5" in told
    assert "1 not accepted" in told
