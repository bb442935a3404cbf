"""The figures of the dataset's description are those of the graph."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from rdflib import RDF, VOID, Graph, Literal, URIRef

from ogdkg import open_graph
from ogdkg.exchange.export import export
from ogdkg.rdf.terms import Iri, Triple

DATASET = "https://w3id.org/ogdkg/dataset"
OURS = "https://w3id.org/ogdkg/"
LAYERS = ("source", "reference", "enrichment", "editorial", "about")
MEND = "Write the figures that the graph has into data/dataset.ttl."


def exported(*layers: str) -> set[Triple]:
    return {quad.triple for quad in export(open_graph(layers=layers))}


def figures(triples: Iterable[Triple]) -> dict[URIRef, int]:
    """What VoID counts (https://www.w3.org/TR/void/#statistics); an entity is a subject of ours."""
    triples = set(triples)
    subjects = {triple.subject for triple in triples}
    types = {triple.object for triple in triples if triple.predicate == Iri(str(RDF.type))}
    return {
        VOID.triples: len(triples),
        VOID.entities: sum(isinstance(term, Iri) and term.value.startswith(OURS) for term in subjects),
        VOID.distinctSubjects: len(subjects),
        VOID.distinctObjects: len({triple.object for triple in triples}),
        VOID.properties: len({triple.predicate for triple in triples}),
        VOID.classes: len(types),
    }


def stated(data: Graph, dataset: str, figure: URIRef) -> int:
    value = data.value(URIRef(dataset), figure)
    assert isinstance(value, Literal)
    return int(value)


def test_the_figures_of_the_whole_are_those_of_an_export(data: Graph) -> None:
    counted = figures(exported())
    assert {figure: stated(data, DATASET, figure) for figure in counted} == counted, MEND


@pytest.mark.parametrize("layer", LAYERS)
def test_the_figures_of_a_layer_are_those_of_its_export(data: Graph, layer: str) -> None:
    assert stated(data, f"{DATASET}/{layer}", VOID.triples) == len(exported(layer)), MEND


def test_every_exported_layer_is_described(data: Graph) -> None:
    subsets = {str(subset) for subset in data.objects(URIRef(DATASET), VOID.subset)}
    graph = open_graph()
    written = {layer.name for layer in graph.layers if layer.name not in graph.project.leave_out}
    filled = {layer for layer in written if exported(layer)}
    assert subsets == {f"{DATASET}/{layer}" for layer in filled}
