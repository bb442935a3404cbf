"""Messages to the user beside a command's output, and progress. Every line is escaped here."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

import click

from ogdkg.answer_cache.dependencies import unsure
from ogdkg.text.escape import told_line

_WIDTH = 30  # of the bar
_INTERVAL = 0.1  # seconds between two updates of the bar


def print_line(line: str, *, err: bool = False) -> None:
    """Print one line to stdout, or to stderr, with untrusted text in it escaped."""
    text = told_line(line)
    if err and len(text) > 60 and sys.stderr.isatty():
        text = _fitted(text, sys.stderr)
    # As bytes: stdout is UTF-8 whatever the locale, as it is for results.
    click.echo(text if err else text.encode(), err=err)


def print_sentence(line: str) -> None:
    """Print a line to stdout as `print_line` does; a terminal breaks it between words, if it is too long."""
    text = told_line(line)
    click.echo((_fitted(text, sys.stdout) if len(text) > 60 and sys.stdout.isatty() else text).encode())


def _fitted(text: str, stream: TextIO) -> str:
    """The text as it fits a terminal."""
    import os  # only a long message on a terminal needs these

    from ogdkg.render.views.fitted import fitted

    try:
        width = int(os.environ.get("COLUMNS") or 0) or os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return text
    return "".join(fitted([text], width or None))


def redraw(line: str, *, last: bool = False) -> None:
    """Print a line on stderr that overwrites the previous one; `last` ends it."""
    unsure()  # who sees an answer again need not wait
    click.echo(f"\r{line}", nl=last, err=True)


def progress(say: Callable[[str], None]) -> Callable[[str, int, int], None]:
    """Return a callback that reports progress on stderr: a bar on a terminal, elsewhere a line for each step.

    Args:
        say: Prints a line to the user, or drops it under `-q`.

    Returns:
        A function of the step's name, the amount done and the total; a total of 0 prints the name alone.
    """
    announced: set[str] = set()
    drawn_at = 0.0

    def report(step: str, done: int, total: int) -> None:
        nonlocal drawn_at
        if step not in announced:
            announced.add(step)
            say(step if not total else f"{step} …")
        at_end = done >= total
        if total and sys.stderr.isatty() and (at_end or time.monotonic() - drawn_at > _INTERVAL):
            drawn_at = time.monotonic()
            full = _WIDTH * done // total
            bar = "█" * full + "░" * (_WIDTH - full)
            redraw(f"  {bar} {100 * done // total:3} %", last=at_end)

    return report
