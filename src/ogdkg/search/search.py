"""Things by words of their names, descriptions and neighbours' labels, best first. Prints nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from typing import NamedTuple

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, compact
from ogdkg.search.indexed_names import IndexedNames
from ogdkg.search.labels import LabelIndex, find_among, find_class, names_of_all
from ogdkg.search.texts import read_texts
from ogdkg.search.word_index import MOST, Index, Kind, Match

_WITHIN = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?type { ?type rdfs:subClassOf* ?_class_iri }
"""
_WITH = "SELECT DISTINCT ?thing { ?thing ?_property_iri ?_value_iri }"
_REMEMBERED = 32  # values of filters, and classes, whose things are not asked for again


class SearchHit(NamedTuple):
    """A thing found, how it is called, what it is, and its description."""

    thing: Iri
    name: str
    kinds: tuple[str, ...]
    description: str


class Search:
    """The things of a graph, searched; the index is made once, from the store."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._prefixes = graph.project.prefixes
        from ogdkg.search.kept_index import word_index  # the store's files, for a large graph alone

        stored = word_index(graph) if graph.stored else None
        self._index = stored or _in_memory(graph)
        self._asked: dict[tuple[str | None, str], frozenset[str]] = {}

    def find(
        self,
        text: str,
        limit: int = MOST,
        thing_class: str | None = None,
        filters: Mapping[str, str] | None = None,
    ) -> list[SearchHit]:
        """The things that a text finds, of a class, and with the values that the project's filters name."""
        classes = self._once(None, thing_class) if thing_class else None
        passing = [self._once(name, value) for name, value in (filters or {}).items()]
        among = frozenset.intersection(*passing) if passing else None
        return [self._shown(match) for match in self._index.search(text, limit, among, classes)]

    def _shown(self, match: Match) -> SearchHit:
        return SearchHit(
            Iri(match.iri), match.name, tuple(sorted(map(self._kind, match.kinds))), match.description
        )

    def _kind(self, kind: Kind) -> str:
        return kind if isinstance(kind, str) else compact(kind[0], self._prefixes) or kind[0]

    def _once(self, name: str | None, value: str) -> frozenset[str]:
        """What passes a filter, or without a name the classes; remembered for the next question."""
        if len(self._asked) >= _REMEMBERED:
            self._asked.clear()
        if (name, value) not in self._asked:
            self._asked[name, value] = self._classes(value) if name is None else self._with(name, value)
        return self._asked[name, value]

    def _with(self, name: str, value: str) -> frozenset[str]:
        """The things that pass a filter."""
        of = self.graph.project.search_facets[name]
        return self._iris(_WITH, {"property": [of], "value": [self._names.find(value, name)]})

    def _classes(self, text: str) -> frozenset[str]:
        """The class that a text means, and all below it."""
        of = self._class(text)
        return self._iris(_WITHIN, {"class": [of]}) | {of.value}

    @property
    def _is_embedded(self) -> bool:
        """Whether the engine finds the names of a few things at once; else all names are read."""
        return self.graph.options.engine == "oxigraph" and not self.graph.options.endpoint

    def _class(self, text: str) -> Iri:
        """The class that a text means."""
        if self._is_embedded:
            return find_among(self.graph.store, text, self._prefixes, map(Iri, self._index.kinds()))
        return find_class(self.graph.store, text, self._prefixes)

    @cached_property
    def _names(self) -> LabelIndex | IndexedNames:
        """How the values of filters are called."""
        if self._is_embedded:
            return IndexedNames(self.graph.store, self._prefixes, self._index)
        return names_of_all(self.graph.store, self._prefixes)

    def _iris(self, query: str, values: Mapping[str, list[Iri]]) -> frozenset[str]:
        rows = self.graph.select(StoredQuery(query, "search").bind(values), name="search")
        return frozenset(row[0].value for row in rows if isinstance(row[0], Iri))


def _in_memory(graph: Graph) -> Index:
    texts = read_texts(graph.store, partial(graph.select, name="search"))
    return Index.of(texts.entries(lambda what, done, whole: None), texts.classes())
