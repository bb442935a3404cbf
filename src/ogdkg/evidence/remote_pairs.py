"""`RemotePairs`: what one property of some resources of a server leads to, of those asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, to_ntriples

_TOGETHER = 100  # resources asked for by one query


class RemotePairs(Mapping[str, Iri]):
    """The pairs of IRIs that a query finds on a server, by the first of each.

    Args:
        graph: The graph.
        text: The query, whose rows are pairs; `?key` is the first of each.
        is_known: Whether a resource may have a pair; of others nothing is asked.
    """

    def __init__(self, graph: Graph, text: str, is_known: Callable[[str], bool] = lambda iri: True) -> None:
        self._graph, self._text, self._is_known = graph, text, is_known
        self._found: dict[str, Iri | None] = {}

    def read(self, iris: Iterable[str]) -> None:
        """Fetch the pairs of some resources together, which takes less time than one by one."""
        new = iter([iri for iri in dict.fromkeys(iris) if iri not in self._found and self._is_known(iri)])
        while some := list(islice(new, _TOGETHER)):
            self._found.update(dict.fromkeys(some))
            among = f"VALUES ?key {{ {' '.join(to_ntriples(Iri(iri)) for iri in some)} }}"
            rows = self._graph.select(self._text.replace("{", f"{{ {among} ", 1), name="pairs", limited=False)
            for one, other in rows:
                if isinstance(one, Iri) and isinstance(other, Iri):
                    self._found[one.value] = other

    def __getitem__(self, iri: str) -> Iri:
        self.read([iri])
        if (found := self._found.get(iri)) is None:
            raise KeyError(iri)
        return found

    def __iter__(self) -> Iterator[str]:
        return (iri for iri, found in self._found.items() if found)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return True  # nobody knows before it is asked
