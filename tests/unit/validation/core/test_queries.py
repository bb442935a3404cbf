"""Queries of shapes: a query that is none, or that SHACL forbids, is an error whatever the data are."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, parse

from ogdkg.validation.core.queries import checked_queries
from ogdkg.validation.core.shapes import Shapes, ShapesError

PREFIXES = """
@prefix ex: <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
ex:P sh:declare [ sh:prefix "ex" ; sh:namespace "http://e/"^^xsd:anyURI ] .
"""
COMPONENT = """
ex:Component a sh:ConstraintComponent ; sh:parameter [ sh:path ex:limit ] ;
    sh:%s [ sh:prefixes ex:P ; sh:%s \"\"\"%s\"\"\" ] .
"""


def check(turtle: str) -> None:
    quads = parse(f"{PREFIXES}{turtle}", format=RdfFormat.TURTLE)
    checked_queries(Shapes(quad.triple for quad in quads))


def message(turtle: str) -> str:
    with pytest.raises(ShapesError) as caught:
        check(turtle)
    return f"{caught.value.message} {caught.value.hint or ''}"


def constraint(query: str) -> str:
    return f'ex:S sh:targetClass ex:C ; sh:sparql [ sh:prefixes ex:P ; sh:select """{query}""" ] .'


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT $this WHERE { $this ex:v ?v . FILTER (?v > 5 . }", "no ) closes the ( at line 1, column 45"),
        ("SELECT $this WHERE { $this ex:v ?v . FILTER (?v > 5 && }", "no ) closes the ("),
        ("SELECT $this WHERE { $this a ?t . FILTER (?t = }", "no ) closes the ( at line 1, column 42"),
        ("SELECT $this {\n $this ex:v ?v . FILTER (?v >) }", "does not parse near line 2, column 33"),
        ("SELECT $this { $this ex:v ?v ", "no } closes the { at line 1, column 14"),
        ("SELECT $this { $this ex:v ?v ] }", "no } closes the { at line 1, column 14"),
        ("SELECT $this { $this ex:v ?v } }", "nothing opened the bracket } at line 1, column 32"),
        ("SELECT $this { $this ex:v ?v FILTER(REGEX(?v, 'a) }", "no ) closes"),
        ("SELEKT $this { $this ex:v ?v }", "does not parse near line 1, column"),
        ("", "does not parse near line 1, column 1"),
        ("SELECT $this {}\n GROUP BY ?x", "variable that is unbound"),
        ("ASK { $this ex:v ?v }", "is of the form ASK, where sh:select takes SELECT"),
        ("CONSTRUCT { $this ex:v ?v } WHERE { $this ex:v ?v }", "of the form CONSTRUCT"),
        ("SELECT ?a ?b { ?a ex:v ?b }", "does not return $this"),
        ("SELECT (COUNT(?this) AS ?n) { ?this ex:v ?b }", "does not return $this"),
        ("SELECT * { ?a ex:v ?b }", "does not return $this"),
        ("SELECT $this {\n  $this no:v ?v }", "prefix, no:, at line 2, column 9. Declare it by"),
        ("SELECT $this { $this ex:v ?v MINUS { $this ex:w ?v } }", "has MINUS"),
        ("SELECT $this { VALUES ?v { 1 } $this ex:v ?v }", "has VALUES"),
        ("SELECT $this { $this ex:v ?v } VALUES ?v { 1 }", "has VALUES"),
        ("SELECT $this { SERVICE <http://e/> { $this ex:v ?v } }", "may not use SERVICE"),
        ("SELECT $this { BIND (1 AS $this) }", "binds $this at line 1, column 27"),
        ("SELECT (1 AS ?this) { ?a ex:v ?b }", "binds ?this"),
        ("SELECT $this { $this ex:v ?v { SELECT ?v { ?v ex:w ?x } } }", "that does not return $this"),
        ("SELECT $this { $this ex:v ?v { SELECT * { FILTER ($this = ex:a) } } }", "does not return $this"),
    ],
)  # fmt: skip
def test_what_a_constraint_may_not_be(query: str, said: str) -> None:
    assert said in message(constraint(query))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this WHERE { $this ex:v ?v . FILTER (?v > 5) }",
        "PREFIX o: <http://o/> SELECT $this { $this o:v ?v }",
        "SELECT ?this ?value { ?this $PATH ?value . ?value ($PATH|^ex:v)* ?x }",
        "SELECT * { $this ex:v ?v }",
        "# MINUS and VALUES\nSELECT $this { $this ex:MINUS ?VALUES ; ex:v 'MINUS { VALUES' }",
        "SELECT $this { $this ex:v ?v { SELECT $this (MAX(?n) AS ?m) { $this ex:w ?n } GROUP BY $this } }",
        "SELECT $this { $this ex:v ?v { SELECT * { $this ex:w ?w } } }",
        "SELECT $this { GRAPH $shapesGraph { $currentShape ex:v ?v } $this ex:v ?v FILTER (ex:own(?v)) }",
        "SELECT $this { $this ex:v ?v FILTER EXISTS { ?v ex:w ')' } }",
    ],
)
def test_what_a_constraint_may_be(query: str) -> None:
    check(constraint(query))


@pytest.mark.parametrize(
    ("validator", "form", "query", "said"),
    [
        ("validator", "ask", "SELECT $this { }", "is of the form SELECT, where sh:ask takes ASK"),
        ("validator", "ask", "ASK { FILTER ($value < ) }", "does not parse near line 1, column 27"),
        ("validator", "ask", "ASK { BIND (1 AS ?value) }", "binds ?value"),
        ("validator", "ask", "ASK { BIND (1 AS ?limit) }", "binds ?limit"),
        ("nodeValidator", "select", "SELECT ?value { $this ex:v ?value }", "does not return $this"),
        ("propertyValidator", "select", "SELECT $this { $this $PATH ?x FILTER (?x < $limit }", "no ) closes"),
        ("propertyValidator", "select", "SELECT $this (?x AS ?limit) { $this $PATH ?x }", "binds ?limit"),
    ],
)
def test_what_a_validator_may_not_be(validator: str, form: str, query: str, said: str) -> None:
    assert said in message(COMPONENT % (validator, form, query))


@pytest.mark.parametrize(
    ("validator", "form", "query"),
    [
        ("validator", "ask", "ASK { FILTER (false) }"),
        ("validator", "ask", "ASK { $this ex:v $value } GROUP BY $value HAVING (COUNT(*) > 1)"),
        (
            "propertyValidator",
            "select",
            "SELECT $this ?value { $this $PATH ?value FILTER (?value > $limit) }",
        ),
        ("nodeValidator", "select", "SELECT $this (1 AS ?value) { $this ex:v ?x }"),
    ],
)
def test_what_a_validator_may_be(validator: str, form: str, query: str) -> None:
    check(COMPONENT % (validator, form, query))


@pytest.mark.parametrize(
    ("turtle", "said"),
    [
        ("ex:S sh:sparql [ ] .", "has no query"),
        ('ex:S sh:sparql [ sh:select "SELECT $this {}", "SELECT * {}" ] .', "2 values of sh:select"),
        ("ex:S sh:sparql [ sh:select 5 ] .", "The value of sh:select is not a string"),
        ('ex:S sh:target [ sh:select "SELECT ?x { ?x ?p ?o }" ] .', "does not return $this"),
        ('ex:Unused sh:select "SELEKT" .', "does not parse"),
        ('ex:S sh:sparql [ sh:prefixes ex:Q ; sh:select "SELECT * { $this ?p ?o }" ] .'
         'ex:Q sh:declare [ sh:prefix "x" ] .', "A declaration of a prefix is not complete"),
        ('ex:S sh:sparql [ sh:prefixes ex:Q ; sh:select "SELECT * { $this ?p ?o }" ] .'
         'ex:Q owl:imports ex:P ; sh:declare [ sh:prefix "ex" ; sh:namespace "http://f/" ] .',
         "The prefix ex: is declared for two namespaces"),
        ('ex:S sh:sparql [ sh:prefixes ex:Q ; sh:select "SELECT * { $this ?p ?o }" ] .'
         'ex:Q sh:declare [ sh:prefix "a b" ; sh:namespace "http://f/" ] .', "'a b' cannot be a prefix"),
    ],
)  # fmt: skip
def test_what_is_around_a_query(turtle: str, said: str) -> None:
    assert said in message(turtle)


def test_a_deactivated_constraint_is_read_too() -> None:
    assert "does not parse" in message('ex:S sh:sparql [ sh:deactivated true ; sh:select "SELEKT" ] .')


@pytest.mark.parametrize("prefix", ["rdf", "rdfs", "owl", "xsd", "sh"])
def test_no_prefix_is_known_unless_declared(prefix: str) -> None:
    said = message(constraint(f"SELECT $this {{ $this ex:v {prefix}:nil }}"))
    assert f"uses an undeclared prefix, {prefix}:, at line 1, column 27" in said
