"""What text for people is written on: a terminal with its width, links and colours, or a file without."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from itertools import chain, islice
from typing import NamedTuple

from ogdkg.cli.output import is_terminal, write_styled, write_text
from ogdkg.cli.session import color_chosen
from ogdkg.text.escape import told, told_styled
from ogdkg.text.ink import Ink


class Screen(NamedTuple):
    """What text is written on.

    Attributes:
        output: The file; None or `-` for stdout.
        width: The columns of the terminal; None for no limit, as of a file.
        links: Whether it shows links (OSC 8).
        ink: Its colours.
    """

    output: str | None = None
    width: int | None = None
    links: bool = False
    ink: Ink = Ink()

    @property
    def is_styled(self) -> bool:
        """Whether lines made for it may have colours or links."""
        return self.links or self.ink.on

    def write(self, lines: Iterable[str]) -> None:
        """Write lines for people, made for this screen."""
        if self.is_styled:
            write_styled(lines)
        else:
            write_text(lines, self.output)

    def show(self, pieces: Iterable[str], *, paged: bool) -> None:
        """Write lines for people, if so wanted a page at a time where they do not fit the terminal."""
        if not paged or self.output not in (None, "-") or not (is_terminal() and sys.stdin.isatty()):
            return self.write(pieces)
        from ogdkg.cli.pager import page, pager_command  # only a terminal needs them

        lines = (line for piece in pieces for line in piece.splitlines(keepends=True))
        begin = list(islice(lines, _terminal_size()[1] - 1))  # one is for the prompt
        following = list(islice(lines, 1))
        whole = chain(begin, following, lines)
        command = pager_command() if following else None
        if command is None:
            return self.write(whole)
        return page(command, told_styled(whole) if self.is_styled else told(whole))


def screen(output: str | None) -> Screen:
    """Return what an output is written on: stdout may be a terminal, a file has no width and no colours."""
    if output not in (None, "-"):
        return Screen(output)
    is_capable = os.environ.get("TERM", "dumb") != "dumb" and not os.environ.get("NO_COLOR")
    when = color_chosen()
    is_coloured = when == "always" or (when == "auto" and is_terminal() and is_capable)
    links = is_coloured and is_terminal() and os.environ.get("TERM", "dumb") not in ("dumb", "linux")
    return Screen(output, _terminal_width(), links, Ink(is_coloured))


def _terminal_width() -> int | None:
    """Return the width of the terminal on stdout in columns; None if stdout is no terminal."""
    return _terminal_size()[0] if is_terminal() else None


def _terminal_size() -> tuple[int, int]:
    """Return the columns and lines of the terminal."""
    import shutil  # with it come all compressions, which nothing but a terminal should cost

    return shutil.get_terminal_size()
