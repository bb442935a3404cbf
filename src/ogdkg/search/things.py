"""The things of a graph, all of them or those of a class."""

from __future__ import annotations

from contextlib import suppress

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.errors import UnknownNameError
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import OA, Iri, Term, to_ntriples
from ogdkg.search.classes import find_class, is_of_terms
from ogdkg.search.labels import iri_of, names_of_all

_ALL = "SELECT DISTINCT ?thing ?class { ?thing a ?class FILTER(isIRI(?thing)) }"
_SELECTORS = f"SELECT DISTINCT ?selector {{ ?passage <{OA}hasSelector>|<{OA}refinedBy> ?selector }}"
_WITHIN = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?thing { ?type rdfs:subClassOf* ?_class_iri . ?thing a ?type FILTER(isIRI(?thing)) }
"""
_IS_CLASS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
ASK {{ {{ ?x rdfs:subClassOf {it} }} UNION {{ {it} a ?kind FILTER(?kind IN (
  rdfs:Class, <http://www.w3.org/2002/07/owl#Class>)) }} }}
"""


def things_of_class(graph: Graph, name: str | None) -> list[Iri]:
    """Return the things of a class and of its subclasses, in any order.

    Args:
        graph: The graph.
        name: The name of the class. None for the things of all classes, but for passages and readings, which
            are not things but tell where facts stand, for reified statements, and for terms of ontologies.

    Raises:
        UsageError: The class is unknown or ambiguous.
    """
    if name is None:
        return _all(graph)
    query = StoredQuery(_WITHIN, "things").bind({"class": [_class(graph, name)]})
    return [row[0] for row in graph.select(query, name="things") if isinstance(row[0], Iri)]


def _all(graph: Graph) -> list[Iri]:
    terms = graph.project.house.passages
    evidence = {terms.passage, terms.reading}
    found: dict[Term | None, bool] = dict.fromkeys((row[0] for row in graph.select(_SELECTORS)), False)
    for thing, of in graph.select(_ALL, name="things"):
        if isinstance(thing, Iri):
            found[thing] = found.get(thing, True) and of not in evidence and not _is_term(of)
    return [thing for thing, is_thing in found.items() if is_thing and isinstance(thing, Iri)]


def _is_term(of: Term | None) -> bool:
    return isinstance(of, Iri) and is_of_terms(of.value)


def _class(graph: Graph, name: str) -> Iri:
    """Return the class with a name: one with instances, else one that an ontology describes."""
    try:
        return find_class(graph.store, name, graph.project.prefixes)
    except UnknownNameError:
        given = iri_of(name, graph.project.prefixes)
        with suppress(UnknownNameError):
            given = given or names_of_all(graph.store, graph.project.prefixes).find(name, "class")
        if given and graph.store.query(_IS_CLASS.format(it=to_ntriples(given))) is True:
            return given
        raise
