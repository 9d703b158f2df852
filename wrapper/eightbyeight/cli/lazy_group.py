"""A group of commands, each of which is imported when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


class Home(NamedTuple):
    """The module of a command, which has the command's name in it, and what it does."""

    module: str
    summary: str


class LazyGroup(click.Group):
    """Knows its commands by their homes, and tells of them without an import."""

    def __init__(self, *arguments: Any, homes: Mapping[str, Home], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._homes = homes

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's interface
        """Name the commands."""
        return sorted(self._homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        home = self._homes.get(cmd_name)
        if home is None:
            return None
        command: click.Command = getattr(import_module(f"eightbyeight.cli.{home.module}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands for the help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, home.summary) for name, home in sorted(self._homes.items())])
