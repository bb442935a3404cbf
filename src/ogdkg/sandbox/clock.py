"""Time limits for the command's own process: for its engines, or for all that it does.

An engine hears no signal that Python handles, so the alarm ends the process; the supervisor reports it. Only
a supervised command starts the clock: a program that imports ogdkg must not be ended.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from ogdkg.lean import signal

GRACE_AT = 4096  # where in that file the seconds stand that a command wants for its end


class _Clock:
    """The seconds that are left, and whose they are: a forked child has a clock of its own."""

    def __init__(self) -> None:
        self.seconds_left: float | None = None
        self.supervised = 0  # the number of the process that a supervisor waits for
        self.words: int | None = None  # the file in which the supervisor finds what an alarm means
        self.is_running = False


_CLOCK = _Clock()
_UNCOUNTED = contextlib.nullcontext()


def mark_supervised(words: int | None = None) -> None:
    """Record that a supervisor waits for this process, and reports how it ends; it reads `words` then."""
    _CLOCK.supervised, _CLOCK.words = os.getpid(), words


def ask_for_grace(seconds: float) -> None:
    """Let the supervisor wait so long for this process once it has been told to end."""
    if _is_supervised() and _CLOCK.words is not None:
        os.pwrite(_CLOCK.words, f"{seconds:g}".encode(), GRACE_AT)


def limit_engine(seconds: float | None) -> None:
    """Limit the time that engines may take in this process, all queries together; None is no limit."""
    _CLOCK.seconds_left = seconds if _is_supervised() else None


def limit_process(seconds: float) -> None:
    """End this process after so many seconds, whatever it does, if a supervisor waits for it."""
    if _is_supervised():
        _CLOCK.seconds_left = None  # there is one alarm
        _CLOCK.supervised = 0
        signal.setitimer(signal.ITIMER_REAL, seconds)


@contextlib.contextmanager
def command_time(seconds: float | None, longer: str, hint: str) -> Iterator[None]:
    """End a supervised process whose work within takes too long, whatever it is at.

    Writing the output belongs outside: no file is left half written, and a slow reader costs nothing.

    Args:
        seconds: The time for all work within, that of engines too; None is no limit.
        longer: What the supervisor then says.
        hint: What the user can do.
    """
    if seconds is None or not _is_supervised():
        yield
        return
    if _CLOCK.words is not None:
        os.ftruncate(_CLOCK.words, 0)
        os.pwrite(_CLOCK.words, f"{longer}\n{hint}".encode(), 0)
    _CLOCK.seconds_left = None  # there is one alarm
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        if _is_supervised():  # and not a child that was forked meanwhile
            signal.setitimer(signal.ITIMER_REAL, 0)
            if _CLOCK.words is not None:
                os.ftruncate(_CLOCK.words, 0)


def engine_time() -> contextlib.AbstractContextManager[None]:
    """Count the time within as an engine's."""
    left = _CLOCK.seconds_left
    if left is None or _CLOCK.is_running or not _is_supervised():
        return _UNCOUNTED
    return _counted(left)


@contextlib.contextmanager
def _counted(seconds: float) -> Iterator[None]:
    _CLOCK.is_running = True
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
    try:
        yield
    finally:
        if _is_supervised():  # and not a child that was forked meanwhile
            _CLOCK.seconds_left = signal.setitimer(signal.ITIMER_REAL, 0)[0]
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
