"""Statements about a resource with their citations: which passages, documents or layers state each triple.

`passages` checks the passages themselves, `row_provenance` cites rows of a query, and `bibliography` formats
a reference to the dataset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from ogdkg.evidence.passages import Passage, Passages, lines_in_short
from ogdkg.graph.graph import Graph
from ogdkg.lean import NamedTuple
from ogdkg.project.project import layers_of_graphs
from ogdkg.rdf.terms import Blank, Iri, Literal, Namespaces, Term, Triple, TripleTerm, to_ntriples, unlabelled
from ogdkg.search.labels import LabelIndex, names_of_all

if TYPE_CHECKING:
    from ogdkg.search.indexed_names import IndexedNames
    from ogdkg.search.remote_names import RemoteNames
    from ogdkg.store.base import MatchingStore

T = TypeVar("T")
_THING = "<thing>"  # placeholder for the resource's IRI
_OUTGOING = """
SELECT DISTINCT ?p ?o ?g WHERE {
  { GRAPH ?g { <thing> ?p ?o } }
  UNION { <thing> ?p ?o FILTER NOT EXISTS { GRAPH ?other { <thing> ?p ?o } } }
}
"""
_LINKS = """
SELECT DISTINCT ?p ?s ?g WHERE {
  { GRAPH ?g { ?s ?p <thing> } }
  UNION { ?s ?p <thing> FILTER NOT EXISTS { GRAPH ?other { ?s ?p <thing> } } }
}
"""
# The document that a graph was made from, else what it names as its source.
_SOURCED = """
SELECT ?key ?source {
  { ?key <http://purl.org/dc/terms/source> ?source }
  UNION { ?key <http://www.w3.org/ns/prov#hadPrimarySource> ?source }
}
"""
# Readings whose passage names what they hold as examples, or as some of several.
_LISTED = "SELECT ?key ?listing { ?key <https://w3id.org/ogdkg/ns#listing> ?listing }"


class Citation(NamedTuple):
    """A named graph that states something.

    Attributes:
        graph: Its IRI; None for the unnamed graph.
        layer: The name of its layer.
        passage: The passage that the graph is a reading of, or stands for, if any.
    """

    graph: Iri | None
    layer: str
    passage: Passage | None = None

    @property
    def cited(self) -> Iri | None:
        """What one cites: the passage, by which the lines are found, else the graph."""
        return Iri(self.passage.iri) if self.passage else self.graph

    @property
    def lines(self) -> tuple[int, int] | None:
        """The first and last line of the passage; None where there is none."""
        return self.passage.lines if self.passage else None

    @property
    def fragment(self) -> str | None:
        """A few words of the passage; None where there is none."""
        return self.passage.exact if self.passage else None

    def sort_key(self) -> tuple[int, tuple[int, int], str]:
        """Return a sort key: passages first, in the order of their lines."""
        lines = self.passage.lines if self.passage and self.passage.lines else (0, 0)
        return (0 if self.passage else 1), lines, self.graph.value if self.graph else ""


class Statement(NamedTuple):
    """A triple and its citations."""

    triple: Triple
    citations: tuple[Citation, ...]


def citations_of(graph: Graph) -> Citations:
    """Return the citations of a graph, read once for several questions; those of a server each time."""
    if graph.options.endpoint:
        return Citations(graph)
    found: Citations = vars(graph).setdefault("citations", None) or Citations(graph)
    vars(graph)["citations"] = found
    return found


class Citations:
    """The citations of a graph's statements, and the labels of its resources.

    Attributes:
        graph: The graph.
        prefixes: The project's prefixes, for CURIEs.
        languages: The reader's languages.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.prefixes: Mapping[str, str] = graph.project.prefixes
        self.languages = graph.project.languages
        self._layers = layers_of_graphs(
            graph.project, graph.files if graph.layers == graph.project.layers else None
        )
        self._blanks: dict[Blank, str] = {}
        self._kept: dict[str, Any] = {}
        self._of_passages = {layer.passage_metadata_graph for layer in graph.project.layers}

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """Return what is made once of a graph; of a server's, which may change, each time."""
        if self.graph.options.endpoint:
            return make()
        if name not in self._kept:
            self._kept[name] = make()
        found: T = self._kept[name]
        return found

    @cached_property
    def names(self) -> LabelIndex | IndexedNames | RemoteNames:
        """The labels of resources: all at once, or on demand from a server or the word index on disk."""
        if self.graph.options.endpoint:
            from ogdkg.search.remote_names import RemoteNames  # only for a server

            return RemoteNames(self.graph.store, self.prefixes, self.languages)
        if self.graph.stored:
            from ogdkg.search.indexed_names import IndexedNames  # SQLite, only for a large graph
            from ogdkg.search.kept_index import word_index

            if index := word_index(self.graph):
                return IndexedNames(self.graph.store, self.prefixes, index, self.languages)
        return names_of_all(self.graph.asked, self.prefixes, self.languages)

    @cached_property
    def passages(self) -> Passages:
        """The passages of the graph."""
        return Passages(self.graph)

    @cached_property
    def has_several_sources(self) -> bool:
        """Whether the passages come from more than one document."""
        return len(self.passages.sources) > 1

    @cached_property
    def sourced(self) -> Mapping[str, Iri]:
        """The sources of the named graphs that each hold one: those of layers with one graph per file."""
        graph_prefixes = tuple(
            (layer.graph or "").partition("{stem}")[0]
            for layer in self.graph.project.layers
            if "{stem}" in (layer.graph or "")
        )
        if not graph_prefixes:
            return {}
        return self._pairs(_SOURCED, "sourced", lambda iri: iri.startswith(graph_prefixes))

    @cached_property
    def listings(self) -> Mapping[str, Iri]:
        """As what the passages of some readings name things: as examples, or as some of several."""
        return self._pairs(_LISTED, "listings", lambda iri: True)

    def _pairs(self, text: str, name: str, is_wanted: Callable[[str], bool]) -> Mapping[str, Iri]:
        """Return the pairs of IRIs that a query finds, by the first of each."""
        if self.graph.options.endpoint:
            from ogdkg.evidence.remote_pairs import RemotePairs  # only for a server

            return RemotePairs(self.graph, text, is_wanted)

        def read() -> dict[str, str]:
            rows = self.graph.select(text, name=name)
            return {
                one.value: other.value
                for one, other in rows
                if isinstance(one, Iri) and isinstance(other, Iri)
            }

        found = self.graph.table(text, read).items()
        return {one: Iri(other) for one, other in found if is_wanted(one)}

    def of(self, graph: Iri | None) -> Citation:
        """Return the citation of a named graph."""
        passage = self.passages.get(graph.value) if graph else None
        return Citation(graph, self._layers.get(graph, self._layers[None]), passage)

    def statements_about(self, thing: Iri) -> list[Statement]:
        """Return the statements with a resource as subject, ordered by property and citation."""
        if (store := self._matching) is not None:
            return self._cited((quad.triple, quad.graph) for quad in store.matching(thing))
        rows = self.graph.select(_OUTGOING.replace(_THING, to_ntriples(thing)), limited=False)
        return self._cited((Triple(thing, p, o), g) for p, o, g in rows if isinstance(p, Iri) and o)

    @property
    def _matching(self) -> MatchingStore | None:
        """The store, if it finds the statements around a thing without a query: where they are in memory."""
        graph = self.graph
        if graph.options.endpoint or graph.options.engine != "oxigraph" or graph.stored:
            return None
        return graph.asked  # type: ignore[return-value]  # the store of that engine, or what is kept of it

    def links_to(self, thing: Iri) -> list[Statement]:
        """Return the statements with a resource as object."""
        if (store := self._matching) is not None:
            return self._cited((quad.triple, quad.graph) for quad in store.matching(obj=thing))
        rows = self.graph.select(_LINKS.replace(_THING, to_ntriples(thing)), name="links")
        return self._cited(
            (Triple(s, p, thing), g)
            for p, s, g in rows
            if isinstance(p, Iri) and s and not isinstance(s, Literal | TripleTerm)
        )

    def without_passages(self, links: Iterable[Statement]) -> list[Statement]:
        """Drop the links from passages to what they are about: citations show those already."""
        subjects = [(link, link.triple.subject) for link in links]
        self.passages.read(subject.value for _, subject in subjects if isinstance(subject, Iri))
        return [
            link
            for link, subject in subjects
            if not (isinstance(subject, Iri) and subject.value in self.passages)
        ]

    def statement(self, triple: Triple, graph: Iri | None = None) -> Statement:
        """Return a triple with its citations: every graph that contains it, or only `graph`."""
        graphs = [graph] if graph else self.graph.asked.graphs(triple)
        return Statement(triple, tuple(sorted(map(self.of, graphs), key=Citation.sort_key)))

    @cached_property
    def derived_graphs(self) -> frozenset[Iri]:
        """The graphs that rules fill, as the project has them."""
        return self.graph.project.derived_graphs

    def is_derived(self, statement: Statement) -> bool:
        """Whether rules alone make a statement."""
        return all(citation.graph in self.derived_graphs for citation in statement.citations)

    def _order(self, term: Term) -> str:
        """What a term is sorted by: of a blank node not its text, which is known once it is asked for."""
        return f"_:{term.label}" if isinstance(term, Blank) else self.label(term)

    def label(self, term: Term) -> str:
        """Return the label of a resource, else its CURIE or IRI; the text of a literal."""
        if isinstance(term, Literal):
            return term.value
        if isinstance(term, Blank):
            return self._blanks.get(term) or f"_:{term.label}"
        if isinstance(term, TripleTerm):
            return str(term)
        return self.names.label(term) or self.short(term)

    def language(self, term: Term) -> str:
        """Return the language of what `label` returns; empty where it has none, or nobody tells."""
        if isinstance(term, Literal):
            return term.language
        return self.names.language(term) if isinstance(term, Iri) else ""

    def read_blanks(self, thing: Iri, statements: Iterable[Statement]) -> None:
        """Learn the texts of the blank nodes next to a thing, if there are any in the statements about it."""
        ends = (end for each in statements for end in (each.triple.subject, each.triple.object))
        blanks = dict.fromkeys(end for end in ends if isinstance(end, Blank))
        if blanks and not self.graph.options.endpoint:
            from ogdkg.evidence.blank_texts import Labels, blank_texts  # few graphs have any

            labels = Labels(self.label, self.property_label)
            self._blanks |= blank_texts(self.graph, labels, thing, blanks)

    def property_label(self, predicate: Iri) -> str:
        """Return the label of a property, else the local name of its IRI."""
        return self.names.label(predicate) or unlabelled(predicate.value)

    def class_label(self, term: Term) -> str:
        """Return the label of a class, else the local name of its IRI."""
        return self.names.label(term) or unlabelled(term.value) if isinstance(term, Iri) else self.label(term)

    def short(self, iri: Iri) -> str:
        """Return an IRI as a CURIE if a prefix fits."""
        return self._namespaces.compact(iri.value) or iri.value

    @cached_property
    def _namespaces(self) -> Namespaces:
        return Namespaces(self.prefixes)

    def lines(self, citation: Citation) -> str:
        """Return a citation in short, such as `L12`.

        Returns:
            The lines of a passage, with its source if there are several; else the source or its graph by
            their labels or titles, the layer, or the graph.
        """
        passage = citation.passage
        if passage is None and citation.graph and (source := self.sourced.get(citation.graph.value)):
            return self.names.label(source) or self.label(citation.graph)
        if passage is None or passage.lines is None:
            own = self.short(citation.graph) if citation.graph else "unnamed graph"
            return self._title(citation.graph) or citation.layer or own
        text = lines_in_short(passage.lines)
        if not self.has_several_sources or not passage.source:
            return text
        return f"{text} of {self.label(Iri(passage.source))}"

    def _title(self, graph: Iri | None) -> str | None:
        """Return the label or title of a graph that a file names, which is a source of its own."""
        is_own = graph in self._layers or graph in self._of_passages
        return self.names.label(graph) if graph and not is_own else None

    def words(self, citations: Iterable[Citation]) -> str:
        """Return citations in short, separated by commas, or by semicolons where one has a comma itself."""
        cited = dict.fromkeys(map(self.lines, citations))
        return ("; " if any(", " in each for each in cited) else ", ").join(cited)

    def _cited(self, rows: Iterable[tuple[Triple, Term | None]]) -> list[Statement]:
        """Group (triple, graph) pairs into statements, with one query for all their passages."""
        pairs = list(rows)
        graphs = [graph.value for _, graph in pairs if isinstance(graph, Iri)]
        self.passages.read(graphs)
        if self.graph.options.endpoint:
            self._read_there(pairs, graphs)
        by_triple: dict[Triple, list[Citation]] = {}
        for triple, graph in pairs:
            citations = by_triple.setdefault(triple, [])
            citations.append(self.of(graph if isinstance(graph, Iri) else None))
        statements = [
            Statement(triple, tuple(sorted(citations, key=Citation.sort_key)))
            for triple, citations in by_triple.items()
        ]
        return sorted(statements, key=self.statement_order)

    def _read_there(self, pairs: Iterable[tuple[Triple, Term | None]], graphs: Iterable[str]) -> None:
        """Fetch from a server together what is told of some statements: names, and the sources of graphs."""
        ends = (each for triple, graph in pairs for each in (*triple, graph))
        self.names.read([each for each in ends if isinstance(each, Iri)])
        for known in (self.sourced, self.listings):
            if hasattr(known, "read"):
                known.read(graphs)

    def statement_order(self, statement: Statement) -> tuple[object, ...]:
        """Return a sort key: by property, then by citation, then by label and language."""
        triple = statement.triple
        return (
            triple.predicate.value,
            statement.citations[0].sort_key(),
            self._order(triple.object),
            self._order(triple.subject),
            triple.object.language if isinstance(triple.object, Literal) else "",
        )
