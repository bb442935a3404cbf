"""Statements about a thing, each with what states it: passages by their lines, other graphs by layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ogdkg.evidence.passages import Passage, Passages
from ogdkg.graph.graph import Graph
from ogdkg.project.project import layers_of_graphs
from ogdkg.rdf.terms import Blank, Iri, Literal, Term, Triple, compact, local_name, to_ntriples
from ogdkg.search.labels import LabelIndex, names_of_all

if TYPE_CHECKING:
    from ogdkg.search.indexed_names import IndexedNames

_THING = "<thing>"  # stands for the IRI that is asked of
_SAID = """
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
_SOURCED = """
SELECT DISTINCT ?graph { ?graph <http://purl.org/dc/terms/source> ?source }
"""


class Citation(NamedTuple):
    """A graph that states something: a passage, or one of another layer (None: the unnamed graph)."""

    graph: Iri | None
    layer: str
    passage: Passage | None = None

    def sort_key(self) -> tuple[int, tuple[int, int], str]:
        """Passages first, in the order of their lines."""
        lines = self.passage.lines if self.passage and self.passage.lines else (0, 0)
        return (0 if self.passage else 1), lines, self.graph.value if self.graph else ""


class Statement(NamedTuple):
    """A triple, and all that states it."""

    triple: Triple
    citations: tuple[Citation, ...]


class Citations:
    """What a graph's statements cite, and how its things are called."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.prefixes: Mapping[str, str] = graph.project.prefixes
        self._layers = layers_of_graphs(graph.project)

    @cached_property
    def names(self) -> LabelIndex | IndexedNames:
        """How things are called: all are read, but of a graph kept on disk only those that are asked for."""
        from ogdkg.search.kept_index import word_index  # SQLite, for a large graph alone

        index = word_index(self.graph) if self.graph.stored else None
        if index:
            from ogdkg.search.indexed_names import IndexedNames  # SQLite, for a large graph alone

            return IndexedNames(self.graph.store, self.prefixes, index)
        return names_of_all(self.graph.store, self.prefixes)

    @cached_property
    def passages(self) -> Passages:
        return Passages(self.graph)

    @cached_property
    def has_several_sources(self) -> bool:
        return len(self.passages.sources) > 1

    @cached_property
    def sourced(self) -> set[str]:
        """The graphs that each hold what one source says: those of a layer with a graph for each file."""
        openings = tuple(
            (layer.graph or "").partition("{stem}")[0]
            for layer in self.graph.project.layers
            if "{stem}" in (layer.graph or "")
        )
        if not openings:
            return set()
        rows = self.graph.select(_SOURCED, name="sourced")
        graphs = (row[0].value for row in rows if isinstance(row[0], Iri))
        return {graph for graph in graphs if graph.startswith(openings)}

    def of(self, graph: Iri | None) -> Citation:
        """The citation that a graph's name is."""
        passage = self.passages.get(graph.value) if graph else None
        return Citation(graph, self._layers.get(graph, self._layers[None]), passage)

    def statements_about(self, thing: Iri) -> list[Statement]:
        """What is said of a thing, in the order of its citations."""
        rows = self.graph.select(_SAID.replace(_THING, to_ntriples(thing)), limited=False)
        return self._cited((Triple(thing, p, o), g) for p, o, g in rows if isinstance(p, Iri) and o)

    def links_to(self, thing: Iri) -> list[Statement]:
        """What is said of others with this thing as the value."""
        rows = self.graph.select(_LINKS.replace(_THING, to_ntriples(thing)), name="links")
        return self._cited(
            (Triple(s, p, thing), g)
            for p, s, g in rows
            if isinstance(p, Iri) and s and not isinstance(s, Literal)
        )

    def without_passages(self, links: Iterable[Statement]) -> list[Statement]:
        """The links but those of passages, which say what they are about: they are cited already."""
        said = [(each, each.triple.subject) for each in links]
        self.passages.read(subject.value for _, subject in said if isinstance(subject, Iri))
        return [
            each
            for each, subject in said
            if not (isinstance(subject, Iri) and subject.value in self.passages)
        ]

    def statement(self, triple: Triple, graph: Iri | None = None) -> Statement:
        """A triple with what states it: every graph that holds it, or the one given."""
        graphs = [graph] if graph else self.graph.store.graphs(triple)
        return Statement(triple, tuple(sorted(map(self.of, graphs), key=Citation.sort_key)))

    @cached_property
    def derived_graphs(self) -> frozenset[Iri]:
        """The graphs that rules fill, as the project has them."""
        return self.graph.project.derived_graphs

    def is_derived(self, statement: Statement) -> bool:
        """Whether rules alone make a statement."""
        return all(citation.graph in self.derived_graphs for citation in statement.citations)

    def label(self, term: Term) -> str:
        """How a person calls it: a thing by its label, else by its CURIE or IRI; a literal by its text."""
        if isinstance(term, Literal):
            return term.value
        if isinstance(term, Blank):
            return f"_:{term.label}"
        return self.names.label(term) or self.short(term)

    def property_label(self, predicate: Iri) -> str:
        """A property by its label, else its CURIE, else the end of its IRI."""
        label = self.names.label(predicate) or compact(predicate.value, self.prefixes)
        return label or local_name(predicate.value)

    def short(self, iri: Iri) -> str:
        return compact(iri.value, self.prefixes) or iri.value

    def lines(self, citation: Citation) -> str:
        """A citation in a word: its lines, with the source where there are several; else source or layer."""
        passage = citation.passage
        if passage is None and citation.graph and citation.graph.value in self.sourced:
            return self.label(citation.graph)
        if passage is None or passage.lines is None:
            return citation.layer or (self.short(citation.graph) if citation.graph else "unnamed graph")
        first, last = passage.lines
        text = f"L{first}" if first == last else f"L{first}\u2013{last}"
        if not self.has_several_sources or not passage.source:
            return text
        return f"{text} of {self.label(Iri(passage.source))}"

    def words(self, citations: Iterable[Citation]) -> str:
        """Citations as a line ends with them."""
        return ", ".join(dict.fromkeys(map(self.lines, citations)))

    def _cited(self, rows: Iterable[tuple[Triple, Term | None]]) -> list[Statement]:
        stated = list(rows)
        self.passages.read(graph.value for _, graph in stated if isinstance(graph, Iri))
        found: dict[Triple, list[Citation]] = {}
        for triple, graph in stated:
            citations = found.setdefault(triple, [])
            citations.append(self.of(graph if isinstance(graph, Iri) else None))
        statements = [
            Statement(triple, tuple(sorted(citations, key=Citation.sort_key)))
            for triple, citations in found.items()
        ]
        return sorted(statements, key=self.statement_order)

    def statement_order(self, statement: Statement) -> tuple[object, ...]:
        """By property, then in the order of the citations."""
        triple = statement.triple
        return (
            triple.predicate.value,
            statement.citations[0].sort_key(),
            self.label(triple.object),
            self.label(triple.subject),
        )
