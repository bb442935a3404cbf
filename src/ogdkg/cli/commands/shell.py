"""`ogdkg shell`: a prompt, for several questions to one graph."""

from __future__ import annotations

import os
from typing import Any

import click

from ogdkg.cli.options import Session, chosen_endpoint, chosen_project, language_option, reading_options
from ogdkg.cli.session import color_chosen, is_paging


@click.command("shell")
@click.argument("questions", nargs=-1, metavar="[QUESTION]...")
@language_option
@reading_options
@click.pass_context
def command(ctx: click.Context, /, questions: tuple[str, ...], **options: Any) -> None:
    """Ask several questions at a prompt; only the first reads the graph.

    A question is a stored query by its name, a command that reads, or SPARQL over several lines that `;` or
    an empty line ends. The prompt completes commands, options and names, and knows what was asked before.
    Files that change are read anew. `.help` says more; Ctrl-D leaves. Questions may also be given as
    arguments, or come from a pipe.

    \b
    For example:
      ogdkg shell
    """
    from ogdkg.cli.shell.loop import Opening, Shell  # which runs other commands
    from ogdkg.graph.graph import GraphOptions

    session: Session = ctx.obj
    languages = options.pop("lang")
    folder = options["project"] or session.project
    project = chosen_project(session, options)
    _tell_commands(options, languages)
    layers = tuple(name for names in options["layer"] for name in names.split(",") if name)
    project.choose(layers)  # so that an unknown one is an error at once
    endpoint = chosen_endpoint(project, options["endpoint"])
    opened = GraphOptions(
        layers, options["engine"], options["timeout"], cache=not options["no_cache"], endpoint=endpoint
    )
    opening = Opening(project, folder, session, tuple(_before(session, folder)), opened, questions)
    ctx.exit(Shell(opening).run())


def _tell_commands(options: dict[str, Any], languages: tuple[str, ...]) -> None:
    """Let the commands find in the environment what the options of the shell are."""
    timeout = options["timeout"]
    told = {
        "OGDKG_ENGINE": options["engine"],
        "OGDKG_TIMEOUT": "0" if timeout is None else str(timeout),
        "OGDKG_ENDPOINT": options["endpoint"],
        "OGDKG_LANG": " ".join(languages),
    }
    os.environ.update({name: value for name, value in told.items() if value})


def _before(session: Session, folder: str | None) -> list[str]:
    """Return the options that stand before each command's name."""
    words = ["--color", color_chosen()]
    words += [] if is_paging() else ["--no-pager"]
    words += ["-C", folder] if folder else []
    words += ["--trust"] if session.trust else []
    return words + ["-q"] * (session.verbosity < 0) + ["-v"] * session.verbosity
