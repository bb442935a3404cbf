"""What is said to a person beside a command's answer: every line goes through one door."""

from __future__ import annotations

import click

from ogdkg.text.escape import told_line


def tell(line: str, *, err: bool = False) -> None:
    """One line on stdout or stderr, whatever text of strangers is in it."""
    text = told_line(line)
    # As bytes, stdout is UTF-8 whatever the locale is, as it is for an answer.
    click.echo(text if err else text.encode(), err=err)


def redraw(line: str, *, last: bool = False) -> None:
    """A line of our own on stderr that takes the place of the one before."""
    click.echo(f"\r{line}", nl=last, err=True)
