"""What the exit status of a command says."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from eightbyeight.errors import (
    ConfigurationError,
    InvalidInput,
    NotSent,
    OutcomeUnknown,
    Rejected,
    SendStopped,
)

if TYPE_CHECKING:
    from collections.abc import Collection


class ExitStatus(IntEnum):
    """The same for all commands that send, look up or check; `mock`, `contract` and `resume` describe their own."""

    DONE = 0
    #: It did not work, or only in part, or what was looked for is not so: a failed message, a failed check.
    FAILED = 1
    #: The command or its input is wrong; nothing was sent.
    USAGE = 2
    #: Provably not sent: running the same command again is safe.
    NOT_SENT = 3
    #: The API refused it: the same command will fail again.
    REJECTED = 4
    #: It may have been sent: running the same command again may send it twice.
    UNKNOWN = 5
    #: Ctrl-C.
    INTERRUPTED = 130


# Which status stands for several: what may have been sent counts most.
_WEIGHTIEST = (
    ExitStatus.UNKNOWN,
    ExitStatus.REJECTED,
    ExitStatus.NOT_SENT,
    ExitStatus.USAGE,
    ExitStatus.FAILED,
)


def status_of(error: BaseException | None) -> ExitStatus:
    """Return the status for an error; DONE for none."""
    if error is None:
        return ExitStatus.DONE
    if isinstance(error, SendStopped):
        return status_of(error.__cause__) if error.__cause__ is not None else ExitStatus.FAILED
    for kind, status in (
        ((InvalidInput, ConfigurationError), ExitStatus.USAGE),
        (OutcomeUnknown, ExitStatus.UNKNOWN),
        (NotSent, ExitStatus.NOT_SENT),
        (Rejected, ExitStatus.REJECTED),
    ):
        if isinstance(error, kind):
            return status
    return ExitStatus.FAILED


def together(statuses: Collection[ExitStatus], *, may_repeat: bool = False) -> ExitStatus:
    """Return the status that stands for several sends.

    Where some were done and others not, running the command again would send those twice that were, so it is neither
    NOT_SENT nor REJECTED but FAILED. ``may_repeat`` says that it would not, as with a journal.
    """
    found = next((status for status in _WEIGHTIEST if status in statuses), ExitStatus.DONE)
    is_mixed = ExitStatus.DONE in statuses and found is not ExitStatus.DONE
    if is_mixed and found is not ExitStatus.UNKNOWN and not may_repeat:
        return ExitStatus.FAILED
    return found
