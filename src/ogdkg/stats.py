"""Counts of what a graph holds, the same on every run. Prints nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ogdkg.evidence import PASSAGE
from ogdkg.graph import Graph
from ogdkg.terms import RDF, Iri, Term, compact, to_ntriples

_TYPE = Iri(RDF + "type")


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
    """The counts of an open graph; classes and properties by CURIE, the most used first."""
    if graph.choices.endpoint:
        return _there(graph)
    quads = list(graph.store.quads())
    triples = {quad.triple for quad in quads}
    prefixes = graph.project.prefixes
    types = [triple for triple in triples if triple.predicate == _TYPE]
    return Stats(
        triples=len(triples),
        subjects=len({triple.subject for triple in triples}),
        passages=len({triple.subject for triple in types if triple.object == PASSAGE}),
        layers={layer.name: _layer_size(graph, layer.name) for layer in graph.layers},
        graphs=_ordered((quad.graph for quad in quads if quad.graph), prefixes),
        classes=_ordered((triple.object for triple in types), prefixes),
        properties=_ordered((triple.predicate for triple in triples), prefixes),
    )


def _there(graph: Graph) -> Stats:
    from ogdkg.stats_there import count_there  # a graph that is here needs no server

    counts, prefixes = count_there(graph), graph.project.prefixes
    parts = {name: _named(getattr(counts, name), prefixes) for name in ("graphs", "classes", "properties")}
    return Stats(counts.triples, counts.subjects, counts.passages, counts.layers, **parts)


def _layer_size(graph: Graph, layer: str) -> int:
    """How many triples the layer alone holds."""
    alone = Graph(graph.project, graph.choices._replace(layers=(layer,)))
    return len({quad.triple for quad in alone.store.quads()})


def _ordered(terms: Iterable[Term], prefixes: Mapping[str, str]) -> dict[str, int]:
    """How often each term occurs: the most frequent first, then by name."""
    return _named(Counter(terms), prefixes)


def _named(numbers: Mapping[Term, int], prefixes: Mapping[str, str]) -> dict[str, int]:
    """Numbers by the names of their terms: the most frequent first, then by name."""
    counts = {_name(term, prefixes): number for term, number in numbers.items()}
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _name(term: Term, prefixes: Mapping[str, str]) -> str:
    return (compact(term.value, prefixes) if isinstance(term, Iri) else None) or to_ntriples(term)
