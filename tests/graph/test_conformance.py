"""Our own graph against its shapes: nothing is wrong, and the gaps are just those of the document."""

from __future__ import annotations

from collections import Counter

import pyshacl
import pytest
from pyoxigraph import NamedNode, RdfFormat
from rdflib import SH, Graph, Literal, URIRef
from rdflib.term import Node

from ogdkg.validation.data.reading import Source
from ogdkg.validation.operation import Inputs, validate

THINGS = "https://w3id.org/ogdkg/id/"
SHAPE = "https://w3id.org/ogdkg/shapes/"
SH_VIOLATION = NamedNode(str(SH.Violation))
LAYER = URIRef("https://w3id.org/ogdkg/ns#layer")

WARNINGS = {
    ("ListedWithContact", "initiative/gafsp-map"),
    ("ListedWithContact", "initiative/media-development"),
    ("ListedWithContact", "initiative/olpp"),
    ("ListedWithContact", "initiative/open-transport"),
    ("ListedWithContact", "initiative/opendri"),
    ("ListedWithContact", "initiative/opn"),
    ("ListedWithPage", "initiative/health"),
    ("ListedWithPage", "initiative/media-development"),
    ("ListedWithPage", "initiative/open-transport"),
    ("ListedWithPage", "initiative/social-accountability"),
}
INFOS = {
    "SharedName": 2,  # OCR; an area and a service named readiness assessments
    "group-members": 3,
    "organization-match": 65,
}


def _results(data: Graph, shapes: Graph, ontology: Graph) -> list[tuple[str, str, str]]:
    """Severity, shape and focus of each result, shortened."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, ont_graph=ontology, inference="none")

    def short(result: Node, key: URIRef, namespace: str) -> str:
        return str(report.value(result, key)).removeprefix(namespace)

    return [
        (
            short(result, SH.resultSeverity, str(SH)),
            short(result, SH.sourceShape, SHAPE),
            short(result, SH.focusNode, THINGS),
        )
        for result in report.objects(None, SH.result)
    ]


@pytest.fixture(scope="module")
def results(data: Graph, shapes: Graph, ontology: Graph) -> list[tuple[str, str, str]]:
    return _results(data, shapes, ontology)


def test_nothing_is_wrong(results: list[tuple[str, str, str]]) -> None:
    assert [result for result in results if result[0] == "Violation"] == []


def test_the_warnings_are_the_gaps_of_the_document(results: list[tuple[str, str, str]]) -> None:
    warnings = [(shape, focus) for severity, shape, focus in results if severity == "Warning"]
    assert sorted(warnings) == sorted(WARNINGS)


def test_the_hints(results: list[tuple[str, str, str]]) -> None:
    assert Counter(shape for severity, shape, _ in results if severity == "Info") == INFOS


@pytest.mark.parametrize("name", ["source", "reference", "enrichment", "editorial", "about"])
def test_without_a_layer_the_rest_is_still_not_wrong(
    name: str, layers: dict[str, Graph], shapes: Graph, ontology: Graph
) -> None:
    """Each layer can be left out: the shapes tagged with it are skipped, and no other starts to fail.

    Judged by ogdkg, whose report is pyshacl's (`tests/unit/validation`), and there in a second.
    """
    rest, asked = Graph(), Graph()
    for other, graph in layers.items():
        if other not in (name, "ontology", "profile"):
            rest += graph
    asked += shapes
    for shape in shapes.subjects(LAYER, Literal(name)):
        asked.add((shape, SH.deactivated, Literal(True)))
    report = validate(Inputs((_source(rest),), (_source(asked),), (_source(ontology),)))
    assert report.triples > 1000
    assert [result for result in report.results if result.severity == SH_VIOLATION] == []


def _source(graph: Graph) -> Source:
    return Source("memory", RdfFormat.N_TRIPLES, graph.serialize(format="nt", encoding="utf-8"))
