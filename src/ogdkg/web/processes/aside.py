"""Work beside answers: in a process of its own, which an answering process does not wait for."""

from __future__ import annotations

import os
import signal
import stat
import time
from collections.abc import Callable
from contextlib import suppress

from ogdkg.sandbox.process import die_with_parent

_NICENESS = 10  # whoever answers goes first


def work_aside(work: Callable[[], None]) -> None:
    """Let a process do some work that ends with the keeper of the graph, which adopts and reaps it."""
    if child := os.fork():
        os.waitpid(child, 0)
        return
    try:
        between = os.getpid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            _close_sockets()
            os.nice(_NICENESS)
            while os.getppid() == between:  # the kernel would end this one with it
                time.sleep(0.001)
            die_with_parent()
            work()
    finally:
        os._exit(0)


def _close_sockets() -> None:
    """Hang up on whoever speaks to the process that this was forked from: its end is to be seen."""
    for name in os.listdir("/dev/fd"):  # noqa: PTH208
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                os.close(int(name))
