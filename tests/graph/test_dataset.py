"""The figures of the dataset's description are those of the graph."""

from __future__ import annotations

import pytest
from rdflib import VOID, Graph, Literal, URIRef
from tests.docs.figures import DATASET, LAYERS, exported, figures

from ogdkg import open_graph

MEND = "Run `python -m tests.docs`: it writes the figures that the graph has into data/dataset.ttl."


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
