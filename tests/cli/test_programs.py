"""Commands as programs of their own: pipes, terminals and Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter

from cli.conftest import TO, program, run_program, settings

from eightbyeight import Journal, SendState

# Two messages in a batch instead of 10,000.
SMALL_BATCHES = (
    "import sys; from eightbyeight.sending import chunks; chunks.MOST_MESSAGES = 2;"
    "from eightbyeight.cli import main; sys.argv[0] = 'eightbyeight'; main()"
)


def test_a_program_whose_output_is_no_terminal(mock_8x8):
    ended = run_program("send", "sms", "--to", TO, "Zoé, it’s here", url=mock_8x8.url)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == f"accepted  {TO}  umid {mock_8x8.last.umid}\n"
    assert mock_8x8.last.text == "Zoé, it’s here"


def test_completion_asks_the_program():
    words = {"COMP_WORDS": "eightbyeight send ", "COMP_CWORD": "2"}
    ended = run_program(_EIGHTBYEIGHT_COMPLETE="bash_complete", **words)
    assert ended.out.split() == ["plain,line", "plain,message", "plain,sms"]


def test_a_character_that_the_output_lacks_stops_nothing():
    ended = run_program("segments", "--gsm7", "5 €", PYTHONIOENCODING="latin-1")
    assert (ended.status, ended.err) == (0, "")
    assert "5 \\u20ac" in ended.out


if os.name == "posix":

    def test_a_closed_pipe_is_no_error():
        done = subprocess.run(
            ["sh", "-c", '"$@" | head -c 1', "-", *program("segments", "--json", "-")],
            env=settings(""),
            input="\u4e2d" * 20_000,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        assert (done.stdout, done.stderr) == ("{", "")

    def test_on_a_terminal_there_are_tables():
        script = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
        done = subprocess.run(
            [sys.executable, "-c", script, *program("segments", "It’s")],
            env=settings("", TERM="xterm", COLUMNS="100"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        assert done.returncode == 0
        assert "───" in done.stdout
        assert "RIGHT SINGLE QUOTATION MARK" in done.stdout
        assert "\t" not in done.stdout

    def test_sigint_in_the_middle_of_a_file(mock_8x8, tmp_path):
        people, place = tmp_path / "people.csv", tmp_path / "sends.db"
        numbers = [f"+659{number:07}" for number in range(6)]
        people.write_text("\n".join(["destination", *numbers, ""]))
        mock_8x8.chaos.add("sendSurveyBatch nth:2 silent-after:30")
        command = [
            *(sys.executable, "-W", "error", "-c", SMALL_BATCHES, "survey", "send", str(people)),
            *("--survey", "nps", "--template", "How was it? {{url}}", "--concurrency", "1"),
            *("--journal", str(place), "--run", "q3"),
        ]
        options = {"env": settings(mock_8x8.url), "stderr": subprocess.PIPE, "encoding": "utf-8"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, **options) as running:
            mock_8x8.wait_for(to=numbers[3], timeout=30)
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=30)

        assert (running.returncode, out) == (130, "")
        assert err.splitlines()[0].startswith("2 of 6 rows, ")  # no terminal: lines
        assert f"eightbyeight resume {place} --run q3" in err
        assert "Traceback" not in err

        again = subprocess.run(command, stdout=subprocess.PIPE, timeout=60, **options)
        assert again.returncode == 5, again.stderr
        # The batch whose answer was cut off is not sent again: the mock has it.
        assert Counter(message.to for message in mock_8x8.sent) == Counter(numbers)
        with Journal(place) as journal:
            assert journal.counts("q3") == {SendState.ACCEPTED: 2, SendState.UNKNOWN: 1}


if sys.platform == "linux":  # bash of macOS is too old for it

    def test_bash_takes_the_script(tmp_path):
        script = run_program("completion", "bash").out
        done = subprocess.run(
            ["bash", "-c", "source /dev/stdin; complete -p eightbyeight"],
            input=script,
            capture_output=True,
            text=True,
        )
        assert "_eightbyeight_completion" in done.stdout
