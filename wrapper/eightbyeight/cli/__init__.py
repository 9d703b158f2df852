"""The `eightbyeight` command."""

from __future__ import annotations

import io
import sys
from importlib.util import find_spec


def main() -> None:
    """Run the command line, or say which extra it needs."""
    if find_spec("click") is None:
        print(
            'The eightbyeight command needs more packages: install "eightbyeight[cli]", or the extra '
            'of what you want to do, such as "eightbyeight[mock]"',
            file=sys.stderr,
        )
        sys.exit(2)
    from eightbyeight.cli.commands import cli

    if isinstance(sys.stdout, io.TextIOWrapper):
        # What the encoding lacks is no reason to stop when something was just sent.
        sys.stdout.reconfigure(errors="backslashreplace")

    cli(prog_name="eightbyeight")
