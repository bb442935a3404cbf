"""Counts of triples, resources, classes and properties in a graph (`ogdkg stats`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from heapq import nlargest
from itertools import islice
from typing import Any

from ogdkg.errors import StoreError
from ogdkg.evidence.passages import in_terms
from ogdkg.graph.graph import Graph
from ogdkg.project.endpoint import UNION, UNNAMED
from ogdkg.project.project import Layer
from ogdkg.rdf.terms import Iri, Row, Term, compact, to_ntriples

# Each triple of the union graph counts once; a named graph counts its own triples.
_SINGLE = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "subjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "passages": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a %(passage)s }",
}
_GROUPED = {
    "graphs": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "classes": "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c",
    "properties": "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
}

_EACH_ONCE = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { %s } }"


@dataclass(frozen=True, slots=True)
class Stats:
    """The counts of a graph.

    Attributes:
        triples: The triples of the union graph; layers and graphs may add up to more.
        subjects: The distinct subjects.
        passages: The passages.
        layers: The triples of each layer.
        graphs: The triples of each named graph, by CURIE or IRI.
        classes: The instances of each class, by CURIE or IRI.
        properties: The triples of each property, by CURIE or IRI.
    """

    triples: int
    subjects: int
    passages: int
    layers: Mapping[str, int]
    graphs: Mapping[str, int]
    classes: Mapping[str, int]
    properties: Mapping[str, int]

    def lines(self) -> Iterator[tuple[str, str, int]]:
        """Yield the kind, the name and the number of each count."""
        for kind, value in asdict(self).items():
            if isinstance(value, int):
                if value or kind != "passages":  # of a project that has none, nothing is said of passages
                    yield kind, "", value
            else:
                yield from ((kind, name, number) for name, number in value.items())


def count(graph: Graph) -> Stats:
    """Count the contents of a graph; the most frequent classes and properties come first."""
    found, prefixes = _kept_counts(graph), graph.project.prefixes
    return Stats(
        triples=found["triples"],
        subjects=found["subjects"],
        passages=found["passages"],
        layers=found["layers"],
        **{name: _ordered(found[name], prefixes) for name in _GROUPED},
    )


def first_counts(graph: Graph, few: int, first: int) -> Iterator[tuple[str, list[tuple[str, int]], int]]:
    """Yield each kind of count, with as many as `first` of its counts where there are more than a few.

    Returns:
        The kind; names and counts, the most frequent first; and how many there are in all.
    """
    found, prefixes = _kept_counts(graph), graph.project.prefixes
    for kind in (field.name for field in fields(Stats)):
        counts = found[kind]
        if isinstance(counts, int):
            if counts or kind != "passages":  # as in `Stats.lines`
                yield kind, [("", counts)], 1
        elif kind in _GROUPED:
            most = len(counts) if len(counts) <= few else first
            yield kind, list(_first(counts, most, prefixes).items()), len(counts)
        elif counts:
            most = len(counts) if len(counts) <= few else first
            yield kind, list(counts.items())[:most], len(counts)


def _first(counts: Mapping[str, int], most: int, prefixes: Mapping[str, str]) -> dict[str, int]:
    """Return the first of the counts, of which there may be very many: only these are named."""
    if not counts:
        return {}
    least = min(nlargest(most, counts.values()))
    ordered = _ordered({term: number for term, number in counts.items() if number >= least}, prefixes)
    return dict(islice(ordered.items(), most))


def _kept_counts(graph: Graph) -> dict[str, Any]:
    """Return the counts; counting reads every triple, so they are kept next to a store on disk."""
    asked = in_terms(_SINGLE["passages"], graph.project.house.passages)
    stored = graph.stored
    return stored.remember("stats", lambda: _counts(graph), asked) if stored else _counts(graph)


def _counts(graph: Graph) -> dict[str, Any]:
    """Return the counts, with terms in N-Triples syntax."""
    terms = graph.project.house.passages
    found: dict[str, Any] = {name: _count(graph, in_terms(text, terms)) for name, text in _SINGLE.items()}
    for name, text in _GROUPED.items():
        found[name] = {to_ntriples(term): _number(n) for term, n in _rows(graph, text) if term}
    if graph.options.endpoint:
        known = set(map(to_ntriples, graph.remote.names()))  # without the graphs that only the server keeps
        found["graphs"] = {name: number for name, number in found["graphs"].items() if name in known}
    found["layers"] = {layer.name: _layer_size(graph, layer, found) for layer in graph.layers}
    return found


def _layer_size(graph: Graph, layer: Layer, found: dict[str, Any]) -> int:
    """Return the number of triples of a layer alone."""
    if len(graph.layers) == 1:
        return int(found["triples"])
    if layer.derived_graph:
        return int(found["graphs"].get(to_ntriples(layer.derived_graph), 0))
    alone = Graph(graph.project, graph.options._replace(layers=(layer.name,)))
    if graph.options.endpoint:
        return _count(alone, _EACH_ONCE % "?s ?p ?o") + _unnamed(alone)
    return _count(alone, _SINGLE["triples"])


def _unnamed(graph: Graph) -> int:
    """Return how many triples of an endpoint are in no named graph: those only its merged copy has."""
    pushed = graph.remote.push_manifest
    if not graph.remote.includes(None) or pushed is None or pushed.default == UNION:
        return 0
    names = ", ".join(to_ntriples(name) for name, held in pushed.graphs.items() if name and held.is_copy)
    outside = ", ".join(filter(None, [names, to_ntriples(graph.project.manifest)]))
    query = _EACH_ONCE % f"GRAPH ?g {{ ?s ?p ?o }} FILTER(?g NOT IN ({outside}))"
    copy = pushed.graphs.get(None if pushed.default == UNNAMED else Iri(pushed.default))
    return copy.triples - _count(graph.whole, query) if copy else 0


def _rows(graph: Graph, text: str) -> Iterator[Row]:
    return graph.select(text, name="stats")


def _count(graph: Graph, text: str) -> int:
    """Return the number that a query returns."""
    return sum(_number(row[0]) for row in _rows(graph, text))


def _number(term: Term | None) -> int:
    try:
        return int(getattr(term, "value", 0))
    except ValueError:  # only an endpoint may return this
        raise StoreError("The server returned no number where the query asks for one.") from None


def _ordered(counts: Mapping[str, int], prefixes: Mapping[str, str]) -> dict[str, int]:
    """Return the counts by CURIE or IRI, the most frequent first, then by name."""
    named = {_name(term, prefixes): number for term, number in counts.items()}
    return dict(sorted(named.items(), key=lambda item: (-item[1], item[0])))


def _name(term: str, prefixes: Mapping[str, str]) -> str:
    return (compact(term[1:-1], prefixes) if term.startswith("<") else None) or term
