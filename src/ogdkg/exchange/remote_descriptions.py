"""The concise bounded description of a thing on a server, of whose graph nothing else is fetched."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any

from ogdkg.errors import Place
from ogdkg.exchange.cbd import Descriptions, Group
from ogdkg.rdf.statements import TYPE, Statement, split, to_nquads
from ogdkg.rdf.terms import Blank, Iri, Quad, Triple
from ogdkg.remote.blank_levels import BlankLevels
from ogdkg.remote.protocol import RemoteStore
from ogdkg.store.base import expect_rows

SOME = 50  # links to a node, among which there are two subjects where there are several
DEEPEST = 16  # blank nodes within one another
Statements = list[Statement]
Stated = tuple[Iri | None, Triple]
Chosen = Callable[[Iterable[str]], Iterable[str]]


class ServerDescriptions(Descriptions):
    """Descriptions of things on a server. A blank node comes with what leads to it, as no query can name it.

    Args:
        remote: The server.
        includes: Whether to take the statements of a graph.
        chosen: Which of some lines to take, such as those that are not personal.
        passage_graphs: The graphs that describe passages.
        derived: The graphs of rules.
        groups: The properties that are displayed together.
    """

    def __init__(
        self,
        remote: RemoteStore,
        includes: Callable[[Iri | None], bool],
        chosen: Chosen,
        passage_graphs: Container[str],
        derived: Container[str] = (),
        groups: Iterable[Group] = (),
    ) -> None:
        super().__init__(derived, groups)
        self._remote = remote
        self._includes = includes
        self._chosen = chosen
        self._passage_graphs = passage_graphs
        self._about: dict[str, Statements] = {}
        self._incoming: dict[str, Statements] = {}
        self._parents: dict[str, str] = {}
        self._names = set(remote.names())
        place = Place(remote.given.shown_url)
        self._levels = BlankLevels(self._named_rows, _is_blank, place, deepest=DEEPEST, in_graphs=True)

    def about(self, node: str) -> Statements:
        """Return the statements with a node as subject: one request for an IRI, none when asked again.

        A blank node has those that came with the IRI that leads to it.
        """
        if node[0] == "_":
            return self._about.get(node, [])
        if node[0] != "<":
            return []
        if node not in self._about:
            self._about[node] = self._fetched(node, back=False)
        return self._about[node]

    def incoming(self, node: str) -> Statements:
        """Return the statements with an IRI as object, asked for once; none of a blank node or a literal."""
        if node[0] != "<":
            return []
        if node not in self._incoming:
            self._incoming[node] = self._fetched(node, back=True)
        return self._incoming[node]

    def parent(self, node: str) -> str:
        """Return the only subject that links to an IRI other than as its class; "" if there is none such."""
        if node not in self._parents:
            some = self._links(node, SOME) if node[0] == "<" else set()
            self._parents[node] = next(iter(some)) if len(some) == 1 else ""
        return self._parents[node]

    def evidence(self, graph: str) -> Iterator[Statement]:
        """Yield the statements of a passage and its selectors, which are IRIs below that of the passage."""
        waiting, seen = [graph], {graph}
        while waiting and graph:
            for each in self.about(waiting.pop()):
                name, _, _, obj = each
                if name in self._passage_graphs:
                    yield each
                    if obj.startswith(f"{graph[:-1]}#") and obj not in seen:
                        seen.add(obj)
                        waiting.append(obj)

    def _links(self, node: str, most: int) -> set[str]:
        """The subjects of links to a node, other than as its class and by what describes passages."""
        tail = f" LIMIT {most}" if most else ""
        pattern = f"GRAPH ?g {{ ?s ?p {node} }} FILTER(?p != {TYPE})"
        rows: list[Any] = list(self._rows(f"SELECT DISTINCT ?g ?s ?p {{ {pattern} }}{tail}"))
        kept = self._kept((row[0], Triple(row[1], row[2], Iri(node[1:-1]))) for row in rows)
        found = {subject for name, subject, _, _ in kept if name not in self._passage_graphs}
        return found if len(found) > 1 or len(rows) < most or not most else self._links(node, 0)

    def _fetched(self, node: str, *, back: bool) -> Statements:
        """The statements with a node as subject, or as object; learns what blank nodes beside it are."""
        step, named = f"?v0 ?p0 {node}" if back else f"{node} ?p0 ?v0", Iri(node[1:-1])
        levels: dict[int, dict[Stated, None]] = {0: {}}
        for level, row in self._levels.rows(step):
            start, end = row[f"v{level - 1}"] if level else named, row[f"v{level}"]
            spo = (end, row["p0"], start) if back and not level else (start, row[f"p{level}"], end)
            levels.setdefault(level, {})[row[f"g{level}"], Triple(*spo)] = None
        first = levels.pop(0)
        for each in self._kept(each for level in levels.values() for each in level):
            known = self._about.setdefault(each[1], [])
            if each not in known:
                known.append(each)
        return self._kept([*first, *self._unnamed(step, named, first, back=back)])

    def _unnamed(self, step: str, node: Iri, named: Iterable[Stated], *, back: bool) -> Iterator[Stated]:
        """The statements of the default graph that are in no named one; not of blank nodes of a copy."""
        known = {triple for _, triple in named}
        for predicate, end in self._rows(f"SELECT ?p0 ?v0 {{ {step} }}") if self._includes(None) else ():
            triple = Triple(*((end, predicate, node) if back else (node, predicate, end)))
            if triple not in known and not isinstance(end, Blank):
                yield None, triple

    def _rows(self, text: str) -> Iterator[Any]:
        return (tuple(row.values()) for row in self._named_rows(text))

    def _named_rows(self, text: str) -> Iterator[dict[str, Any]]:
        scope, found = self._remote.server.label_scope(), expect_rows(self._remote.query(text))
        for row in found.rows:
            terms = (Blank(scope + each.label) if isinstance(each, Blank) else each for each in row)
            yield dict(zip(found.variables, terms, strict=True))

    def _kept(self, stated: Iterable[Stated]) -> Statements:
        """The statements that are to be taken."""
        wanted = (
            to_nquads(Quad(*triple, graph))
            for graph, triple in stated
            if graph is None or (graph in self._names and self._includes(graph))
        )
        return list(map(split, self._chosen(wanted)))


def _is_blank(term: Any) -> bool:
    return isinstance(term, Blank)
