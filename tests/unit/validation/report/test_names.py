"""What a term is called in a report: by its label, else as Turtle writes it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.report.names import DisplayNames, short

PREFIXES = {"e": "http://e/", "xsd": "http://www.w3.org/2001/XMLSchema#"}
A = ox.NamedNode("http://e/a")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("", "e:a"),
        ('rdfs:label "A"', "A"),
        ('rdfs:label "Ä"@de, "A"@en', "A"),
        ('rdfs:label "Ä"@de ; skos:prefLabel "A"@en', "A"),
        ('sh:name "named" ; rdfs:label "labelled"', "labelled"),
        ('sh:name "named"', "named"),
        ("rdfs:label e:b", "e:a"),  # no text
    ],
)
def test_a_thing_is_called_by_its_label(said: str, name: str) -> None:
    text = f"""PREFIX e: <http://e/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX sh: <http://www.w3.org/ns/shacl#>
    {f"e:a {said} ." if said else ""}"""
    graph = DataGraph()
    graph.add(ox.parse(text, ox.RdfFormat.TURTLE))
    names = DisplayNames(graph, PREFIXES)
    assert (names.of(A), names.of(A)) == (name, name)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (A, "e:a"),
        (ox.NamedNode("http://e/a/b"), "<http://e/a/b>"),
        (ox.Literal("x"), '"x"'),
        (ox.Literal("x", language="en"), '"x"@en'),
        (ox.Literal(1), '"1"^^xsd:integer'),
        (ox.Literal("1", datatype=ox.NamedNode("http://other/t")), '"1"^^<http://other/t>'),
        (ox.BlankNode("b"), "_:b"),
    ],
)
def test_a_term_is_written_with_the_known_prefixes(term: ox.Literal, expected: str) -> None:
    assert short(term, PREFIXES) == expected
