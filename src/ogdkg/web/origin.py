"""The origin: the process that has read one version of the graph, and forks the processes that answer."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import time
from collections.abc import Callable
from typing import NoReturn

from ogdkg.web.answerer import Answerer
from ogdkg.web.current import Current

_TOO_SHORT = 0.05  # seconds of a life that ended by itself before it answered: a fault that lasts
_DRAIN = 30.0  # seconds in which the answers of an old version may finish


class Origin:
    """Keeps as many answering processes alive as are wanted.

    Args:
        answerer: What a process that it forks does.
        processes: How many there should be.
        current: Which version is served.
    """

    def __init__(self, answerer: Answerer, processes: int, current: Current) -> None:
        self.answerer = answerer
        self.current = current
        self.processes = processes
        self.is_ending = False
        self._born: dict[int, float] = {}
        self._wake: tuple[int, ...] = ()

    @property
    def is_old(self) -> bool:
        """Whether another version is served by now."""
        return self.current.generation > self.answerer.generation

    def live(self, is_ready: Callable[[], None]) -> NoReturn:
        """Fork the answering processes, and another for each that ends, until this is told to end.

        Args:
            is_ready: Called once there are processes that answer.
        """
        wake = self._listen_to_signals()
        self.fork()
        is_ready()
        while len(self._born) < self.processes:
            self.fork()
        while self._born:
            self.wait(wake)
            with contextlib.suppress(BlockingIOError):
                os.read(wake, 4096)
            self._reap()
        os._exit(0)

    def wait(self, wake: int) -> None:
        """Wait for a signal, which makes `wake` readable."""
        select.select([wake], [], [])

    def end(self) -> None:
        """Let the answering processes finish what they do, and fork no others."""
        self.is_ending = True
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        signal.setitimer(signal.ITIMER_REAL, _DRAIN)
        for child in self._born:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)

    def fork(self) -> None:
        """Fork an answering process."""
        origin = os.getpid()
        child = os.fork()
        if child == 0:
            self.answerer.live(origin)
        self._born[child] = time.monotonic()

    def _listen_to_signals(self) -> int:
        for end in self._wake:  # of the process that forked this one
            os.close(end)
        reading, writing = self._wake = os.pipe()
        for end in self._wake:
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: self.end())
        return reading

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0] > 0:
                born = self._born.pop(found[0], None)
                if born is None or self.is_ending or self.is_old:
                    continue
                if found[1] and time.monotonic() - born < _TOO_SHORT:
                    time.sleep(_TOO_SHORT)
                self.fork()


def tell(pipe: int, **told: object) -> None:
    """Write a line of JSON to a pipe, and close it."""
    os.write(pipe, json.dumps(told).encode() + b"\n")
    os.close(pipe)
