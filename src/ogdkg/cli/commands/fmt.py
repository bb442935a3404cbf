"""`ogdkg fmt`: Turtle and TriG files in canonical form."""

from __future__ import annotations

from pathlib import Path

import click

from ogdkg.cli.options import Session, talking
from ogdkg.cli.output import write_out, write_told
from ogdkg.layout import lay_out
from ogdkg.render.patch import unified_diff


@click.command("fmt")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing: print what would change, and exit with 1.")
@talking
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[Path, ...], check: bool) -> None:
    """Put Turtle and TriG files, and those below folders, into canonical form; comments are kept.

    \b
    For example:
      ogdkg fmt --check data
    """
    session: Session = ctx.obj
    changed = [laid for laid in lay_out(paths) if not laid.is_canonical]
    for laid in changed:
        if check:
            write_told([unified_diff(str(laid.path), laid.before, laid.after)], None)
        else:
            write_out([laid.after], str(laid.path))
            session.say(f"Formatted {laid.path}")
    if check and changed:
        session.say(f"{len(changed)} not in canonical form; `ogdkg fmt` without --check writes it.")
    ctx.exit(1 if check and changed else 0)
