"""`ogdkg completion`: prints the script that makes a shell complete commands, options and names."""

from __future__ import annotations

import click

from ogdkg.cli.completion import SHELLS, script
from ogdkg.cli.options import verbosity_options
from ogdkg.cli.output import write_text
from ogdkg.errors import UnknownNameError


@click.command("completion")
@click.argument(
    "shell",
    metavar="SHELL",
    shell_complete=lambda ctx, param, typed: [name for name in SHELLS if name.startswith(typed)],
)
@verbosity_options
def command(shell: str) -> None:
    """Print the script that completes commands in a shell.

    SHELL is bash, zsh or fish. The shell then completes commands, options, stored queries, and the names of
    things and their values, with a description of each.

    \b
    For example:
      eval "$(ogdkg completion bash)"
    """
    if shell not in SHELLS:
        raise UnknownNameError(
            "completion for the shell", shell, SHELLS, see=f"Name one of {', '.join(SHELLS)}."
        )
    write_text([script(shell)], None)
