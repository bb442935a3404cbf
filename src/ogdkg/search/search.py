"""`Search`: keyword search with classes and filters (`ogdkg search`), over a `word_index`.

`remote` searches a large graph at an endpoint; `labels` and `resolver` resolve exact names.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial

from ogdkg.graph.graph import Graph
from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import Iri, unlabelled
from ogdkg.search.classes import find_among, find_class
from ogdkg.search.index_tables import Kind
from ogdkg.search.indexed_names import IndexedNames
from ogdkg.search.labels import LabelIndex, names_of_all
from ogdkg.search.texts import SCHEME, read_texts
from ogdkg.search.word_index import CAN_BE_WRITTEN, MOST, Index, Match
from ogdkg.store.base import remembered

_WITHIN = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?type { ?type rdfs:subClassOf* ?_class_iri }
"""
_WITH = "SELECT DISTINCT ?thing { ?thing ?_property_iri ?_value_iri }"
_CACHED = 32  # filter values and classes whose resources are cached


class SearchHit(NamedTuple):
    """A resource found, with its label, the labels of its classes, and its description."""

    thing: Iri
    name: str
    kinds: tuple[str, ...]
    description: str


class Search:
    """Searches the resources of a graph; the index is built once, from the store."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._prefixes = graph.project.prefixes
        self._index = _stored(graph) or _in_memory(graph)
        self._cache: dict[tuple[str | None, str], frozenset[str]] = {}

    def find(
        self,
        text: str,
        limit: int = MOST,
        thing_class: str | None = None,
        filters: Mapping[str, str] | None = None,
    ) -> list[SearchHit]:
        """Return the resources with words in their names, descriptions, neighbours' labels or addresses.

        The best come first, and sources after what is drawn from them.

        Args:
            text: The words, or beginnings of words.
            limit: How many resources to return at most.
            thing_class: The name of a class, to return only its instances.
            filters: Values by the name of a filter of the project.

        Raises:
            UsageError: The class or a value is unknown or ambiguous.
        """
        classes = self._cached(None, thing_class) if thing_class else None
        passing = [self._cached(name, value) for name, value in (filters or {}).items()]
        among = frozenset.intersection(*passing) if passing else None
        text = SCHEME.sub("", text)  # of an address, which is indexed without it
        return [shown(match) for match in self._index.search(text, limit, among, classes)]

    def _cached(self, name: str | None, value: str) -> frozenset[str]:
        """Return what passes a filter, or without a filter name the classes; cached for the next search."""
        if len(self._cache) >= _CACHED:
            self._cache.clear()
        if (name, value) not in self._cache:
            self._cache[name, value] = self._classes(value) if name is None else self._with(name, value)
        return self._cache[name, value]

    def _with(self, name: str, value: str) -> frozenset[str]:
        """Return the resources that pass a filter."""
        of = self.graph.project.search_facets[name]
        within = "|".join(f"<{iri}>" for iri in self.graph.project.within)
        query = _WITH.replace("?_value_iri", f"?part . ?part ({within})* ?_value_iri") if within else _WITH
        return self._iris(query, {"property": [of], "value": [self._names.find(value, name)]})

    def _classes(self, text: str) -> frozenset[str]:
        """Return the class with a name, and its subclasses."""
        of = self._class(text)
        return self._iris(_WITHIN, {"class": [of]}) | {of.value}

    @property
    def _is_embedded(self) -> bool:
        """Whether the engine is fast at reading the names of a few resources; else all names are read."""
        return self.graph.options.engine == "oxigraph" and not self.graph.options.endpoint

    def _class(self, text: str) -> Iri:
        """Return the class with a name."""
        if self._is_embedded:
            return find_among(self.graph.store, text, self._prefixes, map(Iri, self._index.kinds()))
        return find_class(self.graph.store, text, self._prefixes)

    @cached_property
    def _names(self) -> LabelIndex | IndexedNames:
        """The names of the values of filters."""
        if self._is_embedded:
            return IndexedNames(self.graph.store, self._prefixes, self._index, self.graph.project.languages)
        return names_of_all(self.graph.store, self._prefixes, self.graph.project.languages)

    def _iris(self, query: str, values: Mapping[str, list[Iri]]) -> frozenset[str]:
        from ogdkg.catalogue.catalogue import StoredQuery  # only filters need it

        rows = self.graph.select(StoredQuery(query, "search").bind(values), name="search")
        return frozenset(row[0].value for row in rows if isinstance(row[0], Iri))


def shown(match: Match) -> SearchHit:
    """Return a match as it is shown: classes without a label by their local names."""
    return SearchHit(Iri(match.iri), match.name, tuple(sorted(map(_kind, match.kinds))), match.description)


def _kind(kind: Kind) -> str:
    return kind if isinstance(kind, str) else unlabelled(kind[0])


def _stored(graph: Graph) -> Index | None:
    if not graph.stored:
        return None
    from ogdkg.search.kept_index import word_index  # only for a large graph

    return word_index(graph)


def _in_memory(graph: Graph) -> Index:
    """Build the index, or return that which was built of the store as it is, or is kept beside its files."""

    def built() -> Index:
        texts = read_texts(graph.store, partial(graph.select, name="search"), graph.project.languages)
        return Index.of(texts.entries(lambda what, done, whole: None), texts.classes())

    def found() -> Index:
        if not hasattr(graph.asked, "table") or not CAN_BE_WRITTEN:  # nothing is kept
            return built()
        key = repr(("word index", graph.project.languages))
        return Index.read(graph.table(key, lambda: built().written()))

    return remembered(graph.asked, ("word index", graph.project.languages), found)
