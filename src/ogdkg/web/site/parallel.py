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
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, islice
from typing import Any, NamedTuple, Self

from ogdkg.errors import LimitError, OgdkgError, StoreError
from ogdkg.sandbox.child import Child, Send, Task, can_fork, pause
from ogdkg.sandbox.limits import processors as own_processors

_PLACE = struct.Struct("=QQ")  # where the text of a piece begins and ends
_TOKEN = b"."
_AHEAD = 1_024  # pieces that may wait for a process: a pipe need not hold the tokens of all
_CYCLES_AFTER = 500_000  # new objects after which cycles are looked for: pages leave few
_LONGER = "It takes longer than {:g} seconds."


class Done(NamedTuple):
    """What became of a piece of work: the result, or why there is none."""

    piece: str
    result: Any
    error: OgdkgError | None = None


class Workers:
    """Processes that do one piece of work after another, until the end of a `with` block.

    They are forked when there is work first, and wait where there is none. Each takes a token from a pipe,
    and then the place of a piece from a file, whose position all share: each place is read by one of them
    (POSIX, read: "atomic with respect to each other", which is not said of pipes).

    Args:
        work: Does a piece, and returns plain values.
        seconds: The time limit of each.
        processors: How many processes work at once; by default as many as may run.
    """

    def __init__(self, work: Callable[[str], Any], seconds: float | None, processors: int = 0) -> None:
        self._work, self._task = work, Task(seconds, _LONGER.format(seconds or 0), each=True)
        self._number = processors or own_processors()
        self._texts, self._places = (tempfile.TemporaryFile() for _ in range(2))  # noqa: SIM115  # closed at the end
        self._length = self._count = 0  # of what these hold
        self._taken, self._given = os.pipe()
        self._done: queue.SimpleQueue[Done | BaseException] = queue.SimpleQueue()
        self._is_stopped = False
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._is_stopped = True
        os.close(self._given)  # which ends those that wait
        for thread in self._threads:
            thread.join()
        os.close(self._taken)
        self._texts.close()
        self._places.close()

    def done(self, pieces: Sequence[str]) -> Iterator[Done]:
        """Yield what becomes of each piece, as they are done.

        A piece that takes too long, or ends its process, is told; the others are done.
        """
        if not can_fork():
            yield from (Done(piece, self._work(piece)) for piece in pieces)
            return
        waiting = iter(pieces)
        self._put(islice(waiting, _AHEAD))
        for _ in range(len(self._threads), min(self._number, len(pieces))):
            thread = threading.Thread(target=self._run, daemon=True)
            thread.start()  # an interrupt meanwhile leaves one that cannot be waited for
            self._threads.append(thread)
        for _ in pieces:
            found = self._done.get()
            if isinstance(found, BaseException):
                raise found
            self._put(islice(waiting, 1))
            yield found

    def _put(self, pieces: Iterable[str]) -> None:
        """Write some pieces where processes find them."""
        texts = [piece.encode(errors="surrogatepass") for piece in pieces]
        ends = list(accumulate(map(len, texts), initial=self._length))
        os.pwrite(self._texts.fileno(), b"".join(texts), self._length)
        places = b"".join(map(_PLACE.pack, ends, ends[1:]))
        os.pwrite(self._places.fileno(), places, self._count * _PLACE.size)
        os.write(self._given, _TOKEN * len(texts))
        self._length, self._count = ends[-1], self._count + len(texts)

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
                    piece = told
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
        os.close(self._given)  # so that the parent's is the last
        pause()
        while os.read(self._taken, len(_TOKEN)):
            start, end = _PLACE.unpack(os.read(self._places.fileno(), _PLACE.size))
            piece = os.pread(self._texts.fileno(), end - start, start).decode(errors="surrogatepass")
            send("begun", piece)
            send("done", self._work(piece))
            pause()
