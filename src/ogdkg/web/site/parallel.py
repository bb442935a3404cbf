"""Does many pieces of work on all processors, in processes that have a time limit and reach no network.

A process goes on as long as there is work, so that it keeps what it has made for one piece for the next ones.
"""

from __future__ import annotations

import gc
import os
import queue
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, NamedTuple

from ogdkg.errors import LimitError, OgdkgError, StoreError
from ogdkg.sandbox.child import Child, Send, Task, can_fork
from ogdkg.sandbox.limits import processors as own_processors

_PLACE = struct.Struct("=I")
_CYCLES_AFTER = 500_000  # new objects after which cycles are looked for: pages leave few
_LONGER = "It takes longer than {:g} seconds."


class Done(NamedTuple):
    """What became of a piece of work: the result, or why there is none."""

    piece: str
    result: Any
    error: OgdkgError | None = None


def done_by_all(
    pieces: Sequence[str], work: Callable[[str], Any], seconds: float | None, processors: int = 0
) -> Iterator[Done]:
    """Yield what becomes of each piece, as they are done.

    A piece that takes too long, or ends its process, is told; the others are done.

    Args:
        pieces: What to do.
        work: Does it, and returns plain values.
        seconds: The time limit of each.
        processors: How many processes work at once; by default as many as may run.
    """
    if not can_fork():
        yield from (Done(piece, work(piece)) for piece in pieces)
        return
    task = Task(seconds, _LONGER.format(seconds or 0), each=True)
    with tempfile.TemporaryFile(buffering=0) as places:
        workers = _Workers(pieces, work, task, places)
        workers.start(min(processors or own_processors(), len(pieces)))
        try:
            yield from workers.done()
        finally:
            workers.stop()


class _Workers:
    """Threads, each of which waits for a process that works.

    All processes read the places of pieces from one open file, whose position they share: each place is read
    by one of them (POSIX, read: "atomic with respect to each other").
    """

    def __init__(
        self, pieces: Sequence[str], work: Callable[[str], Any], task: Task, places: IO[bytes]
    ) -> None:
        self._pieces, self._work, self._task, self._places = pieces, work, task, places
        places.write(b"".join(map(_PLACE.pack, range(len(pieces)))))
        places.seek(0)
        self._done: queue.SimpleQueue[Done | BaseException] = queue.SimpleQueue()
        self._is_stopped = False
        self._threads: list[threading.Thread] = []

    def start(self, number: int) -> None:
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(number)]
        for thread in self._threads:
            thread.start()

    def done(self) -> Iterator[Done]:
        for _ in self._pieces:
            found = self._done.get()
            if isinstance(found, BaseException):
                raise found
            yield found

    def stop(self) -> None:
        self._is_stopped = True
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        try:
            while not self._is_stopped and self._was_ended():
                pass
        except BaseException as error:  # the main thread raises it
            self._done.put(error)

    def _was_ended(self) -> bool:
        """Let a process work until there is no more; whether a piece ended it before."""
        piece = ""
        child = Child(self._work_through, self._task)
        try:
            for kind, told in child:
                if self._is_stopped:
                    return False
                if kind == "begun":
                    piece = self._pieces[told]
                else:
                    self._done.put(Done(piece, told))
        except (LimitError, StoreError) as error:
            if not piece:
                raise
            self._done.put(Done(piece, None, error))
            return True
        finally:
            child.close()
        return False

    def _work_through(self, send: Send) -> None:
        """Do one piece after another, in a process of its own."""
        gc.set_threshold(_CYCLES_AFTER)
        while place := os.read(self._places.fileno(), _PLACE.size):
            (number,) = _PLACE.unpack(place)
            send("begun", number)
            send("done", self._work(self._pieces[number]))
