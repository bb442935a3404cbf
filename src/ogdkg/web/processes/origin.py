"""The origin: the process that has read one version of the graph, and forks the processes that answer."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import time
from collections.abc import Callable, Iterable
from typing import NoReturn

from ogdkg.sandbox.process import die_with_parent
from ogdkg.web.processes.answerer import Answerer
from ogdkg.web.processes.current import Current

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

    def live(self, is_ready: Callable[[], None], prepare: Callable[[], None] | None = None) -> NoReturn:
        """Fork the answering processes, and another for each that ends, until this is told to end.

        Args:
            is_ready: Called once there is a process that answers.
            prepare: Loads what the first answers can do without; processes that have it then take the place
                of the first ones.
        """
        self._listen_to_signals()
        self.fork()
        is_ready()
        if prepare:
            self._stand_in()
            before = list(self._born)
            prepare()
            self._fork_all(self.processes + len(before))
            self._tell_to_end(before)
        else:
            self._fork_all(self.processes)
        while self._born:
            self.wait(self._wake[0])
            with contextlib.suppress(BlockingIOError):
                os.read(self._wake[0], 4096)  # of its own, if what has waited is a process forked meanwhile
            self._reap()
        os._exit(0)

    def _stand_in(self) -> None:
        """Have a process of its own keep answering processes alive, while this one loads the rest."""
        origin = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM,))  # until the child listens to it
        child = os.fork()
        if child == 0:
            try:
                die_with_parent(origin)
                other = Origin(self.answerer, self.processes, self.current)
                other._wake = self._wake  # to be closed there
                other.live(lambda: None)
            finally:
                os._exit(1)
        self._born[child] = time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM,))

    def wait(self, wake: int) -> None:
        """Wait for a signal, which makes `wake` readable."""
        select.select([wake], [], [])

    def end(self) -> None:
        """Let the answering processes finish what they do, and fork no others."""
        self.is_ending = True
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        signal.setitimer(signal.ITIMER_REAL, _DRAIN)
        self._tell_to_end(self._born)

    @staticmethod
    def _tell_to_end(processes: Iterable[int]) -> None:
        """Let processes end once they have answered; what has not been reaped has no other's number."""
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)

    def _go_on(self) -> None:
        """Do in a process that this one forked what this one does, in the loop in which it was forked.

        A loop of its own would lie within this one, and that of the next within both, until the stack ends.
        """
        self._listen_to_signals()
        self._fork_all(self.processes)

    def _fork_all(self, number: int) -> None:
        """Fork processes until there are as many."""
        while not self.is_ending and len(self._born) < number:
            self.fork()

    def fork(self) -> None:
        """Fork an answering process."""
        origin = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM,))  # until the child can answer it
        child = os.fork()
        if child == 0:
            self.answerer.live(origin)
        self._born[child] = time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM,))

    def _listen_to_signals(self) -> None:
        for end in self._wake:  # of the process that forked this one
            os.close(end)
        self._wake = os.pipe()
        for end in self._wake:
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._wake[1], warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: self.end())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM,))

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0] > 0:
                born = self._born.pop(found[0], None)
                if born is None or self.is_ending or self.is_old or len(self._born) >= self.processes:
                    continue
                if found[1] and time.monotonic() - born < _TOO_SHORT:
                    time.sleep(_TOO_SHORT)
                self.fork()


def tell(pipe: int, **told: object) -> None:
    """Write a line of JSON to a pipe, and close it."""
    os.write(pipe, json.dumps(told).encode() + b"\n")
    os.close(pipe)
