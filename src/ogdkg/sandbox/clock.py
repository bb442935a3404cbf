"""One time limit for all that an engine does in the command's own process, rather than in a child.

An engine hears no signal that Python handles, so the alarm ends the process; the supervisor reports it. Only
a supervised command starts the clock: a program that imports ogdkg must not be ended.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator


class _Clock:
    """The seconds that are left, and whose they are: a forked child has a clock of its own."""

    def __init__(self) -> None:
        self.left: float | None = None
        self.supervised = 0  # the number of the process that a supervisor waits for
        self.is_running = False


_CLOCK = _Clock()


def mark_supervised() -> None:
    """Record that a supervisor waits for this process, and reports how it ends."""
    _CLOCK.supervised = os.getpid()


def limit_engine(seconds: float | None) -> None:
    """Limit the time that engines may take in this process, all queries together; None is no limit."""
    _CLOCK.left = seconds if _is_supervised() else None


def limit_process(seconds: float) -> None:
    """End this process after so many seconds, whatever it does, if a supervisor waits for it."""
    if _is_supervised():
        _CLOCK.left = None  # there is one alarm
        _CLOCK.supervised = 0
        signal.setitimer(signal.ITIMER_REAL, seconds)


@contextlib.contextmanager
def engine_time() -> Iterator[None]:
    """Count the time within as an engine's."""
    left = _CLOCK.left
    if left is None or _CLOCK.is_running or not _is_supervised():
        yield
        return
    _CLOCK.is_running = True
    signal.setitimer(signal.ITIMER_REAL, max(left, 0.001))
    try:
        yield
    finally:
        if _is_supervised():  # and not a child that was forked meanwhile
            _CLOCK.left = signal.setitimer(signal.ITIMER_REAL, 0)[0]
            _CLOCK.is_running = False


@contextlib.contextmanager
def untimed() -> Iterator[None]:
    """Count no time within: work that is done once, such as building an index, may take long."""
    before, _CLOCK.is_running = _CLOCK.is_running, True
    try:
        yield
    finally:
        _CLOCK.is_running = before


def _is_supervised() -> bool:
    return _CLOCK.supervised == os.getpid()
