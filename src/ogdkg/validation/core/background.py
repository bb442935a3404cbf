"""Work done beside the main thread, given up when it takes too long.

An engine cannot be told to stop, but it lets other threads run: so it works in daemon threads, which do not
keep a process from ending.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from ogdkg.errors import LimitError
from ogdkg.validation.core.memory import check_memory

MEMORY_CHECK_INTERVAL = 0.5  # seconds
A = TypeVar("A")
B = TypeVar("B")


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
    ahead: SimpleQueue[tuple[A, Future[B]]] = SimpleQueue()
    results: list[Future[B]] = [Future() for _ in items]
    for pair in zip(items, results, strict=True):
        ahead.put(pair)
    for _ in range(workers):
        threading.Thread(target=_work, args=(work, ahead), daemon=True).start()
    try:
        for result in results:
            if not (result.done() or wait_all(result, end=deadline.end)):
                raise deadline.error()
            yield result.result()
    finally:
        _empty(ahead)


def run_in_thread(work: Callable[[], B]) -> Future[B]:
    """What some work comes to, at which a daemon thread is; an error elsewhere need not wait for it."""
    result: Future[B] = Future()
    threading.Thread(target=_settle, args=(result, work), daemon=True).start()
    return result


def settled(work: Callable[[], B]) -> Future[B]:
    """What some work comes to, done now; its error is raised where the result is asked for."""
    result: Future[B] = Future()
    _settle(result, work)
    return result


def wait_all(*results: Future[Any], end: float = math.inf) -> bool:
    """Wait for all results, or for the first error, which is raised; LimitError where memory runs out.

    Whether all are there by `end`, a time of `time.monotonic`.
    """
    waiting = set(results)
    while waiting:
        seconds = min(MEMORY_CHECK_INTERVAL, max(0.0, end - time.monotonic()))
        done, waiting = wait(waiting, seconds, return_when=FIRST_EXCEPTION)
        for result in done:
            result.result()
        if waiting and time.monotonic() >= end:
            return False
        if waiting:
            check_memory()
    return True


def _work(work: Callable[[A], B], ahead: SimpleQueue[tuple[A, Future[B]]]) -> None:
    while True:
        try:
            item, result = ahead.get_nowait()
        except Empty:
            return
        _settle(result, partial(work, item))


def _settle(result: Future[B], work: Callable[[], B]) -> None:
    try:
        result.set_result(work())
    except BaseException as error:
        # It is raised again where the result is asked for.
        result.set_exception(error)


def _empty(ahead: SimpleQueue[tuple[A, Future[B]]]) -> None:
    while True:
        try:
            ahead.get_nowait()
        except Empty:
            return
