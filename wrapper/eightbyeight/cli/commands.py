"""The group of commands; each stands in a module of its own."""

from __future__ import annotations

import click

from eightbyeight._version import __version__
from eightbyeight.cli.mock import mock


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="eightbyeight")
def cli() -> None:
    """Tools for 8x8's messaging APIs."""


cli.add_command(mock)
