"""How far a long work is, on stderr: a bar on a terminal, elsewhere one line for each step."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from ogdkg.cli.telling import redraw

_WIDTH = 30
_OFTEN = 0.1  # seconds between two looks of the bar


def progress(say: Callable[[str], None]) -> Callable[[str, int, int], None]:
    """What to tell of a work: what is done, how much of it, of how much (0: a word by itself).

    `say` writes a line to the person, or does not.
    """
    told: set[str] = set()
    drawn = 0.0

    def watch(what: str, done: int, whole: int) -> None:
        nonlocal drawn
        if what not in told:
            told.add(what)
            say(what if not whole else f"{what} …")
        at_end = done >= whole
        if whole and sys.stderr.isatty() and (at_end or time.monotonic() - drawn > _OFTEN):
            drawn = time.monotonic()
            full = _WIDTH * done // whole
            bar = "█" * full + "░" * (_WIDTH - full)
            redraw(f"  {bar} {100 * done // whole:3} %", last=at_end)

    return watch
