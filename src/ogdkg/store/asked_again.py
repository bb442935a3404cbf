"""A process that answers one query to a store after another, so that not each query forks one of its own.

To fork one takes some milliseconds, in which the engine answers a hundred small queries. The process answers
from the store as it was at the fork, and so only for as long as the store is as it was then. Each query has a
clock of its own, and memory; one that exceeds them, fails, or is not read to its end, ends the process.
"""

from __future__ import annotations

import contextlib
import marshal
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple, Self
from weakref import WeakKeyDictionary, finalize, ref

from ogdkg.sandbox.child import Child, Send, Task, can_fork, is_limited, section
from ogdkg.sandbox.limits import free_memory, limit_memory
from ogdkg.store.base import Result, Store
from ogdkg.store.limit import begun, late, send_result, start_with_timeout


class Question(NamedTuple):
    """A query, as a process is asked it: the arguments of `Store.query`, and the seconds that it may take."""

    text: str
    prefixes: Mapping[str, str]
    name: str
    seconds: float | None


class _Answer(Iterator[tuple[str, Any]]):
    """What the process sends for one query; once that is read to its end, the process answers another."""

    def __init__(self, process: _Process) -> None:
        self._process: _Process | None = process

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> tuple[str, Any]:
        if self._process is None:
            raise StopIteration
        message = next(self._process.child)
        if message[0] != "done":
            return message
        if (store := self._process.store()) is not None:
            _idle[store] = self._process
        self._process = None
        raise StopIteration

    def close(self) -> None:
        """End the process, if it still answers."""
        if self._process is not None:
            self._process.child.close()
            self._process = None


class _Process:
    """A child that answers queries to a store."""

    def __init__(self, store: Store) -> None:
        self.store = ref(store)
        self._state, self._parent = _state(store), os.getpid()
        asked, self._asking = os.pipe()
        finalize(self, _close, self._asking, self._parent)
        try:
            self.child = Child(partial(_answer_on, store, asked, self._asking), Task(sections=True))
        finally:
            os.close(asked)

    def ask(self, question: Question, store: Store) -> bool:
        """Ask a query; False where the process is of another state of the store, or is not there any more."""
        if self._state != _state(store) or self._parent != os.getpid():
            return False
        try:
            with open(self._asking, "wb", closefd=False) as file:  # it has no path
                text, prefixes, name, seconds = question
                marshal.dump((text, dict(prefixes), name, seconds), file)
        except BrokenPipeError:
            return False
        return True


_idle: WeakKeyDictionary[Store, _Process] = WeakKeyDictionary()


def start_again(store: Store, question: Question) -> Callable[[], Result]:
    """Start one of many queries to a store, and return what waits for its result, as `start_with_timeout`."""
    text, prefixes, name, seconds = question
    if not can_fork() or is_limited(None) or not hasattr(store, "revision"):  # may change unseen
        return start_with_timeout(partial(store.query, text, prefixes=prefixes, name=name), seconds)
    process = _idle.pop(store, None)
    if process is None or not process.ask(question, store):
        process = _Process(store)
        process.ask(question, store)
    return partial(begun, _Answer(process))


def _close(descriptor: int, parent: int) -> None:
    """Close a descriptor of this process; in one that was forked from it, the number may be another's."""
    if os.getpid() == parent:
        os.close(descriptor)


def _state(store: Store) -> tuple[int, bool]:
    """What an answer rests on: the store's revision, and whether it counts from columns by now."""
    columns = getattr(store, "columns", None)
    return store.revision, columns is not None and columns(store) is not None  # type: ignore[attr-defined]


def _answer_on(store: Store, questions: int, asking: int, send: Send) -> None:
    """The child's work: answer queries until nobody can ask any more."""
    os.close(asking)
    with open(questions, "rb") as file, contextlib.suppress(EOFError):  # it has no path
        while True:
            text, prefixes, name, seconds = marshal.load(file)
            free = free_memory()
            limit_memory(free and free // 2)
            with section(seconds, late(seconds)):
                send_result(store.query(text, prefixes=prefixes, name=name), send)
            send("done", None)
