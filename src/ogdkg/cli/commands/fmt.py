"""`ogdkg fmt`: formats Turtle and TriG files."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path

import click

from ogdkg.cli.options import Session, verbosity_options
from ogdkg.cli.output import opened_output, write_text
from ogdkg.errors import InputError, all_of
from ogdkg.render.views.patch import unified_diff
from ogdkg.syntax.formatter import FormattedFile, files, laid_out, with_unix_line_ends
from ogdkg.text.escape import one_line


@click.command("fmt")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; print a diff, and exit with 1 if there is any.")
@verbosity_options
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[Path, ...], check: bool) -> None:
    """Format Turtle and TriG files.

    Each PATH is a file, or a folder to search for files. Comments are kept.

    \b
    For example:
      ogdkg fmt --check data
    """
    session: Session = ctx.obj
    faults: list[InputError] = []
    changed = 0
    for path in files(paths, lambda link: session.say(f"Skipped {link}: it is a link.")):
        try:
            changed += _format(path, session, check=check)
        except InputError as fault:  # format the other files nevertheless
            faults.append(fault)
    if check and changed:
        session.say(f"{changed} not in canonical form; run `ogdkg fmt` without --check to format them.")
    if faults:
        raise all_of(faults)
    ctx.exit(1 if check and changed else 0)


def _format(path: Path, session: Session, *, check: bool) -> bool:
    """Format one file, or print a diff; return whether it changes."""
    formatted = laid_out(path)
    if formatted.is_canonical:
        return False
    if check:
        write_text(_difference(str(path), formatted), None)
        return True
    with opened_output(str(path), check=formatted.check) as out:
        out.write(formatted.after)
    session.say(f"Formatted {path}")
    return True


def _difference(path: str, formatted: FormattedFile) -> Iterator[str]:
    """What differs from the canonical form; a sentence tells of what a diff would show in every line."""
    text = formatted.before.removeprefix(BOM_UTF8)
    seen = with_unix_line_ends(text)
    unseen = {
        "begins with a byte order mark": text != formatted.before,
        "has the line ends of Windows": seen != text,
    }
    if found := [what for what, is_there in unseen.items() if is_there]:
        yield f"{one_line(path)} {' and '.join(found)}, which `ogdkg fmt` takes out.\n"
    if seen != formatted.after:
        yield from unified_diff(path, seen, formatted.after)
