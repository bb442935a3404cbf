"""Runs each command in a child process, and waits for it in the process that the shell started.

Python handles a signal only between two of its own instructions, so not while an engine or a parser works,
and a crash of one of these ends its process without a message. The waiting parent handles signals at once,
and reports a crash. Both are in one process group, so that a terminal's Ctrl-C, Ctrl-Z and `fg` reach both.
Imports next to nothing: every command waits for this.
"""

from __future__ import annotations

import os
import time

from ogdkg.lean import signal

TYPE_CHECKING = False  # as in `typing`, which takes 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from ogdkg.sandbox.lifeline import Lifeline

_GRACE = 1.5  # seconds in which a command may tidy up once it has been told to end
_GRACE_AT = 4096  # as in `clock`, which is not imported before it is needed
_POLITE = ("SIGINT", "SIGTERM", "SIGHUP")
_CRASHES = ("SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT", "SIGSYS", "SIGKILL", "SIGXCPU", "SIGALRM")


def supervised(command: Callable[[], int], crashed: Callable[[int, str], int]) -> int:
    """The exit code of a command, or what `crashed` makes of its crash.

    `crashed` takes the status as waitpid has it, and what the command noted that an alarm would mean.

    Where there is no fork, or no such waiting for signals (Windows, macOS), it runs in this very process.
    """
    if not hasattr(os, "fork") or not hasattr(signal, "sigtimedwait"):
        _hear_interrupts()
        return command()
    polite = [getattr(signal, name) for name in _POLITE]
    polite = [each for each in polite if signal.getsignal(each) != signal.SIG_IGN]  # as nohup wants it
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # where it was ignored, nothing could be waited for
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [*polite, signal.SIGCHLD])
    from ogdkg.sandbox.lifeline import Lifeline  # now that an interrupt can wait

    lifeline = Lifeline()
    words = _words()
    child = os.fork()
    if child == 0:
        _run(command, lifeline, before, words)
    lifeline.hold()
    status = _awaited(child, polite, words)
    if os.WIFEXITED(status):
        return os.WEXITSTATUS(status)
    number = os.WTERMSIG(status)
    if number in [getattr(signal, name) for name in _CRASHES]:
        return crashed(status, "" if words is None else os.pread(words, 4096, 0).decode())
    return _ended_by(number)


def _words() -> int | None:
    """A file in memory for what an alarm means; None where the system has none to give."""
    try:
        return os.memfd_create("words") if hasattr(os, "memfd_create") else None
    except OSError:  # too few files: the command will say so
        return None


def _run(
    command: Callable[[], int], lifeline: Lifeline, mask: set[int | signal.Signals], words: int | None
) -> NoReturn:
    """The child's whole life."""
    code = 70
    try:
        lifeline.tie()
        _hear_interrupts()
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        _let_alarms_end_it(words)
        code = command()
    except KeyboardInterrupt:
        code = 130  # before the command could see to it
    finally:
        os._exit(code)


def _let_alarms_end_it(words: int | None) -> None:
    from ogdkg.sandbox.clock import mark_supervised

    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # it may have been ignored where the command was started
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
    mark_supervised(words)


def _hear_interrupts() -> None:
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
        signal.signal(signal.SIGINT, _interrupt_once)


def _interrupt_once(number: int, frame: object) -> NoReturn:
    """An impatient person presses Ctrl-C again, but tidying up is not to be interrupted."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _awaited(child: int, polite: list[int], words: int | None) -> int:
    """The status that the child ends with, or that of the signal it did not heed before it was killed."""
    told, deadline = 0, float("inf")
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        if (left := deadline - time.monotonic()) <= 0:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return told
        heard = signal.sigtimedwait([*polite, signal.SIGCHLD], min(left, 3600.0))
        if heard and heard.si_signo != signal.SIGCHLD:
            told, deadline = told or heard.si_signo, min(deadline, time.monotonic() + _grace(words))
            if heard.si_code <= 0:  # by `kill`, to this process: a terminal has told the child too
                os.kill(child, heard.si_signo)


def _grace(words: int | None) -> float:
    """The seconds that the command may take to end, as it has asked for."""
    asked = b"" if words is None else os.pread(words, 16, _GRACE_AT)
    return float(asked) if asked else _GRACE


def _ended_by(number: int) -> int:
    """End by the signal that ended the child, as whoever waits for us expects; 130 for an interrupt."""
    if number != signal.SIGINT:
        signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])
        os.kill(os.getpid(), number)
    return 128 + number
