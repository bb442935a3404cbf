"""SHACL paths as the property paths of SPARQL that reach the same (SHACL, 2.3.1)."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ogdkg.validation.core.paths import sparql_path
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH

PREFIXES = "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX : <urn:> "


@pytest.mark.parametrize(
    ("path", "expected", "reached"),
    [
        (":p", "<urn:p>", "b"),
        ("( :p :p )", "(<urn:p>/<urn:p>)", "c"),
        ("[ sh:inversePath :p ]", "^<urn:p>", ""),
        ("[ sh:alternativePath ( :p :q ) ]", "(<urn:p>|<urn:q>)", "b d"),
        ("[ sh:zeroOrMorePath :p ]", "(<urn:p>)*", "a b c"),
        ("[ sh:oneOrMorePath :p ]", "(<urn:p>)+", "b c"),
        ("[ sh:zeroOrOnePath :p ]", "(<urn:p>)?", "a b"),
        ("( :p [ sh:zeroOrOnePath ( :p :p ) ] )", "(<urn:p>/((<urn:p>/<urn:p>))?)", "b"),
        ("[ sh:inversePath ( :p :q ) ]", None, ""),  # pyshacl does not turn its steps round
        ("[ sh:oneOrMorePath [ sh:inversePath ( :p :q ) ] ]", None, ""),
        ("( :p )", None, ""),  # a sequence has two members or more
        ("[ :p :q ]", None, ""),
    ],
)
def test_a_path_in_sparql(path: str, expected: str | None, reached: str) -> None:
    text = f"{PREFIXES} :S a sh:PropertyShape ; sh:path {path} ."
    shapes = Shapes(quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE))
    [found] = shapes.values(ox.NamedNode("urn:S"), SH.path)
    assert sparql_path(shapes, found) == expected
    if expected:
        data = ox.Store()
        data.update("PREFIX : <urn:> INSERT DATA { :a :p :b . :b :p :c . :a :q :d }")
        rows = data.query(f"SELECT DISTINCT ?x {{ <urn:a> {expected} ?x }}")
        assert isinstance(rows, ox.QuerySolutions)
        assert {row["x"].value for row in rows} == {f"urn:{name}" for name in reached.split()}
