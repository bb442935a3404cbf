"""The batches in which candidates are submitted."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ogdkg.validation.core.background import Deadline
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.prefilter import prefilter
from ogdkg.validation.prefilter.prefilter import CandidateSearch, _batches
from ogdkg.validation.prefilter.units import units

IN_SPARQL = """
PREFIX ex: <http://example.org/> PREFIX sh: <http://www.w3.org/ns/shacl#>
ex:First sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .
ex:Second sh:targetNode ex:a, ex:b ; sh:sparql [ sh:select "SELECT $this WHERE { $this <urn:q> ?x }" ] .
ex:Third sh:targetNode ex:b ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .
ex:Fourth sh:targetNode ex:a ; sh:sparql [ sh:select "SELECT $this WHERE { $this <urn:r> ?x }" ] .
"""


def test_sparql_constraints_come_first() -> None:
    graph = DataGraph()
    data = b"@prefix ex: <http://example.org/> . ex:a <urn:q> 1 . ex:b <urn:q> 1 ."
    graph.add(ox.parse(data, format=ox.RdfFormat.TURTLE))
    shapes = Shapes(quad.triple for quad in ox.parse(IN_SPARQL.encode(), format=ox.RdfFormat.TURTLE))
    batches = list(_batches(CandidateSearch(graph, shapes), units(shapes), Deadline(None)))
    found = [{str(unit.top).rpartition("/")[2] for unit in batch} for batch in batches]
    assert found == [{"Second>"}, {"First>", "Third>"}]


CLASSES = """
PREFIX ex: <http://example.org/> PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
ex:Tree a sh:NodeShape ; sh:targetClass ex:Tree ; sh:property
    [ sh:path ex:height ; sh:datatype xsd:integer ; sh:maxInclusive 100 ] ,
    [ sh:path [ sh:inversePath ex:grows ] ; sh:nodeKind sh:IRI ] ,
    [ sh:path ex:grows ; sh:class ex:Place ; sh:minCount 1 ] .
ex:Named a sh:NodeShape ; sh:targetSubjectsOf ex:name ; sh:property [ sh:path ex:name ; sh:maxLength 4 ] .
ex:One a sh:NodeShape ; sh:targetNode ex:hill ; sh:property [ sh:path ex:height ; sh:maxInclusive 10 ] .
"""
TREES = """
PREFIX ex: <http://example.org/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
ex:Oak rdfs:subClassOf ex:Tree . ex:park a ex:Place ; ex:name "a park" .
ex:a a ex:Tree ; ex:height 20 ; ex:grows ex:park . ex:b a ex:Tree ; ex:height 200 ; ex:grows ex:park .
ex:c a ex:Oak ; ex:height "tall" , "taller" ; ex:grows ex:hill . ex:d a ex:Tree, ex:Oak ; ex:height 101 .
ex:hill ex:height 900 ; ex:name "hill" . _:e a ex:Tree ; ex:height 4.5 ; ex:grows ex:a . ex:f ex:height 300 .
"""


@pytest.mark.parametrize("others", [0, 3, 1000])
def test_a_large_graph_has_the_same_candidates(others: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a query begins with its target or with the triples of a predicate, also of other nodes."""
    graph = DataGraph()
    graph.add(ox.parse(TREES.encode(), format=ox.RdfFormat.TURTLE))
    shapes = Shapes(quad.triple for quad in ox.parse(CLASSES.encode(), format=ox.RdfFormat.TURTLE))
    found = []
    for large in (prefilter.LARGE_TRIPLES, 0):
        monkeypatch.setattr(prefilter, "LARGE_TRIPLES", large)
        monkeypatch.setattr(prefilter, "MOST_OTHERS", others)
        search = CandidateSearch(graph, shapes)
        found.append({unit: set(search.candidates(unit)) for unit in units(shapes)})
    assert found[0] == found[1]
    assert {len(nodes) for nodes in found[0].values()} == {1, 3, 4}
