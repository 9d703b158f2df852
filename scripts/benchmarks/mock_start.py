"""From the start of a mock's process to its first answer, each time in a new process."""

from __future__ import annotations

from functools import partial

from . import mock_requests, prism
from .row import NotMeasured, Row
from .server_process import KNOWS_USAGE, server

#: Time to the first answer, against Prism's.
TARGET = 0.2

_WHAT = "start to first answer"


def run(*, quick: bool) -> list[Row | NotMeasured]:
    """Start both in turns; the fastest start counts."""
    try:
        prism_command = partial(prism.command, mock_requests.DOCUMENT)
        prism_command(0)
    except prism.PrismMissingError as error:
        return [NotMeasured("mock", f"{_WHAT} against Prism's", str(error))]
    commands = {"ours": mock_requests.ours, "Prism": prism_command}
    seconds = dict.fromkeys(commands, float("inf"))
    cpu = dict.fromkeys(commands, float("inf"))
    for _ in range(3 if quick else 10):
        for name, command in commands.items():
            with server(command, mock_requests.first) as started:
                seconds[name] = min(seconds[name], started.seconds_to_answer)
                if KNOWS_USAGE:
                    cpu[name] = min(cpu[name], started.cpu_seconds())
    ours, theirs = seconds["ours"] * 1000, seconds["Prism"] * 1000
    rows: list[Row | NotMeasured] = [Row("mock", _WHAT, ours, "ms", "Prism", theirs, TARGET)]
    if KNOWS_USAGE:
        ours, theirs = cpu["ours"] * 1000, cpu["Prism"] * 1000
        rows.append(Row("mock", f"{_WHAT}, CPU", ours, "ms", "Prism", theirs))
    else:
        rows.append(NotMeasured("mock", f"{_WHAT}, CPU", "needs Linux's /proc"))
    return rows
