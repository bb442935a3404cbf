"""Progress of long work on stderr: a bar on a terminal, elsewhere one line per step."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from ogdkg.cli.messages import redraw

_WIDTH = 30
_INTERVAL = 0.1  # seconds between two updates of the bar


def progress(say: Callable[[str], None]) -> Callable[[str, int, int], None]:
    """Return a callback that reports progress.

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
