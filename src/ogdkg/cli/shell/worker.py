"""The process that answers: it keeps the graph, and runs one command after another.

It is forked from the shell, which goes on where it crashes, takes too long, or does not heed an interrupt. A
terminal's Ctrl-C is a signal to both; through the pipe of wake-ups the shell learns that this one heard it,
and did not leave it to a pager.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

from ogdkg.cli.shell.kept import Kept
from ogdkg.lean import NamedTuple
from ogdkg.sandbox.clock import mark_supervised
from ogdkg.sandbox.faults import end_of_process
from ogdkg.sandbox.lifeline import Lifeline

_GRACE = 2.0  # seconds in which a command ends once it is interrupted
_INTERRUPTED, _CRASHED = 130, 3
_LONGEST = 1 << 26  # bytes of a message


class Ended(NamedTuple):
    """How a command ended: its exit code, the seconds that it took, and what is to be said of its process."""

    code: int
    seconds: float = 0.0
    error: Exception | None = None


class Worker:
    """The shell's end of the process that answers, which is started when it is first needed.

    Args:
        kept: What it keeps; opened in that process alone.
        run: Runs a command, and returns its exit code.
        offer: Returns what could stand at the end of what is typed, as plain values.
        prepares: Whether it reads the graph before it is asked.
    """

    def __init__(
        self,
        kept: Kept,
        run: Callable[[Sequence[str]], int],
        offer: Callable[[Kept, str], list[list[str]]],
        *,
        prepares: bool,
    ) -> None:
        self._kept, self._run, self._offer, self._prepares = kept, run, offer, prepares
        self._child, self._woken, self._lock = 0, -1, threading.Lock()

    def start(self) -> None:
        """Start the process, if there is none."""
        if self._child:
            return
        ours, theirs = socket.socketpair()
        woken, waking = os.pipe()
        self._words = os.memfd_create("words") if hasattr(os, "memfd_create") else None
        self._lifeline = Lifeline()
        sys.stdout.flush()
        self._child = os.fork()
        if self._child == 0:
            ours.close()
            os.close(woken)
            self._live(theirs, waking)
        self._lifeline.hold()
        theirs.close()
        os.close(waking)
        self._socket, self._woken = ours, woken
        self._messages = ours.makefile("rb")

    def run(self, words: Sequence[str]) -> Ended:
        """Run a command, and wait until it ends."""
        self.start()
        begun = time.monotonic()
        self._drain()
        answer = self._asked({"run": list(words)})
        seconds = time.monotonic() - begun
        return self._gone(answer) if answer is None or answer is False else Ended(int(answer), seconds)

    def offers(self, text: str) -> list[list[str]]:
        """Return what could stand at the end of a text; nothing where that cannot be told.

        A thread may ask: it starts no process, and `run` waits for it.
        """
        answer = self._asked({"offer": text}) if self._child else []
        if isinstance(answer, list):
            return answer
        self._gone(answer)
        return []

    def close(self) -> None:
        """End the process."""
        if self._child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            self._gone(None)

    def _asked(self, message: dict[str, Any]) -> Any:
        """Return the answer to a message; None where the process has ended, False where it had to be."""
        with self._lock:
            return self._answer(message)

    def _answer(self, message: dict[str, Any]) -> Any:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(json.dumps(message).encode() + b"\n")
        deadline = None
        while True:
            left = None if deadline is None else max(deadline - time.monotonic(), 0)
            ready = select.select([self._socket.fileno(), self._woken], [], [], left)[0]
            if self._socket.fileno() in ready:
                line = self._messages.readline(_LONGEST)
                return json.loads(line)["done"] if line else None
            if self._woken in ready:
                os.read(self._woken, 64)
                deadline = deadline or time.monotonic() + _GRACE
            elif not ready:
                os.kill(self._child, signal.SIGKILL)
                return False

    def _drain(self) -> None:
        """Forget interrupts that came between two commands."""
        while select.select([self._woken], [], [], 0)[0] and os.read(self._woken, 64):
            pass

    def _gone(self, answer: Any) -> Ended:
        """Clean up after the process, and say how it ended."""
        _, status = os.waitpid(self._child, 0)
        self._child = 0
        self._messages.close()
        self._socket.close()
        os.close(self._woken)
        self._lifeline.release()
        said = "" if self._words is None else os.pread(self._words, 4096, 0).decode()
        if self._words is not None:
            os.close(self._words)
        if answer is False:
            return Ended(_INTERRUPTED)
        return Ended(_CRASHED, error=end_of_process(status, who="ogdkg", longer=said))

    def _live(self, messages: socket.socket, waking: int) -> NoReturn:
        """The process's whole life."""
        code = 70
        try:
            self._lifeline.tie()
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            for ending in (signal.SIGALRM, signal.SIGTERM, signal.SIGHUP):
                signal.signal(ending, signal.SIG_DFL)
            mark_supervised(self._words)
            os.set_blocking(waking, False)
            signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
            if self._prepares:
                with _interruptible():
                    self._kept.prepare()
            with messages.makefile("rwb") as stream:
                while line := stream.readline(_LONGEST):
                    stream.write(json.dumps({"done": self._done(json.loads(line))}).encode() + b"\n")
                    stream.flush()
            code = 0
        finally:
            os._exit(code)

    def _done(self, message: dict[str, Any]) -> Any:
        if "offer" in message:
            with contextlib.suppress(Exception):  # a message would land in the line that is being typed
                return self._offer(self._kept, message["offer"])
            return []
        with _interruptible():
            code = self._run(message["run"])
            sys.stdout.flush()
            return code
        return _INTERRUPTED


class Inline(Worker):
    """The same in this process, where the system forks none."""

    def start(self) -> None:
        """Do nothing: there is no process to start."""

    def run(self, words: Sequence[str]) -> Ended:
        """Run a command here; a crash of it ends the shell."""
        begun = time.monotonic()
        return Ended(self._run(words), time.monotonic() - begun)

    def offers(self, text: str) -> list[list[str]]:
        """Return what could stand at the end of a text; this waits for a command that runs."""
        return self._offer(self._kept, text)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end what is done within; what it cannot end is left to the shell."""
    signal.signal(signal.SIGINT, _interrupt_once)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _interrupt_once(number: int, frame: object) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt
