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
    help="Where one thing cannot have both values, keep that of A, or that of B, and remove the other.",
)
@forget_option
@write_option
@all_option
@project_option
@verbosity_options
@click.pass_context
def command(ctx: click.Context, /, given_up: str, kept: str, **options: Any) -> None:
    """Merge two things into one.

    B takes over the statements about A, each in its place and with its source. The IRI of A stays, with B as
    its successor. If both have what a thing has only once, such as a name in a language, it lists that and
    writes nothing, unless you choose by --prefer or --keep-names.

    \b
    For example:
      ogdkg merge 'its other name' {thing}
    """
    how = {"keep_names": options.pop("keep_names"), "forget": options.pop("forget")}
    prefer = (options.pop("prefer") or "").upper()
    change(ctx, lambda names: names.merge(given_up, kept, prefer=prefer, **how), options)
