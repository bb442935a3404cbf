"""Messages to the user beside a command's output. Every line is escaped here."""

from __future__ import annotations

import click

from ogdkg.text.escape import told_line


def print_line(line: str, *, err: bool = False) -> None:
    """Print one line to stdout, or to stderr, with untrusted text in it escaped."""
    text = told_line(line)
    # As bytes: stdout is UTF-8 whatever the locale, as it is for results.
    click.echo(text if err else text.encode(), err=err)


def redraw(line: str, *, last: bool = False) -> None:
    """Print a line on stderr that overwrites the previous one; `last` ends it."""
    click.echo(f"\r{line}", nl=last, err=True)
