"""Writes to what is served, one request after another, each whole or not at all.

The origin takes a request and forks a candidate, which changes its own copy of the graph. If all is well, the
candidate keeps the change on disk, and takes over from the origin: from then on it forks the processes that
answer. What it does not survive, never was.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import threading
import time
from typing import Protocol

from ogdkg.errors import OgdkgError
from ogdkg.sandbox.limits import free_memory, limit_memory
from ogdkg.sandbox.process import die_with_parent, without_network
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.settings import Settings
from ogdkg.web.http.status import read_status, write_status
from ogdkg.web.processes.answerer import Answerer, Ask, Reply, packed_answer, packed_problem
from ogdkg.web.processes.current import Current
from ogdkg.web.processes.frames import ASK, HELLO, Frames, ask_of, packed
from ogdkg.web.processes.origin import Origin

_STACK = 64 << 20
_NO_PROCESS = b"0"  # which a worker cannot kill: a client that hangs up does not undo what it wrote
_ASK_SECONDS = 20.0  # for a worker to send a request
_ADOPTED = 5.0  # seconds until the kernel has given a process its new parent


class Writes(Protocol):
    """What is written to, in a process of its own."""

    def perform(self, ask: Ask, body: bytes) -> Reply:
        """Do what a request asks, in memory; HttpError or OgdkgError where it may not be."""

    def commit(self) -> bool:
        """Keep what was done on disk; whether this process is the one to answer from now on."""

    def undo(self) -> None:
        """Remove from the disk what a process began to keep before it ended."""

    def answerer(self) -> Answerer:
        """Return what answers from what this process holds."""


class WritingOrigin(Origin):
    """An origin that also takes requests to write.

    Args:
        writes: What they are written to.
        listening: The socket that workers connect to.
        settings: How it is served.
        current: Which version is served.
        keeper: The process that all others end with.
    """

    def __init__(
        self, writes: Writes, listening: socket.socket, settings: Settings, current: Current, keeper: int
    ) -> None:
        super().__init__(writes.answerer(), settings.answering, current)
        listening.setblocking(False)
        self._status = settings.status
        self._writes = writes
        self._listening = listening
        self._keeper = keeper
        self._is_offline = False
        self._outcome = -1  # the pipe from a candidate, which closes once it has taken over or ended

    def wait(self, wake: int) -> None:
        """Wait for a signal, a request to write, or what became of the last one; one write at a time."""
        waiting: list[int | socket.socket] = [wake]
        if self._outcome >= 0:
            waiting.append(self._outcome)
        elif not self.is_ending and not self.is_old:
            waiting.append(self._listening)
        ready, _, _ = select.select(waiting, [], [])
        if self._outcome in ready:
            self._settle()
        elif self._listening in ready and not self.is_old:
            self._start()

    def _settle(self) -> None:
        """Learn what became of a candidate."""
        os.close(self._outcome)
        self._outcome = -1
        if self.is_old:
            self.end()
        else:
            self.current.writer = 0
            self._writes.undo()

    def _start(self) -> None:
        """Take a request, and have a candidate perform it, whose parent is the keeper."""
        with contextlib.suppress(BlockingIOError):
            connection, _ = self._listening.accept()
            reading, writing = os.pipe()
            between = os.fork()
            if between == 0:
                if os.fork():
                    os._exit(0)
                os.close(reading)
                self._perform(connection, writing)
                return  # into the loop, as the one that answers from now on
            connection.close()
            os.close(writing)
            os.waitpid(between, 0)
            self._outcome = reading

    def _perform(self, connection: socket.socket, outcome: int) -> None:
        """The life of a candidate, which ends here unless it takes over."""
        has_taken_over = False
        try:
            self._settle_in()
            connection.settimeout(_ASK_SECONDS)
            connection.sendall(packed(HELLO, _NO_PROCESS))
            frames = Frames(connection)
            frame = frames.next()
            if frame is None or frame.kind != ASK:
                os._exit(0)
            ask = ask_of(frame.data)
            body = frames.next() if ask["has_body"] else None
            answer = self._answered(ask, body.data if body else b"")
            if not self._is_to_take_over:
                connection.sendall(answer)
                os._exit(0)
            self._take_over()
            os.close(outcome)
            with contextlib.suppress(OSError):  # the client may have gone
                connection.sendall(answer)
            connection.close()
            self._go_on()
            has_taken_over = True
        finally:
            if not has_taken_over:
                os._exit(1)

    def _settle_in(self) -> None:
        """Become a process of its own: with the keeper as its parent, its own limits, and no network."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        end, before = time.monotonic() + _ADOPTED, os.getppid()
        while os.getppid() == before != self._keeper and time.monotonic() < end:
            time.sleep(0.0005)  # adopted by another, if the keeper has ended: then this one ends at once
        die_with_parent(self._keeper)
        self.current.writer = os.getpid()
        self._born.clear()
        free = free_memory()
        limit_memory(free and free // 2)
        if not self._is_offline:  # the kernel asks each filter about each call, also those that are inherited
            self._is_offline = without_network()

    def _answered(self, ask: Ask, body: bytes) -> bytes:
        """Perform a request within its time, and keep what it did; the frames of the answer."""
        self._is_to_take_over = False
        # In a thread, for its stack, and since each thread of the engine has random numbers of its own.
        results: list[bytes] = []
        threading.stack_size(_STACK)
        signal.setitimer(signal.ITIMER_REAL, max(float(ask["seconds"]), 0.001))
        thread = threading.Thread(target=lambda: results.append(self._performed(ask, body)))
        thread.start()
        thread.join()
        return results[0]

    def _performed(self, ask: Ask, body: bytes) -> bytes:
        try:
            reply = self._writes.perform(ask, body)
            signal.setitimer(signal.ITIMER_REAL, 0)
            if self.is_old:  # the keeper has started another origin meanwhile
                os._exit(1)
            self._is_to_take_over = self._writes.commit()
            return packed_answer(reply.status, reply.media_type, reply.headers)  # a write has no body
        except (OgdkgError, HttpError, RecursionError, MemoryError) as error:
            self._is_to_take_over = False
            return packed_problem(error)

    def _take_over(self) -> None:
        """Answer from now on: no other process does, and requests wait until this one's do."""
        self._outcome = -1
        self.answerer = self._writes.answerer()
        self.current.take_over(os.getpid())
        self.current.writer = 0
        now = read_status(self._status)
        write_status(self._status, now._replace(version=self.answerer.version, since=time.time(), error=""))
