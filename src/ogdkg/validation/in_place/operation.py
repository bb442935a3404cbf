"""Judges a graph on its server, or here where it is small, or where a shape looks at all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ogdkg.errors import LimitError, StoreError
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.reading import Source
from ogdkg.validation.data.remote import ServerGraph, copied, fetched
from ogdkg.validation.in_place.in_place import InPlace, NeedsCopyError, Progress
from ogdkg.validation.in_place.journal import Journal, journal_name
from ogdkg.validation.prefilter.prefilter import PendingResults
from ogdkg.validation.pyshacl.client import PyShaclProcess

MOST_FETCHED = 50_000  # triples that one request brings sooner than many ask about


class JudgedInPlace(NamedTuple):
    """The outcome.

    Attributes:
        pending: The results; None if the graph is here now, and still to be judged.
        graph: The graph to report from.
        end: Is to be called once the report is made; returns what a person should know of the server.
    """

    pending: PendingResults | None
    graph: DataGraph
    end: Callable[[], tuple[str, ...]] = tuple


def judged_in_place(
    graph: ServerGraph,
    shapes: Shapes,
    pyshacl: PyShaclProcess,
    on_progress: Progress,
    kept_of: Sequence[Source] | None = None,
) -> JudgedInPlace:
    """Judge the graph of a server.

    Args:
        graph: The graph.
        shapes: The shapes.
        pyshacl: Judges what is not of SHACL Core.
        on_progress: Is told how many units of the shapes are done.
        kept_of: The files of the shapes, under which is kept what is judged until the run has ended; None
            keeps nothing.

    Raises:
        LimitError: It takes too long, or a copy would be too large.
        StoreError: The server fails, or contradicts itself.
    """
    if len(graph) <= MOST_FETCHED and (here := fetched(graph)):
        return JudgedInPlace(None, here)
    version = graph.version()
    name = journal_name(kept_of, version) if version and kept_of is not None else None
    journal = Journal(name, shapes)
    judging = InPlace(graph, shapes, pyshacl, on_progress, journal)
    try:
        pending = judging.pending()
    except NeedsCopyError as error:
        return JudgedInPlace(None, copied(graph.remote, error.why))
    except (LimitError, StoreError) as error:
        if journal.is_kept:
            error.hint = " ".join(filter(None, [error.hint, "Run it again: it goes on where it was."]))
        raise

    def end() -> tuple[str, ...]:
        journal.forget()
        return (*journal.notices(), *judging.notices(), *_changes(graph, version))

    return JudgedInPlace(pending, judging.graph(), end)


def _changes(graph: ServerGraph, version: str) -> Iterator[str]:
    if version and graph.version() != version:
        yield (
            "The graph on the server changed meanwhile, so findings may be of how it was before: validate it "
            "again once nobody writes to it."
        )
