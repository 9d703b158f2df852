"""The group of commands; each stands in a module of its own."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

import click

from eightbyeight._version import __version__


class _Home(NamedTuple):
    """Where a command is, what it does, the extra that it needs and a package of that."""

    summary: str
    extra: str
    packages: tuple[str, ...]


_COMMANDS = {
    "contract": _Home(
        "Test whether a server keeps the contract.", "contract", ("jsonschema_rs", "schemathesis")
    ),
    "mock": _Home("Serve a local 8x8.", "mock", ("jsonschema_rs", "uvicorn")),
    "resume": _Home("Go on with the sends in a journal.", "journal", ("sqlalchemy",)),
}


class _Commands(click.Group):
    """Imports a command when it is used: each needs other packages."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's interface
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        home = _COMMANDS.get(cmd_name)
        if home is None:
            return None
        if any(find_spec(package) is None for package in home.packages):
            return _without_its_extra(cmd_name, home)
        command: click.Command = getattr(import_module(f"eightbyeight.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, home.summary) for name, home in sorted(_COMMANDS.items())])


class _NotInstalled(click.ClickException):
    """A command could not start: not the status of one that looked and found something."""

    exit_code = 2


def _without_its_extra(name: str, home: _Home) -> click.Command:
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


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="eightbyeight")
def cli() -> None:
    """Tools for 8x8's messaging APIs."""
