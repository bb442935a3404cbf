"""Notices that files have changed on which what is served depends, at the cost of a `stat` for each."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ogdkg.errors import OgdkgError
from ogdkg.files.atomic import stamp
from ogdkg.files.globs import Budget, matches
from ogdkg.graph.graph import Graph
from ogdkg.project.project import CONFIG

Stamp = tuple[tuple[str, tuple[int, ...]], ...]

# A folder that changed less long before it was read may change again without its time telling it.
_SETTLED = 2_000_000_000  # nanoseconds


class Files:
    """Looks at the files of a project, and at the folders in which there could be others.

    Args:
        open_graph: Opens the graph, reading its project anew; called again where `ogdkg.toml` has changed.
    """

    def __init__(self, open_graph: Callable[[], Graph]) -> None:
        self._open_graph = open_graph
        self._graph: Graph | None = None
        self._config: Stamp = ()
        self._paths: list[Path] = []
        self._state: list[list[int]] = []
        self._stamp: Stamp = ()
        self._is_settled = False

    def stamp(self) -> Stamp:
        """What tells whether a file has changed, come or gone."""
        if not self._is_settled or [_state(path) for path in self._paths] != self._state:
            self._stamp = self._looked()
        return self._stamp

    def _looked(self) -> Stamp:
        """Look for the files anew."""
        self._is_settled = False
        try:
            if self._graph is None or self._config != _stamps([self._graph.project.root / CONFIG]):
                self._graph = self._open_graph()
                self._config = _stamps([self._graph.project.root / CONFIG])
            budget = Budget()
            files = list(files_of(self._graph, budget))
        except OgdkgError as error:
            self._graph = None
            return ((str(error), ()),)
        now = time.time_ns()
        folders = [Path(path) for path in budget.folders]
        self._paths = folders + files
        self._state = [_state(path) for path in self._paths]
        self._is_settled = all(
            not state or now - state[1] > _SETTLED for state in self._state[: len(folders)]
        )
        return _stamps(files)


def files_of(graph: Graph, budget: Budget | None = None) -> Iterator[Path]:
    """Yield the files that what is served depends on.

    Args:
        graph: What is served.
        budget: Notes the folders that were looked into for them.
    """
    project, budget = graph.project, budget or Budget()
    if not project.loose:
        yield project.root / CONFIG
    if graph.options.endpoint:
        return
    if project.loose:
        yield from (source.path for source in project.loose)
        return
    rules = [pattern for layer in project.layers for pattern in layer.rules]
    yield from dict.fromkeys(project.files((*project.patterns, *rules), budget))
    yield from project.context_files.values()
    yield from (found.path for found in matches(project.queries, "**/*.rq", budget, follow=True))


def stamps_of(graph: Graph) -> Stamp:
    """Return size, times and inode of each file that what is served depends on."""
    return _stamps(files_of(graph))


def _stamps(paths: Iterable[Path]) -> Stamp:
    found = []
    for path in paths:
        with contextlib.suppress(OSError):
            found.append((str(path), tuple(stamp(path))))
    return tuple(found)


def _state(path: Path) -> list[int]:
    """Size, times and inode; nothing of what is not there."""
    try:
        return stamp(path)
    except OSError:
        return []
