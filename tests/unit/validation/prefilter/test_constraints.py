"""Which SPARQL constraints become one query for all targets, and which are left to pyshacl."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.prefilter.constraints import candidates_query

STORE = ox.Store()


def query(select: str) -> str | None:
    node = ox.NamedNode("http://example.org/q")
    shapes = Shapes([ox.Triple(node, SH.select, ox.Literal(select))])
    found = candidates_query(shapes, node, "<http://example.org/p>", "?this a <http://example.org/C>")
    return found and found.text


JOINED = {
    "SELECT $this WHERE { $this <urn:label> ?x . FILTER (?x > 5) }": "FILTER (COALESCE(( ?x > 5 ), true))",
    "SELECT $this WHERE { $this <urn:label> ?x . FILTER NOT EXISTS { $this <urn:comment> ?x } }": "MINUS {",
    "SELECT $this WHERE { $this <urn:label> ?x . FILTER NOT EXISTS { $this <urn:comment> ?x . ?y a ?x } "
    "FILTER NOT EXISTS { ?x <urn:note> ?y } }": "MINUS { ?x <urn:note> ?y }",
    "SELECT $this WHERE { $this <urn:label> ?x . ?y a ?x . FILTER NOT EXISTS { ?x a ?z . ?z <urn:note> ?y } "
    "OPTIONAL { ?z a ?y } }": "FILTER NOT EXISTS",
    "SELECT $this WHERE { $this $PATH ?x }": "$this <http://example.org/p> ?x",
    "SELECT $this WHERE { $this <urn:label> ?x # $this\n }": "$this <urn:label> ?x }",
    "SELECT $this WHERE { $this <urn:label> ?x . FILTER (DATATYPE(?x) = <urn:d>) }": "( ?x ) = <urn:d>",
    "SELECT $this WHERE { $this <urn:\\u0070> 5. }": "$this <urn:p> 5 . }",
}


@pytest.mark.parametrize(("select", "part"), JOINED.items())
def test_a_query_joined_with_its_targets(select: str, part: str) -> None:
    found = query(select) or ""
    assert part in found
    assert "?this a <http://example.org/C> ." in found
    STORE.query(found)


NOT_JOINED = (
    "SELECT $this WHERE { $this <urn:label> ?x MINUS { $this <urn:comment> ?x } }",
    "SELECT $this WHERE { { FILTER ($this = <urn:label>) } UNION { $this <urn:label> ?x } }",
    "SELECT $this WHERE { $this <urn:label> ?x FILTER (!(EXISTS { ?x <urn:label> ?y FILTER (?y > 1) })) }",
    "SELECT $this WHERE { $this <urn:label> ?x OPTIONAL { ?x <urn:label> ?y FILTER (?y > 1) } }",
    "SELECT $this WHERE { $this <urn:label> ?x . FILTER (REGEX(?x, '\\\\w')) }",
    "SELECT $this WHERE { $this <urn:label> ?x . FILTER (DATATYPE(?x) = "
    "<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>) }",
    "SELECT $this WHERE { $this <urn:label> ?x . FILTER (DATATYPE(?x) = ?type) }",
    "SELECT $this WHERE { $this <urn:label> ?x . FILTER (?x = $currentShape) }",
    "SELECT ?x WHERE { ?x <urn:label> ?this . { SELECT ?x WHERE { ?x <urn:label> ?y } LIMIT 1 } }",
    "SELECT ?x WHERE { ?x <urn:label> ?y }",
    "SELECT $this WHERE { $this rdfs:a\\,b ?x }",
    "SELECT $this WHERE { $this <urn:\\u0070abcd> ?x }",
    "SELECT $this WHERE { $this <urn:\\u003E> ?x }",
    "SELECT $this WHERE { $this <urn:label> ?x # \r }",
    "SELECT $this WHERE { $this <urn:label> ?x ",
)


@pytest.mark.parametrize("select", NOT_JOINED)
def test_a_query_that_joining_may_change_is_not_joined(select: str) -> None:
    assert query(select) is None
