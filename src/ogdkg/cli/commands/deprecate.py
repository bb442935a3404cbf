"""`ogdkg deprecate`: says that a thing is not to be used any more, and what is instead."""

from __future__ import annotations

from typing import Any

import click

from ogdkg.cli.changing import change, write_option
from ogdkg.cli.options import ExampleCommand, all_option, project_option, verbosity_options


@click.command("deprecate", cls=ExampleCommand)
@click.argument("name", metavar="X")
@click.option("--by", metavar="Y", help="What to use instead; it takes the place of X wherever X is named.")
@write_option
@all_option
@project_option
@verbosity_options
@click.pass_context
def command(ctx: click.Context, /, name: str, by: str | None, **options: Any) -> None:
    """Mark a thing as deprecated.

    All statements about X stay, and one is added that says that it is deprecated. With --by, data, shapes,
    queries and questions name Y where they named X.

    \b
    For example:
      ogdkg deprecate 'an old term' --by {thing}
    """
    change(ctx, lambda names: names.deprecate(name, by), options)
