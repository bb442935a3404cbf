"""The focus nodes that queries and lists give are those that SHACL defines (section 2.1.3)."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.data.graph import DataGraph, decode_term
from ogdkg.validation.prefilter.targets import Targets

PREFIXES = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX : <urn:>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> """
DATA = """
:a a :C . :b a :D . :c a :E . :D rdfs:subClassOf :C . :E rdfs:subClassOf :D . :C rdfs:subClassOf :E .
:x :p :y . :y :p "lit" .
[] a :C . :f a [ rdfs:subClassOf :F ] . :F rdfs:label "F" .
"""


def _parsed(text: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE)]


@pytest.mark.parametrize(
    ("target", "named", "others"),
    [
        ("sh:targetClass :C", {"<urn:a>", "<urn:b>", "<urn:c>"}, 1),  # a ring of subclasses, and a blank node
        ("sh:targetClass :E", {"<urn:a>", "<urn:b>", "<urn:c>"}, 1),
        ("sh:targetClass :F", {"<urn:f>"}, 0),  # of a class that has no name
        ("sh:targetClass :None", set(), 0),
        ("sh:targetSubjectsOf :p", {"<urn:x>", "<urn:y>"}, 0),
        ("sh:targetObjectsOf :p", {"<urn:y>", '"lit"'}, 0),
        ("sh:targetObjectsOf :none", set(), 0),
        ("sh:targetNode :nowhere, 7, \"007\"^^<http://www.w3.org/2001/XMLSchema#integer>",
         {"<urn:nowhere>", '"7"^^<http://www.w3.org/2001/XMLSchema#integer>',
          '"007"^^<http://www.w3.org/2001/XMLSchema#integer>'}, 0),
        ("sh:targetNode :a ; sh:targetSubjectsOf :p", {"<urn:a>", "<urn:x>", "<urn:y>"}, 0),
    ],
)  # fmt: skip
def test_every_focus_node_is_found(target: str, named: set[str], others: int) -> None:
    graph = DataGraph()
    graph.add(_parsed(DATA))
    targets = Targets(graph, Shapes(_parsed(f":S a sh:NodeShape ; {target} .")))
    shape = ox.NamedNode("urn:S")
    found = {
        decode_term(row["this"])
        for pattern in targets.patterns(shape)
        for row in graph.query(f"SELECT ?this {{ {pattern} }}")
    } | set(targets.unqueried(shape))
    assert {str(term) for term in found if not isinstance(term, ox.BlankNode)} == named
    assert sum(isinstance(term, ox.BlankNode) for term in found) == others
