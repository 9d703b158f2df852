"""The group of commands; each stands in a module of its own."""

from __future__ import annotations

import errno
from importlib.util import find_spec
from typing import Any, NamedTuple

import click

from eightbyeight._version import __version__
from eightbyeight.cli.api_key import no_key_argument
from eightbyeight.cli.exit_status import ExitStatus
from eightbyeight.cli.failures import Failure, defect, failure_of, tell_interruption
from eightbyeight.cli.lazy_group import Home, LazyGroup
from eightbyeight.errors import EightByEightError


class _Command(NamedTuple):
    """What a command does, the extra that it needs and packages of that. Its module has its name."""

    summary: str
    extra: str
    packages: tuple[str, ...]


_COMMANDS = {
    "completion": _Command("Print the completion script for a shell.", "cli", ()),
    "contract": _Command(
        "Test whether a server keeps the contract.", "contract", ("jsonschema_rs", "schemathesis")
    ),
    "doctor": _Command("Check key, region, connection, TLS and clock.", "cli", ()),
    "mock": _Command("Serve a local 8x8.", "mock", ("jsonschema_rs", "uvicorn")),
    "resume": _Command("Go on with the sends in a journal.", "journal", ("sqlalchemy",)),
    "segments": _Command("Count the parts that a text takes as an SMS.", "cli", ("rich",)),
    "send": _Command("Send a message to one or a few people.", "cli", ()),
    "status": _Command("Look up what became of a message.", "cli", ("rich",)),
    "survey": _Command("Send a survey to the people in a file.", "cli", ("rich",)),
    "watch": _Command("Show each change of a message.", "cli", ()),
}


class _Commands(LazyGroup):
    """Says what to install for a command whose packages are not here: each needs others."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        home = _COMMANDS.get(cmd_name)
        if home is not None and any(find_spec(package) is None for package in home.packages):
            return _without_its_extra(cmd_name, home)
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. However it ends, people see a sentence and no traceback."""
        try:
            return super().invoke(ctx)
        except EightByEightError as error:
            raise failure_of(error) from None
        except KeyboardInterrupt as cut:
            tell_interruption(cut)
            ctx.exit(ExitStatus.INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # click ends in silence when nobody reads on
            place = f"{error.filename}: " if error.filename else ""
            raise Failure(f"{place}{error.strerror or type(error).__name__}") from None
        except Exception as error:
            raise defect(error) from error


class _NotInstalled(click.ClickException):
    """A command could not start: not the status of one that looked and found something."""

    exit_code = 2


def _without_its_extra(name: str, home: _Command) -> click.Command:
    """Make a command that says what to install, whatever its arguments are."""

    @click.command(
        name,
        help=home.summary,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )
    def command() -> None:
        raise _NotInstalled(
            f'eightbyeight {name} needs more packages: install "eightbyeight[{home.extra}]"'
        )

    return command


@click.group(
    cls=_Commands,
    homes={name: Home(name, command.summary) for name, command in _COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="eightbyeight")
@no_key_argument
def cli() -> None:
    """Tools for 8x8's messaging APIs.

    Exit status 0 when a command has done what it says, 1 when not or only in part, 2 when it or its input is wrong, 3
    when nothing was sent, 4 when the API refused it, 5 when something may have been sent, 130 after Ctrl-C.
    """
