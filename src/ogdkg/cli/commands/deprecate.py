"""`ogdkg deprecate`: says that a thing is not to be used any more, and what is instead."""

from __future__ import annotations

from typing import Any

import click

from ogdkg.cli.changing import change, write_option
from ogdkg.cli.options import ExampleCommand, all_option, project_option, verbosity_options


@click.command("deprecate", cls=ExampleCommand)
@click.argument("name", metavar="X")
@click.option("--by", metavar="Y", help="What to use instead; it is named then wherever X was.")
@write_option
@all_option
@project_option
@verbosity_options
@click.pass_context
def command(ctx: click.Context, /, name: str, by: str | None, **options: Any) -> None:
    """Say that a thing is not to be used any more.

    What is said of X stays, and that it is deprecated is added. With --by, data, shapes, queries and
    questions name Y where they named X.

    \b
    For example:
      ogdkg deprecate 'an old term' --by {thing}
    """
    change(ctx, lambda names: names.deprecate(name, by), options)
