"""Counts of what a graph holds, the same on every run. Prints nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ogdkg.errors import StoreError
from ogdkg.evidence.passages import PASSAGE
from ogdkg.graph.graph import Graph
from ogdkg.project.endpoint import UNION, UNNAMED
from ogdkg.project.project import Layer
from ogdkg.rdf.terms import Iri, Row, Term, compact, to_ntriples

# What is counted: each triple of the merged graph once, and in a named graph what it holds.
_SINGLE = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "subjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "passages": f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a {to_ntriples(PASSAGE)} }}",
}
_GROUPED = {
    "graphs": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "classes": "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c",
    "properties": "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
}

_EACH_ONCE = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { %s } }"


@dataclass(frozen=True, slots=True)
class Stats:
    """`triples`: each once, of the merged graph; those of the layers and graphs may add up to more."""

    triples: int
    subjects: int
    passages: int
    layers: Mapping[str, int]
    graphs: Mapping[str, int]
    classes: Mapping[str, int]
    properties: Mapping[str, int]


def count(graph: Graph) -> Stats:
    """The counts of an open graph; classes and properties by CURIE, the most used first.

    They are kept with a store on disk, since counting reads every triple.
    """
    found = graph.stored.remember("stats", lambda: _counts(graph)) if graph.stored else _counts(graph)
    prefixes = graph.project.prefixes
    return Stats(
        triples=found["triples"],
        subjects=found["subjects"],
        passages=found["passages"],
        layers=found["layers"],
        **{name: _ordered(found[name], prefixes) for name in _GROUPED},
    )


def _counts(graph: Graph) -> dict[str, Any]:
    """The counts, with terms as N-Triples spells them."""
    found: dict[str, Any] = {name: _count(graph, text) for name, text in _SINGLE.items()}
    for name, text in _GROUPED.items():
        found[name] = {to_ntriples(term): _number(n) for term, n in _rows(graph, text) if term}
    if graph.options.endpoint:
        known = set(map(to_ntriples, graph.remote.names()))  # and not what the server notes beside them
        found["graphs"] = {name: number for name, number in found["graphs"].items() if name in known}
    found["layers"] = {layer.name: _layer_size(graph, layer, found) for layer in graph.layers}
    return found


def _layer_size(graph: Graph, layer: Layer, found: dict[str, Any]) -> int:
    """How many triples the layer alone holds."""
    if len(graph.layers) == 1:
        return int(found["triples"])
    if layer.derived_graph:
        return int(found["graphs"].get(to_ntriples(layer.derived_graph), 0))
    alone = Graph(graph.project, graph.options._replace(layers=(layer.name,)))
    if graph.options.endpoint:
        return _count(alone, _EACH_ONCE % "?s ?p ?o") + _unnamed(alone)
    return _count(alone, _SINGLE["triples"])


def _unnamed(graph: Graph) -> int:
    """How many triples at a server stand in no graph: those that a merged copy holds beside all others."""
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
    """The number that a query is answered with."""
    return sum(_number(row[0]) for row in _rows(graph, text))


def _number(term: Term | None) -> int:
    try:
        return int(getattr(term, "value", 0))
    except ValueError:  # as only a server may answer
        raise StoreError("The server answers with no number where one was asked for.") from None


def _ordered(counts: Mapping[str, int], prefixes: Mapping[str, str]) -> dict[str, int]:
    """How often each term occurs, by CURIE: the most frequent first, then by name."""
    named = {_name(term, prefixes): number for term, number in counts.items()}
    return dict(sorted(named.items(), key=lambda item: (-item[1], item[0])))


def _name(term: str, prefixes: Mapping[str, str]) -> str:
    return (compact(term[1:-1], prefixes) if term.startswith("<") else None) or term
