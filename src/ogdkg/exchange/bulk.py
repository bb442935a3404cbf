"""The statements of a large graph in order, graph by graph, in bounded memory.

A statement is held as its graph, a space, and its line of N-Triples: so all statements of a graph follow one
another, and the digest of a graph is that of its sorted lines, as `remote.pull` takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ogdkg.files.sorting import SortedLines
from ogdkg.rdf.statements import Statement, join, nodes_of, split, with_labels, with_stable_blanks

MOST_STABLE = 200_000  # statements with blank nodes whose labels depend on nothing else than statements


class Blanks:
    """Gives blank nodes labels that are the same on every run.

    Up to `MOST_STABLE` statements with blank nodes are held back, and get the labels of any other export.
    Beyond, blank nodes are numbered in the order of the files. Graphs that share a blank node are joined: two
    files never mean the same blank node (RDF 1.1 N-Quads, section 2.3).
    """

    def __init__(self, most: int = MOST_STABLE) -> None:
        self._most = most
        self._held: list[str] | None = []
        self._numbers: dict[str, str] = {}
        self._first: dict[str, str] = {}
        self._whole: dict[str, str] = {}

    def plain(self, lines: Iterable[str]) -> Iterator[Statement]:
        """Yield the statements, those that are held back at the end."""
        for line in lines:
            if "_:" not in line:
                yield split(line)
            elif self._held is None:
                yield self._numbered(line)
            else:
                self._held.append(line)
                if len(self._held) > self._most:
                    held, self._held = self._held, None
                    yield from map(self._numbered, held)
        for line in with_stable_blanks(self._held or []):
            statement = split(line)
            self._join(statement)
            yield statement

    def _numbered(self, line: str) -> Statement:
        parts = split(line)
        nodes = (node for part in parts for node in nodes_of(part) if node.startswith("_:"))
        for node in nodes:
            self._numbers.setdefault(node, f"_:b{len(self._numbers) + 1}")
        statement = tuple(with_labels(part, self._numbers) for part in parts)
        self._join(statement)  # type: ignore[arg-type]  # four, as before
        return statement  # type: ignore[return-value]

    def _join(self, statement: Statement) -> None:
        graph = self.group(statement[0])
        nodes = (node for part in statement for node in nodes_of(part) if node.startswith("_:"))
        for node in nodes:
            other = self.group(self._first.setdefault(node, graph))
            if other != graph:
                self._whole[other] = graph

    def group(self, graph: str) -> str:
        """Return the graph that stands for all that must lie in one file with this one."""
        while (whole := self._whole.get(graph)) is not None:
            above = self._whole.get(whole)
            if above is not None:
                self._whole[graph] = above
            graph = whole
        return graph


@contextmanager
def sorted_statements(
    statements: Iterable[Statement], key: Callable[[Statement], str], folder: Path | None = None
) -> Iterator[Iterable[bytes]]:
    """Sort statements by a key, each once, as long as the block lasts.

    Args:
        statements: The statements.
        key: A statement as the line by which it is sorted.
        folder: Where what does not fit into memory lies meanwhile.
    """
    with SortedLines(folder) as lines:
        lines.extend(key(statement).encode("utf-8", "surrogatepass") for statement in statements)
        yield lines


def by_graph(statement: Statement) -> str:
    """Return a statement as its graph, a space, and its line of N-Triples."""
    graph, *triple = statement
    return f"{graph} {join(('', *triple))}"  # type: ignore[arg-type]  # three terms


def parted(line: bytes) -> tuple[str, bytes]:
    """Return the graph and the triple of a line of `by_graph`."""
    graph, _, triple = line.partition(b" ")
    return graph.decode(), triple
