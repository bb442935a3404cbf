"""`ogdkg merge`: makes one of two things, in all files of the project."""

from __future__ import annotations

from typing import Any

import click

from ogdkg.cli.changing import change, forget_option, write_option
from ogdkg.cli.options import ExampleCommand, all_option, project_option, verbosity_options


@click.command("merge", cls=ExampleCommand)
@click.argument("given_up", metavar="A")
@click.argument("kept", metavar="B")
@click.option("--keep-names", is_flag=True, help="The names of A become other names of B (skos:altLabel).")
@click.option(
    "--prefer",
    type=click.Choice(("A", "B"), case_sensitive=False),
    help="Of what one thing cannot say, keep what A says, or what B says, and take the other out.",
)
@forget_option
@write_option
@all_option
@project_option
@verbosity_options
@click.pass_context
def command(ctx: click.Context, /, given_up: str, kept: str, **options: Any) -> None:
    """Make one of two things.

    What is said of A is said of B then, each statement where it stands and with its source. The IRI of A
    stays, with B as its successor. Lists what one thing cannot say, such as two names in a language, and
    writes nothing, unless --prefer or --keep-names tells what is to become of it.

    \b
    For example:
      ogdkg merge 'its other name' {thing}
    """
    how = {"keep_names": options.pop("keep_names"), "forget": options.pop("forget")}
    prefer = (options.pop("prefer") or "").upper()
    change(ctx, lambda names: names.merge(given_up, kept, prefer=prefer, **how), options)
