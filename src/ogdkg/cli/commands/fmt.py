"""`ogdkg fmt`: Turtle and TriG files in canonical form."""

from __future__ import annotations

from pathlib import Path

import click

from ogdkg.cli.options import Session, verbosity_options
from ogdkg.cli.output import opened_output, write_told
from ogdkg.errors import InputError, all_of
from ogdkg.render.views.patch import unified_diff
from ogdkg.syntax.formatter import files, laid_out


@click.command("fmt")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing: print what would change, and exit with 1.")
@verbosity_options
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[Path, ...], check: bool) -> None:
    """Put Turtle and TriG files, and those below folders, into canonical form; comments are kept.

    \b
    For example:
      ogdkg fmt --check data
    """
    session: Session = ctx.obj
    faults: list[InputError] = []
    changed = 0
    for path in files(paths, lambda link: session.say(f"Skipped {link}: it is a link.")):
        try:
            changed += _formatted(path, session, check=check)
        except InputError as fault:  # the others are none the worse for it
            faults.append(fault)
    if check and changed:
        session.say(f"{changed} not in canonical form; `ogdkg fmt` without --check writes it.")
    if faults:
        raise all_of(faults)
    ctx.exit(1 if check and changed else 0)


def _formatted(path: Path, session: Session, *, check: bool) -> bool:
    """Write one file anew, or print how it would change; whether it does."""
    laid = laid_out(path)
    if laid.is_canonical:
        return False
    if check:
        write_told([unified_diff(str(path), laid.before, laid.after)], None)
        return True
    with opened_output(str(path), check=laid.check) as out:
        out.write(laid.after)
    session.say(f"Formatted {path}")
    return True
