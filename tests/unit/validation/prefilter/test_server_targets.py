"""Which custom targets a server is asked for, and in which words."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, parse

from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.prefilter.custom_targets import server_pattern

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <urn:x:> . : sh:declare [ sh:prefix "x" ; sh:namespace "urn:x:"^^xsd:anyURI ] .
"""


def asked(select: str, *, is_exact: bool = True) -> str | None:
    target = f'[ a sh:SPARQLTarget ; sh:prefixes : ; sh:select """{select}""" ]'
    text = f"{PREFIXES} :S a sh:NodeShape ; sh:target {target} ; sh:minCount 1 ."
    shapes = Shapes(quad.triple for quad in parse(text, RdfFormat.TURTLE))
    (found,) = (term for said in shapes.about.values() for term in said.get(SH.target, ()))
    return server_pattern(shapes, found, is_exact=is_exact)


def test_names_are_spelled_out() -> None:
    found = asked("SELECT ?this { ?this x:p ?v } GROUP BY ?this HAVING(COUNT(?v) > 1)")
    assert found is not None
    assert "<urn:x:p>" in found and "x:p " not in found and "HAVING" in found


@pytest.mark.parametrize(
    "select",
    [
        "SELECT ?this { SERVICE <http://127.0.0.1/> { ?this x:p 1 } }",
        "SELECT ?this FROM <urn:g> { ?this x:p 1 }",
        "SELECT ?this { GRAPH ?g { ?this x:p 1 } }",
        "SELECT ?this { ?this y:undeclared 1 }",
        "SELECT ?this { ?this x:p ?v FILTER(bif:exec('ls')) }",
        "SELECT ?this { ?this x:p ?v FILTER(?v > RAND()) }",
        "SELECT ?this { ?this x:p 1 } } SELECT ?x { { ?x x:p 1 }",
    ],
)
def test_what_a_query_within_another_may_not_do_is_not_asked(select: str) -> None:
    assert asked(select) is None


@pytest.mark.parametrize("part", ["OPTIONAL { ?this x:q ?w }", "BIND(1 AS ?w)"])
def test_a_server_is_not_asked_what_it_answers_wrongly(part: str) -> None:
    select = f"SELECT ?this {{ ?this x:p ?v {part} FILTER(?v > 1) }}"
    assert asked(select) and asked(select, is_exact=False) is None
