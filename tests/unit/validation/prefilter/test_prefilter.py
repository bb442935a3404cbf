"""The batches in which candidates are submitted."""

from __future__ import annotations

import pyoxigraph as ox

from ogdkg.validation.core.background import Deadline
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.data.graph import DataGraph
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
