"""The properties that a query may look at."""

from __future__ import annotations

import pytest

from ogdkg import open_graph
from ogdkg.rdf.terms import RDF
from ogdkg.sparql.mentions import mentioned_properties
from tests.conftest import ROOT

P = {"e": "http://e/"}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("?s e:p ?o", {"p"}),
        ("?s e:p/(^e:q|e:r)* ?o", {"p", "q", "r"}),
        ("?s a e:C", {"type", "C"}),
        ("VALUES ?p { e:p e:q } ?s ?p ?o", {"p", "q"}),
        ("VALUES ?p { e:p } OPTIONAL { ?s ?p ?o }", {"p"}),
        ("{ ?s e:p ?o } UNION { GRAPH ?g { ?s e:q ?o } }", {"p", "q"}),
        ("?s e:p ?o FILTER NOT EXISTS { ?o e:q ?x }", {"p", "q"}),
        ("?s e:p ?o BIND(EXISTS { ?o e:q ?x } AS ?b)", {"p", "q"}),
        ("{ SELECT ?s { ?s e:p ?o } }", {"p"}),
        ("?s e:p? ?o . ?o e:q ?x", {"p", "q"}),
        ("<urn:a> e:p* ?o", {"p", "urn:a"}),
        ("?s e:p? ?o", None),
        ("?s (e:p*/e:q?)|e:r ?o", None),
        ("VALUES ?p { e:p } { SELECT ?s { ?s ?p ?o } }", None),
        ("?s ?p ?o FILTER(?p IN (e:p, e:q))", {"p", "q"}),
        ("?s ?p ?o FILTER(?p IN (e:p) || ?o = 1)", None),
        ("OPTIONAL { ?s e:q ?p FILTER(?p IN (e:p)) } ?s ?p ?o", None),
        ("?s ?p ?o", None),
        ("?s e:q ?o FILTER NOT EXISTS { ?s ?p ?o }", None),
        ("OPTIONAL { VALUES ?p { e:p } } ?s ?p ?o", None),
        ("VALUES (?p ?x) { (UNDEF 1) } ?s ?p ?o", None),
        ("?s !e:p ?o", None),
        ("?s !(e:p|^e:q) ?o", None),
        ("?s e:p ?o MINUS { ?s e:q ?o }", None),
        ("?s e:p", None),
    ],
)
def test_a_query_looks_at_what_it_names(where: str, expected: set[str] | None) -> None:
    found = mentioned_properties(f"CONSTRUCT {{ ?s e:made ?o }} WHERE {{ {where} }}", P)
    known = {"type": RDF + "type", "urn:a": "urn:a"}
    names = None if expected is None else {known.get(name, f"http://e/{name}") for name in expected}
    assert found == (None if names is None else names | {"http://e/made"})


def test_every_rule_of_ours_names_its_properties() -> None:
    project = open_graph(ROOT).project
    assert project.rule_files
    for path in project.rule_files:
        assert mentioned_properties(path.read_text("utf-8"), project.prefixes), path
