"""Our own graph against its shapes: nothing is wrong, and the gaps are just those of the document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyshacl
import pytest
from pyoxigraph import NamedNode, RdfFormat
from rdflib import SH, Graph, Literal, URIRef
from rdflib.term import Node
from tests.conftest import Run
from tests.projects import copy_own_project

from ogdkg.validation.data.reading import Source
from ogdkg.validation.operation import Inputs, validate

THINGS = "https://w3id.org/ogdkg/id/"
SHAPE = "https://w3id.org/ogdkg/shapes/"
SH_VIOLATION = NamedNode(str(SH.Violation))
LAYER = URIRef("https://w3id.org/ogdkg/ns#layer")

# rdflib follows their paths from every node, which takes it minutes.
CIRCLES = {f"{SHAPE}{name}" for name in ("Part", "Succession", "Hierarchy")}
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
    "SharedName": 3,  # OCR; readiness assessments, an area and a service; Micronesia, also a region
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
    return _results(data, _without(shapes, map(URIRef, CIRCLES)), ontology)


def _without(shapes: Graph, deactivated: Iterable[Node]) -> Graph:
    rest = Graph()
    rest += shapes
    for shape in deactivated:
        rest.add((shape, SH.deactivated, Literal(True)))
    return rest


def test_nothing_is_wrong(results: list[tuple[str, str, str]]) -> None:
    assert [result for result in results if result[0] == "Violation"] == []


def test_there_are_no_circles(data: Graph, shapes: Graph, ontology: Graph) -> None:
    report = validate(Inputs((_source(data),), (_source(shapes),), (_source(ontology),)))
    assert [result for result in report.results if str(result.shape.value) in CIRCLES] == []
    assert report.triples > 10_000


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
    rest = Graph()
    for other, graph in layers.items():
        if other not in (name, "ontology", "profile"):
            rest += graph
    asked = _without(shapes, shapes.subjects(LAYER, Literal(name)))
    report = validate(Inputs((_source(rest),), (_source(asked),), (_source(ontology),)))
    assert report.triples > 1000
    assert [result for result in report.results if result.severity == SH_VIOLATION] == []


def _source(graph: Graph) -> Source:
    return Source("memory", RdfFormat.N_TRIPLES, graph.serialize(format="nt", encoding="utf-8"))


PLANTED = """
PREFIX agent: <https://w3id.org/ogdkg/id/org/>
PREFIX claim: <https://w3id.org/ogdkg/id/claim/>
PREFIX comparator: <https://w3id.org/ogdkg/concept/comparator/>
PREFIX milestone: <https://w3id.org/ogdkg/id/milestone/>
PREFIX milestone-kind: <https://w3id.org/ogdkg/concept/milestone-kind/>
PREFIX ogd: <https://w3id.org/ogdkg/ns#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
agent:a a org:Organization ; skos:prefLabel "Body A"@en ; org:subOrganizationOf agent:b ;
  schema:startDate "2015-03"^^xsd:gYearMonth ;
  schema:endDate "2012"^^xsd:gYear ; ogd:hasMilestone milestone:a .
agent:b a org:Organization ; skos:prefLabel "Body B"@en ; org:subOrganizationOf agent:a .
milestone:a a ogd:Milestone ; skos:prefLabel "A, opened"@en ; ogd:milestoneKind milestone-kind:launched .
claim:a a ogd:QuantityClaim ; skos:prefLabel "A, dollars"@en ; schema:observationAbout agent:a ;
  schema:value -5 ;
  schema:unitText "US dollars"@en ; schema:currency "ZZZ" ; ogd:comparator comparator:exactly .
"""


def test_planted_absurdities_are_found(ogdkg: Run, tmp_path: Path) -> None:
    """Each statement is well formed; what they say cannot be, or nobody knows where it is from."""
    copy_own_project(tmp_path)
    (tmp_path / "data/enrichment/planted.ttl").write_text(PLANTED, "utf-8")
    done = ogdkg("validate", "-f", "json", "--fail-on", "violation", cwd=tmp_path)
    assert done.returncode == 1
    for words in (
        "A milestone should have a date",
        "It ends before it starts",
        "A thing is part of itself, through",
        "What is counted or paid cannot be below zero",
        "A currency must be a code in force by ISO 4217",
        "must say where they are from",
        "stand in a graph of no known source",
    ):
        assert words in done.stdout, words


# The model's shapes are for others too


def test_the_shapes_of_the_model_alone_find_nothing_wrong_in_an_export(
    data: Graph, model_shapes: Graph, ontology: Graph
) -> None:
    report = validate(Inputs((_source(data),), (_source(model_shapes),), (_source(ontology),)))
    assert report.triples > 10_000
    assert list(report.results) == []


FRENCH = """
PREFIX : <https://example.org/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ogd: <https://w3id.org/ogdkg/ns#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
:mairie a org:FormalOrganization ; skos:prefLabel "Mairie de Lyon"@fr ; org:subOrganizationOf :métropole .
:métropole a org:FormalOrganization ; skos:prefLabel "Métropole de Lyon"@fr .
:données a ogd:Initiative ; skos:prefLabel "Données ouvertes"@fr ; dcterms:description "Un portail." ;
  ogd:presentedBy :mairie .
"""


def test_data_in_another_language_are_right_by_the_model_and_only_against_the_style(
    model_shapes: Graph, house_shapes: Graph, ontology: Graph
) -> None:
    data = Graph().parse(data=FRENCH)
    assert _results(data, model_shapes, ontology) == []
    broken = {
        (severity, shape) for severity, shape, _ in _results(data, model_shapes + house_shapes, ontology)
    }
    assert {("Warning", "english-label"), ("Warning", "description")} <= broken
    assert {severity for severity, _ in broken} == {"Warning", "Info"}
