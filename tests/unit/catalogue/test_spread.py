"""A parameter that stands for several things is held to them in each group that uses it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib

from ogdkg.catalogue.binding import AnyOf, bind
from ogdkg.catalogue.parameters import find_parameters
from ogdkg.rdf.terms import Iri

DATA = """
@prefix : <http://e/> .
:i1 :in :a . :i2 :in :b . :i3 :in :c . :i4 :in :a, :c . :i5 :other :a .
:a :label "A" . :b :label "B" . :c :label "C" .
"""
CHOSEN = AnyOf([Iri("http://e/a"), Iri("http://e/b")])
QUERIES = {  # and the initiatives that they find for a or b
    "SELECT ?i { ?i :in ?_c_iri }": "i1 i2 i4",
    "SELECT ?i { ?i :in ?__c_iri . BIND(?__c_iri AS ?x) ?x :label ?l FILTER(?l != 'B') }": "i1 i4",
    "SELECT ?i { ?i :in ?x FILTER(?x = ?_c_iri) }": "i1 i2 i4",
    "SELECT ?i { { ?i :in ?_c_iri } UNION { ?i :other ?_c_iri } }": "i1 i2 i4 i5",
    "SELECT ?i { ?i :in|:other ?x MINUS { ?i :in ?_c_iri } }": "i3 i5",
    "SELECT ?i { ?i :in|:other ?x FILTER NOT EXISTS { ?i :in ?_c_iri } }": "i3 i5",
    "SELECT ?i { ?i :in ?_c_iri FILTER NOT EXISTS { ?i :other ?_c_iri } }": "i1 i2 i4",
    "SELECT ?i { { SELECT ?i { ?i :in ?_c_iri } } }": "i1 i2 i4",
    "SELECT ?i { ?i :in ?x FILTER(?x IN (?_c_iri)) }": "i1 i2 i4",
    "SELECT ?i { ?i :in|:other ?x OPTIONAL { ?i :in ?_c_iri BIND(1 AS ?y) } FILTER(BOUND(?y)) }": "i1 i2 i4",
}


@pytest.mark.parametrize(("query", "expected"), QUERIES.items())
def test_it_is_any_of_them_on_both_engines(query: str, expected: str) -> None:
    text = f"PREFIX : <http://e/>\n{query}"
    bound = bind(text, find_parameters(text, "query"), {"c": CHOSEN})
    store = ox.Store()
    store.load(DATA.encode(), ox.RdfFormat.TURTLE)
    one = {row["i"].value[9:] for row in store.query(bound)}
    other = {str(row.i)[9:] for row in rdflib.Graph().parse(data=DATA).query(bound)}
    assert one == other == set(expected.split())
