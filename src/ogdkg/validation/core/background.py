"""Work done beside the main thread, given up when it takes too long.

An engine cannot be told to stop, but it lets other threads run: so it works in daemon threads, which do not
keep a process from ending.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from ogdkg.errors import LimitError
from ogdkg.validation.core.memory import check_memory

MEMORY_CHECK_INTERVAL = 0.5  # seconds
A = TypeVar("A")
B = TypeVar("B")


class Eventual(Generic[B]):
    """What some work comes to, once it has ended; `concurrent.futures` takes 10 ms to import."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._error: BaseException | None = None
        self._value: B | None = None

    @property
    def has_ended(self) -> bool:
        """Whether the work has ended, be it by an error."""
        return self._ended.is_set()

    def settle(self, work: Callable[[], B]) -> None:
        """Do the work; its error is raised where the result is asked for."""
        try:
            self._value = work()
        except BaseException as error:
            self._error = error
        self._ended.set()

    def wait(self, seconds: float) -> bool:
        """Wait until the work has ended, but no longer; whether it has."""
        return self._ended.wait(seconds)

    def result(self) -> B:
        """Wait for what the work comes to, and return it or raise its error."""
        self._ended.wait()
        if self._error:
            raise self._error
        return self._value  # type: ignore[return-value]  # which is there by now


class Deadline:
    """The end of the time for finding what may fail, which begins now; None is no limit."""

    def __init__(self, seconds: float | None) -> None:
        self.end = math.inf if seconds is None else time.monotonic() + seconds
        self._seconds = seconds

    def check(self) -> None:
        """Raise LimitError where the time is over."""
        if time.monotonic() >= self.end:
            raise self.error()

    def error(self) -> LimitError:
        """The error for work that has taken too long."""
        return LimitError(
            f"Looking for what may fail took longer than {self._seconds:g} seconds.",
            hint="Simplify the constraints in SPARQL, or allow more time with --timeout.",
        )


def map_in_order(work: Callable[[A], B], items: Sequence[A], workers: int, deadline: Deadline) -> Iterator[B]:
    """Yield the results of the work on each item, in the order of the items.

    Args:
        work: The work on one item.
        items: The items.
        workers: How many threads work at once.
        deadline: When to give up.

    Raises:
        LimitError: The deadline has passed.
    """
    ahead: SimpleQueue[tuple[A, Eventual[B]]] = SimpleQueue()
    results: list[Eventual[B]] = [Eventual() for _ in items]
    for pair in zip(items, results, strict=True):
        ahead.put(pair)
    for _ in range(workers):
        threading.Thread(target=_work, args=(work, ahead), daemon=True).start()
    try:
        for result in results:
            if not (result.has_ended or wait_all(result, end=deadline.end)):
                raise deadline.error()
            yield result.result()
    finally:
        _empty(ahead)


def run_in_thread(work: Callable[[], B]) -> Eventual[B]:
    """What some work comes to, at which a daemon thread is; an error elsewhere need not wait for it."""
    result: Eventual[B] = Eventual()
    threading.Thread(target=result.settle, args=(work,), daemon=True).start()
    return result


def settled(work: Callable[[], B]) -> Eventual[B]:
    """What some work comes to, done now; its error is raised where the result is asked for."""
    result: Eventual[B] = Eventual()
    result.settle(work)
    return result


def wait_all(*results: Eventual[Any], end: float = math.inf) -> bool:
    """Wait for all results, or for the first error, which is raised; LimitError where memory runs out.

    Whether all are there by `end`, a time of `time.monotonic`.
    """
    waiting = list(results)
    while waiting:
        waiting[0].wait(min(MEMORY_CHECK_INTERVAL, max(0.0, end - time.monotonic())))
        for ended in (each for each in waiting if each.has_ended):
            ended.result()
        waiting = [each for each in waiting if not each.has_ended]
        if waiting and time.monotonic() >= end:
            return False
        if waiting:
            check_memory()
    return True


def _work(work: Callable[[A], B], ahead: SimpleQueue[tuple[A, Eventual[B]]]) -> None:
    while True:
        try:
            item, result = ahead.get_nowait()
        except Empty:
            return
        result.settle(partial(work, item))


def _empty(ahead: SimpleQueue[tuple[A, Eventual[B]]]) -> None:
    while True:
        try:
            ahead.get_nowait()
        except Empty:
            return
