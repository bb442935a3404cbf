"""Stored queries as SPARQL executables of SHACL (SHACL-AF, sections 4 and 5)."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ogdkg.catalogue.catalogue import Catalogue
from ogdkg.catalogue.description import describe
from ogdkg.project.project import read_project
from ogdkg.rdf import formats
from ogdkg.render.rdf.writers import write_triples
from tests.conftest import TREES

PREFIXES = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> """


@pytest.fixture(scope="module")
def described() -> ox.Store:
    pieces = write_triples(describe(read_project(TREES)), formats.NTRIPLES, {})
    store = ox.Store()
    data = b"".join(piece if isinstance(piece, bytes) else piece.encode() for piece in pieces)
    store.load(data, ox.RdfFormat.N_TRIPLES)
    return store


def _rows(store: ox.Store, query: str) -> set[tuple[str, ...]]:
    found = store.query(PREFIXES + query)
    assert isinstance(found, ox.QuerySolutions)
    return {tuple(str(getattr(value, "value", "")) for value in row) for row in found}


def test_each_query_has_its_form_and_its_text(described: ox.Store) -> None:
    asked = """SELECT ?name ?text { ?q a sh:SPARQLExecutable ; rdfs:label ?name ;
        sh:select|sh:ask|sh:construct|sh:describe ?text }"""
    assert _rows(described, asked) == {(query.name, query.text) for query in Catalogue(read_project(TREES))}
    classes = "SELECT ?class ?verb { ?q a ?class ; ?verb ?text FILTER(STRENDS(STR(?class), 'kExecutable')) }"
    assert ("http://www.w3.org/ns/shacl#SPARQLAskExecutable", "http://www.w3.org/ns/shacl#ask") in _rows(
        described, classes
    )


def test_each_parameter_is_one_with_a_path_of_its_own(described: ox.Store) -> None:
    asked = """SELECT ?query ?name ?optional ?kind { ?q rdfs:label ?query ; sh:parameter ?p .
        ?p a sh:Parameter ; sh:path ?path ; sh:name ?name ; sh:optional ?optional ; sh:nodeKind ?kind
        FILTER(isIRI(?path)) }"""
    found = _rows(described, asked)
    expected = [(query.name, each) for query in Catalogue(read_project(TREES)) for each in query.parameters]
    assert len(found) == len(expected) > 3
    assert ("trees-in", "the garden", "false", "http://www.w3.org/ns/shacl#IRI") in found
