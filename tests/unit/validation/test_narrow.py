"""The parts of narrowing: patterns that two engines share, queries that may be joined, parts that are
judged."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.prefilter.constraints import candidates_query
from ogdkg.validation.prefilter.patterns import portable_pattern, sparql_string
from ogdkg.validation.prefilter.prefilter import CandidateSearch, _batches
from ogdkg.validation.prefilter.units import units

STORE = ox.Store()
PIECES = ("a", "[a-c]", "[^a]", ".", "\\d", "\\w", "\\s", "(b|c)", "é", "\\.", "-", "(?:x{2})", "[&~]")
TIMES = ("", "*", "+", "?", "{1,2}", "*?")


def asked(expression: str) -> bool:
    rows = STORE.query(f"SELECT ({expression} AS ?answer) {{}}")
    return next(iter(rows))["answer"].value == "true"  # type: ignore[index, arg-type]  # a SELECT


@given(
    st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(TIMES)), min_size=1, max_size=4),
    st.booleans(),
    st.booleans(),
    st.text(alphabet="abcxé1 \n.-&K\u017f\u0663\x1c", max_size=8),
    st.sampled_from(("", "i")),
)
def test_python_and_the_store_agree_where_it_is_sure(
    pieces: list[tuple[str, str]], start: bool, end: bool, value: str, flags: str
) -> None:
    pattern = "^" * start + "".join(map("".join, pieces)) + "$" * end
    found = portable_pattern(pattern, flags)
    assert found is not None
    if asked(f'REGEX({sparql_string(value)}, "{found.guard}")'):
        here = re.search(pattern, value, re.IGNORECASE if flags else 0) is not None
        assert (
            asked(f"REGEX({sparql_string(value)}, {sparql_string(pattern)}, {sparql_string(found.flags)})")
            == here
        )


@pytest.mark.parametrize(
    "pattern",
    ["(?=a)", "(a)\\1", "[a&&b]", "[[:alpha:]]", "a++", "\\bx", "\\p{L}", "(?i)a", "[a", "a{,2}", "(?<n>a)"],
)
def test_what_the_engines_read_differently_is_not_shared(pattern: str) -> None:
    assert portable_pattern(pattern) is None


def query(select: str) -> str | None:
    node = ox.NamedNode("http://example.org/q")
    shapes = Shapes([ox.Triple(node, SH.select, ox.Literal(select))])
    found = candidates_query(shapes, node, "<http://example.org/p>", "?this a <http://example.org/C>")
    return found and found.text


JOINED = {
    "SELECT $this WHERE { $this rdfs:label ?x . FILTER (?x > 5) }": "FILTER (COALESCE(( ?x > 5 ), true))",
    "SELECT $this WHERE { $this rdfs:label ?x . FILTER NOT EXISTS { $this rdfs:comment ?x } }": "MINUS {",
    "SELECT $this WHERE { $this $PATH ?x }": "$this <http://example.org/p> ?x",
    "SELECT $this WHERE { $this rdfs:label ?x # $this\n }": "$this rdfs:label ?x }",
    "SELECT $this WHERE { $this rdfs:label ?x . FILTER (DATATYPE(?x) = <urn:d>) }": "( ?x ) = <urn:d>",
    "SELECT $this WHERE { $this <urn:\\u0070> 5. }": "$this <urn:p> 5 . }",
}


@pytest.mark.parametrize(("select", "part"), JOINED.items())
def test_a_query_joined_with_its_targets(select: str, part: str) -> None:
    found = query(select) or ""
    assert part in found
    assert "?this a <http://example.org/C> ." in found
    STORE.query(found)


LEFT = (
    "SELECT $this WHERE { $this rdfs:label ?x MINUS { $this rdfs:comment ?x } }",
    "SELECT $this WHERE { { FILTER ($this = rdfs:label) } UNION { $this rdfs:label ?x } }",
    "SELECT $this WHERE { $this rdfs:label ?x . FILTER (!(EXISTS { ?x rdfs:label ?y . FILTER (?y > 1) })) }",
    "SELECT $this WHERE { $this rdfs:label ?x OPTIONAL { ?x rdfs:label ?y FILTER (?y > 1) } }",
    "SELECT $this WHERE { $this rdfs:label ?x . FILTER (REGEX(?x, '\\\\w')) }",
    "SELECT $this WHERE { $this rdfs:label ?x . FILTER (DATATYPE(?x) = rdf:langString) }",
    "SELECT $this WHERE { $this rdfs:label ?x . FILTER (DATATYPE(?x) = ?type) }",
    "SELECT $this WHERE { $this rdfs:label ?x . FILTER (?x = $currentShape) }",
    "SELECT ?x WHERE { ?x rdfs:label ?this . { SELECT ?x WHERE { ?x rdfs:label ?y } LIMIT 1 } }",
    "SELECT ?x WHERE { ?x rdfs:label ?y }",
    "SELECT $this WHERE { $this rdfs:a\\,b ?x }",
    "SELECT $this WHERE { $this <urn:\\u0070abcd> ?x }",
    "SELECT $this WHERE { $this <urn:\\u003E> ?x }",
    "SELECT $this WHERE { $this rdfs:label ?x # \r }",
    "SELECT $this WHERE { $this rdfs:label ?x ",
)


@pytest.mark.parametrize("select", LEFT)
def test_what_may_mean_something_else_when_joined_is_left(select: str) -> None:
    assert query(select) is None


IN_SPARQL = """
PREFIX ex: <http://example.org/> PREFIX sh: <http://www.w3.org/ns/shacl#>
ex:First sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .
ex:Second sh:targetNode ex:a, ex:b ; sh:sparql [ sh:select "SELECT $this WHERE { $this <urn:q> ?x }" ] .
ex:Third sh:targetNode ex:b ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .
ex:Fourth sh:targetNode ex:a ; sh:sparql [ sh:select "SELECT $this WHERE { $this <urn:r> ?x }" ] .
"""


def test_what_is_in_sparql_is_judged_first() -> None:
    graph = DataGraph()
    data = b"@prefix ex: <http://example.org/> . ex:a <urn:q> 1 . ex:b <urn:q> 1 ."
    graph.add(ox.parse(data, format=ox.RdfFormat.TURTLE))
    shapes = Shapes(quad.triple for quad in ox.parse(IN_SPARQL.encode(), format=ox.RdfFormat.TURTLE))
    batches = list(_batches(CandidateSearch(graph, shapes), units(shapes), None))
    found = [{str(unit.top).rpartition("/")[2] for unit in batch} for batch in batches]
    assert found == [{"Second>"}, {"First>", "Third>"}]
