"""`eightbyeight completion`: what a shell needs to complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

_PROGRAM = "eightbyeight"
_VARIABLE = "_EIGHTBYEIGHT_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    bash (4.4 or newer): eightbyeight completion bash > ~/.local/share/bash-completion/completions/eightbyeight
    zsh:                 eightbyeight completion zsh > a file _eightbyeight in a directory of $fpath
    fish:                eightbyeight completion fish > ~/.config/fish/completions/eightbyeight.fish
    """  # noqa: D301  # it is click's sign for lines that stay as they are
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"there is no completion for {shell}")
    script = found(context.find_root().command, {}, _PROGRAM, _VARIABLE)
    # Not source(): it runs the bash of this machine, which need not be the one that reads this.
    click.echo(script.source_template % script.source_vars())
