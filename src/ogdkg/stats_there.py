"""The counts of `stats` made by a server, so that nothing is fetched. Prints nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ogdkg.endpoint import UNION
from ogdkg.evidence import PASSAGE
from ogdkg.graph import Graph
from ogdkg.project import layers_of_graphs
from ogdkg.pull import merged_name
from ogdkg.store.base import Rows
from ogdkg.terms import Iri, Literal, Row, Term, to_ntriples

_ALL = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } FILTER(%s) } }"


class Counts(NamedTuple):
    """Numbers: of all triples, each once; of subjects and passages; by layer, graph, class and property."""

    triples: int
    subjects: int
    passages: int
    layers: Mapping[str, int]
    graphs: Mapping[Term, int]
    classes: Mapping[Term, int]
    properties: Mapping[Term, int]


def count_there(graph: Graph) -> Counts:
    """The counts of a graph at a server; what that notes of a push does not count."""
    said = f"?s ?p ?o FILTER(?s != {to_ntriples(graph.project.manifest)})"
    # Chosen layers are merged for the question alone, and not every server counts a triple of two but once.
    each = f"{{ SELECT DISTINCT ?s ?p ?o {{ {said} }} }}" if graph.choices.layers else said
    sizes = _groups(graph, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    known = set(graph.remote.graphs())
    return Counts(
        triples=_number(graph, f"SELECT (COUNT(*) AS ?n) {{ {each} }}"),
        subjects=_number(graph, f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {said} }}"),
        passages=_number(graph, f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a {to_ntriples(PASSAGE)} }}"),
        layers={layer.name: _size(graph, layer.name, sizes) for layer in graph.layers},
        graphs={name: number for name, number in sizes.items() if name in known},
        classes=_groups(graph, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c"),
        properties=_groups(graph, f"SELECT ?p (COUNT(*) AS ?n) {{ {each} }} GROUP BY ?p"),
    )


def _size(graph: Graph, layer: str, sizes: Mapping[Term, int]) -> int:
    """How many triples a layer holds: those of its graphs, or those of all graphs that no other layer has."""
    layers = layers_of_graphs(graph.project)
    own = [name for name in layers if name and layers[name] == layer]
    if layer != layers[None]:
        return sum(sizes.get(name, 0) for name in own if isinstance(name, Iri))
    others = [name for name in layers if isinstance(name, Iri) and layers[name] != layer]
    unseen = [*others, graph.project.manifest, graph.project.merged]
    return _number(graph, _ALL % _none_of(unseen)) + _unnamed(graph)


def _unnamed(graph: Graph) -> int:
    """How many triples stand in no graph: beside the merged copy, where there is one, by its manifest."""
    pushed = graph.remote.pushed
    if pushed is None:
        return 0
    if pushed.default == UNION:
        return pushed.graphs[None].triples if None in pushed.graphs else 0
    outside = [graph.project.manifest, graph.project.merged]
    return pushed.graphs[merged_name(pushed.default)].triples - _number(graph, _ALL % _none_of(outside))


def _none_of(graphs: list[Iri]) -> str:
    return f"?g NOT IN ({', '.join(map(to_ntriples, graphs))})"


def _rows(graph: Graph, query: str) -> list[Row]:
    result = graph.remote.query(query, name="stats")
    return list(result.rows) if isinstance(result, Rows) else []


def _number(graph: Graph, query: str) -> int:
    return next((int(value.value) for [value] in _rows(graph, query) if isinstance(value, Literal)), 0)


def _groups(graph: Graph, query: str) -> dict[Term, int]:
    return {term: int(n.value) for term, n in _rows(graph, query) if term and isinstance(n, Literal)}
