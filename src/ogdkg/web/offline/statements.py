"""The statements of a graph as a browser loads them: N-Quads, each once, in the engine's own spelling."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ogdkg.graph.graph import Graph
from ogdkg.rdf.statements import split, to_nquads


class Reading(NamedTuple):
    """What the questions of some layers read.

    Attributes:
        file: The file of statements, without its folder.
        without: The graphs in it that are not read, as N-Quads writes them; empty for the unnamed one.
    """

    file: str
    without: tuple[str, ...] = ()


class Statements:
    """The files of the statements that questions read.

    Args:
        whole: The graph with all layers, without what is withheld.
    """

    def __init__(self, whole: Graph) -> None:
        self._graph, self._whole = whole, lines_of(whole)
        self._graphs = {graph_of(line) for line in self._whole}
        self.files: dict[str, list[str]] = {"all": self._whole}

    def reading(self, graph: Graph) -> Reading:
        """Return what a graph of some layers holds: all but some graphs, or else a file of its own."""
        if graph is self._graph:
            return Reading("all")
        lines = lines_of(graph)
        absent = self._graphs - {graph_of(line) for line in lines}
        if lines == [line for line in self._whole if graph_of(line) not in absent]:
            return Reading("all", tuple(sorted(absent)))
        name = next((name for name, known in self.files.items() if known == lines), f"some{len(self.files)}")
        self.files[name] = lines
        return Reading(name)


def lines_of(graph: Graph) -> list[str]:
    """Return the statements of a graph as lines of N-Quads, sorted, without line ends."""
    return sorted(map(to_nquads, graph.store.quads()))


def graph_of(line: str) -> str:
    """Return the graph of a statement as its line has it; empty for the unnamed one."""
    return split(line)[0]


def as_text(lines: Iterable[str]) -> bytes:
    """Return lines as a file."""
    return "".join(f"{line}\n" for line in lines).encode()
