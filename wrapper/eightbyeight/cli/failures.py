"""Errors in words for people, with the exit status that goes with them. Never a traceback."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import click

from eightbyeight.cli.exit_status import ExitStatus, status_of
from eightbyeight.errors import EightByEightError, OutcomeUnknown, SendFailed

_ADVICE = {
    ExitStatus.NOT_SENT: "It was not sent, and may be sent again.",
    ExitStatus.UNKNOWN: (
        "It may have been sent: look for it among the receipts before you send it again."
    ),
}


class Failure(click.ClickException):
    """The end of a command, in a sentence and with a status."""

    def __init__(self, message: str, status: ExitStatus = ExitStatus.FAILED) -> None:
        super().__init__(message)
        self.exit_code = status  # type: ignore[misc]  # click reads it from the instance


def usage_error(message: str) -> Failure:
    """Make the failure of a command or an input that is wrong, without a list of options that would hide it."""
    return Failure(message, ExitStatus.USAGE)


def failure_of(error: EightByEightError) -> Failure:
    """Make the failure of a command that has ended with an error of the library."""
    return Failure(words_for(error), status_of(error))


def words_for(error: EightByEightError) -> str:
    """Return what went wrong, and what to do about it."""
    words = [str(error) or type(error).__name__]
    if isinstance(error, SendFailed):
        if isinstance(error, OutcomeUnknown) and error.client_message_id:
            words.append(f"Its client message ID is {error.client_message_id}.")
        if advice := _ADVICE.get(status_of(error)):
            words.append(advice)
    return "\n".join(words)


def defect(error: Exception) -> Failure:
    """Make the failure for what nobody has foreseen. What the exception says may hold secrets, so it is not shown."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return Failure(f"a defect of eightbyeight: {type(error).__name__}{place}. Please report it.")


def tell_interruption(error: KeyboardInterrupt) -> None:
    """Say on stderr that Ctrl-C has ended the command, and what is known of a send that it has cut off."""
    # On a terminal the line holds ^C, or a bar, by now.
    click.echo("\ninterrupted" if sys.stderr.isatty() else "interrupted", err=True)
    for note in getattr(error, "__notes__", ()):
        click.echo(note, err=True)
