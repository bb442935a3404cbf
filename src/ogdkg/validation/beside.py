"""The part of an engine in the validation of a project, in a process beside it: rules, and checks by queries.

The files are read twice: as they are written, for the shapes, and into an engine, for rules and queries. One
need not wait for the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat

from ogdkg.errors import InputError, LimitError
from ogdkg.graph.graph import Graph
from ogdkg.sandbox.child import Child, Send, Task, can_fork
from ogdkg.validation.core.background import Eventual, settled
from ogdkg.validation.core.results import Finding
from ogdkg.validation.data.reading import Source
from ogdkg.validation.project_checks import engine_findings, stored_checks


class Beside:
    """A process in which a graph is loaded.

    Args:
        graph: The graph of a project.
        derive: Returns what each of its layers of rules derives, as N-Quads.
        documents: The source documents to compare the passages with, if they are not the project's own.
        told: Returns the error of a file as it is told.

    Attributes:
        has_told: Whether such an error was raised.
    """

    def __init__(
        self,
        graph: Graph,
        derive: Sequence[Callable[[], bytes]],
        documents: Sequence[Path],
        told: Callable[[InputError], InputError],
    ) -> None:
        self._texts: list[bytes] = []
        self._number, self._told = len(derive), told
        self.has_told = False
        self._fault: BaseException | None = None
        self._child = Child(lambda send: _work(send, graph, derive, documents), Task(sections=True))

    @staticmethod
    def suits(graph: Graph) -> bool:
        """Whether a graph is so small that it is no matter in which process it is."""
        return can_fork() and not graph.is_large

    def sources(self, names: Sequence[str]) -> list[Source]:
        """What layers of these names derive, to be read once the process has found it."""
        return [_Awaited(name, partial(self._derived, number)) for number, name in enumerate(names)]

    @contextmanager
    def told_first(self) -> Iterator[None]:
        """Let the process tell what is wrong with the data before what is wrong within."""
        try:
            yield
        except InputError:
            self._all_derived()
            raise

    def findings(self) -> list[Finding]:
        """Return what the checks find that ask an engine."""
        self._all_derived()
        text = self._next()
        self.close()
        return _unpickled(text) if text else []

    def close(self) -> None:
        """End the process."""
        self._child.close()

    def _all_derived(self) -> None:
        if self._number:
            self._derived(self._number - 1)

    def _derived(self, number: int) -> bytes:
        try:
            while len(self._texts) <= number:
                self._texts.append(self._next())
        except LimitError:
            raise
        except InputError as error:
            self.has_told = True
            raise self._told(error) from error
        return self._texts[number]

    def _next(self) -> Any:
        if self._fault:
            raise self._fault
        try:
            return next(self._child)[1]
        except BaseException as error:
            self._fault = error
            raise


class _Awaited(Source):
    """Triples that another process finds: whoever reads them waits for it."""

    def __init__(self, name: str, wait: Callable[[], bytes]) -> None:
        parts = {"name": name, "format": RdfFormat.N_QUADS, "is_file": False, "original": None}
        for part, value in {**parts, "is_ground": False, "_wait": wait}.items():  # of a class that is frozen
            object.__setattr__(self, part, value)

    @property
    def content(self) -> bytes:  # which nobody sets
        return self._wait()  # type: ignore[attr-defined,no-any-return]  # as above


def _work(send: Send, graph: Graph, derive: Sequence[Callable[[], bytes]], documents: Sequence[Path]) -> None:
    """Send what rules derive, then what checks find, each as soon as it is known."""
    early: Eventual[list[Finding]] | None = None
    for each in derive:
        send("derived", each())
        # Before further layers are added to the store of those that rules, and these checks, read.
        early = early or settled(lambda: list(stored_checks(graph, of_default=True)))
    found = list(engine_findings(graph, documents, early))
    send("found", _pickled(found) if found else b"")


def _pickled(found: list[Finding]) -> bytes:
    import pickle  # 5 ms, which a project without faults is spared

    return pickle.dumps(found)


def _unpickled(text: bytes) -> list[Finding]:
    import pickle  # as above

    found: list[Finding] = pickle.loads(text)
    return found
