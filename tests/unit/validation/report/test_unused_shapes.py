"""Shapes that matched nothing, and terms of the data that no shape looks at."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.report.names import DisplayNames
from ogdkg.validation.report.unused_shapes import unused

PREFIXES = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX e: <urn:>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX owl: <http://www.w3.org/2002/07/owl#>
"""
DATA = "e:a a e:C ; e:p 1 ; e:q 2 ; rdfs:label 'a' . e:b a e:D . e:D rdfs:subClassOf e:C . e:D a owl:Class ."


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        ("e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path e:p ] , [ sh:path e:q ] .", []),
        (
            "e:S a sh:NodeShape ; sh:targetClass e:D ; sh:property [ sh:path ( e:p e:q ) ] .",
            ["class that no shape looks at: e:C"],
        ),
        (
            "e:S a sh:NodeShape ; sh:targetClass e:C, e:None ; sh:property [ sh:path e:p ] . "
            "e:T a sh:NodeShape ; sh:targetClass e:None . e:U a sh:NodeShape ; sh:targetNode e:anything .",
            ["shape without focus nodes: e:T", "property that no shape looks at: e:q"],
        ),
        (
            'e:S a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:select """'
            'SELECT $this { $this <urn:p> ?x ; <urn:\\\\u0071> ?y }""" ] .',
            [],  # a query looks at what it names, however that is spelled
        ),
    ],
)
def test_what_was_not_covered(shapes: str, expected: list[str]) -> None:
    graph = DataGraph()
    graph.add(ox.parse(PREFIXES + DATA, ox.RdfFormat.TURTLE))
    read = Shapes(quad.triple for quad in ox.parse(PREFIXES + shapes, ox.RdfFormat.TURTLE))
    assert list(unused(graph, read, read, DisplayNames(graph, {"e": "urn:"}))) == expected
