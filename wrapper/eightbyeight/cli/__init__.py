"""The `eightbyeight` command."""

from __future__ import annotations

import sys
from importlib.util import find_spec


def main() -> None:
    """Run the command line, or say which extra it needs."""
    if find_spec("click") is None:
        print(
            'The eightbyeight command needs more packages: install "eightbyeight[mock]" or '
            '"eightbyeight[journal]"',
            file=sys.stderr,
        )
        sys.exit(2)
    from eightbyeight.cli.commands import cli

    cli(prog_name="eightbyeight")
