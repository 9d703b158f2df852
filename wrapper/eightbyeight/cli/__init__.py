"""The `eightbyeight` command."""

from __future__ import annotations

import sys
from importlib.util import find_spec

_NEEDED = ("click", "uvicorn", "jsonschema_rs")


def main() -> None:
    """Run the command line, or say which extra it needs."""
    if any(find_spec(name) is None for name in _NEEDED):
        print(
            'The eightbyeight command needs more packages: install "eightbyeight[mock]"',
            file=sys.stderr,
        )
        sys.exit(2)
    from eightbyeight.cli.commands import cli

    cli(prog_name="eightbyeight")
