"""The properties that a query may look at."""

from __future__ import annotations

import pytest

from ogdkg import open_graph
from ogdkg.rdf.terms import RDF
from ogdkg.sparql.mentions import mentioned, mentioned_properties
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
        ("?s e:p ?o MINUS { ?s e:q ?o }", {"p", "q"}),
        ("?s e:p ?o MINUS { ?s e:q ?o FILTER NOT EXISTS { ?o e:r ?x } }", {"p", "q", "r"}),
        ("?s e:p ?o MINUS { ?s ?p ?o }", None),
        ("VALUES ?p { e:p } ?s ?p ?o MINUS { ?s ?p ?o }", None),
        ("?s e:p", None),
    ],
)
def test_a_query_looks_at_what_it_names(where: str, expected: set[str] | None) -> None:
    """Not at what it makes of that."""
    found = mentioned_properties(f"CONSTRUCT {{ ?s e:made ?o }} WHERE {{ {where} }}", P)
    known = {"type": RDF + "type", "urn:a": "urn:a"}
    names = None if expected is None else {known.get(name, f"http://e/{name}") for name in expected}
    assert found == (None if names is None else names)


@pytest.mark.parametrize(
    ("where", "default", "named"),
    [
        ("?s e:p ?o", {"p"}, set()),
        ("GRAPH ?g { ?s e:p ?o }", set(), {"p"}),
        ("?s e:p ?o . GRAPH <urn:g> { { ?s e:q ?o } UNION { ?s e:r ?o } }", {"p"}, {"q", "r"}),
        ("?s e:p ?o FILTER EXISTS { GRAPH ?g { ?s e:q ?o FILTER EXISTS { ?o e:r ?x } } }", {"p"}, {"q", "r"}),
        ("GRAPH ?g { ?s e:p ?o . { SELECT ?s { ?s e:q ?o } } } ?s e:q ?o", {"q"}, {"p", "q"}),
        ("VALUES ?p { e:p e:q } GRAPH ?g { ?s ?p ?o } ?s e:r ?o", {"r"}, {"p", "q", "r"}),
        ("?s e:p ?o } #", {"p"}, set()),
    ],
)
def test_a_query_looks_at_graphs_where_it_says_so(where: str, default: set[str], named: set[str]) -> None:
    """SPARQL 1.1 Query, section 13.3: within GRAPH alone patterns match in named graphs."""
    found = mentioned(f"SELECT * {{ {where} }}", P)
    assert found is not None
    assert found.default == {f"http://e/{name}" for name in default}
    assert found.named == {f"http://e/{name}" for name in named}


def test_what_from_chooses_may_be_any_graph() -> None:
    found = mentioned("SELECT * FROM <urn:g> { ?s e:p ?o }", P)
    assert found is None or "http://e/p" in found.default & found.named


@pytest.mark.parametrize(
    ("where", "by_class"),
    [
        ("?s a e:C", True),
        ("?s a e:C, <urn:D> ; e:p ?o", True),
        (f"?s <{RDF}type> e:C", True),
        ("GRAPH ?g { ?s a e:C }", True),
        ("?s e:p ?o", True),
        ("?s a ?c", False),
        ("?s a e:C, ?c", False),
        ("?s a [ e:p ?o ]", False),
        ('?s a "e:C"', False),
        ("?s a/e:p ?o", False),
        ("?s e:p|a e:C", False),
        ("?c ^a ?s", False),
        (f"VALUES ?p {{ <{RDF}type> e:p }} ?s ?p e:C", False),
        ("?s e:p ?o FILTER NOT EXISTS { ?s a ?c }", False),
        ("?s a e:C . { SELECT ?s { ?s a ?c } }", False),
        (f"?s <{RDF[:-1]}\\u0023type> ?c", False),
    ],
)
def test_a_query_tells_the_classes_that_it_looks_for(where: str, by_class: bool) -> None:
    found = mentioned(f"SELECT * {{ {where} }}", P)
    assert found is not None
    assert found.by_class is by_class


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("?s e:p ?o . ?o ?q ?x", {(0, "p", 1)}),
        ("?s e:p ?o . ?x ?q ?o", {(1, "p", 1)}),
        ("?s a e:C ; ?q ?x", {(0, RDF + "type", 0)}),
        ("?s e:p ?o FILTER NOT EXISTS { ?s ?q ?o }", {(0, "p", 0)}),
        ("?s e:p ?o { ?o ?q ?x } UNION { ?o e:r ?x }", {(0, "p", 1)}),
        ("?s e:p ?o OPTIONAL { ?x e:r ?y . ?y ?q ?z }", {(0, "r", 1)}),
        ("?s e:p ?o", set()),
        ("?s e:p ?o OPTIONAL { ?o ?q ?x }", None),
        ("OPTIONAL { ?s e:p ?o } ?o ?q ?x", None),
        ("{ ?s e:p ?o } UNION { ?s e:r ?x } ?o ?q ?x", None),
        ("?s e:p ?o { SELECT ?o { ?o ?q ?x } }", None),
        ("?s e:p ?o MINUS { ?o ?q ?x }", None),
        ("?s e:p ?o BIND(EXISTS { ?o ?q ?x } AS ?b)", None),
        ("?s e:p+ ?o . ?o ?q ?x", None),
        ("?s e:p ?o . ?o !e:r ?x", None),
        ("?s e:p ?o . ?x ?q ?y", None),
    ],
)
def test_a_query_may_name_no_property_of_nodes_that_it_finds_by_one(
    where: str, expected: set[tuple[int, str, int]] | None
) -> None:
    """Only if each solution has such a node: what is optional may have none."""
    query = f"SELECT * {{ {where} }}"
    found = mentioned(query, P, joins=True)
    told = found and {(end, name.removeprefix("http://e/"), other) for end, name, other in found.joined}
    assert told == expected
    assert mentioned(query, P) is None or not expected


def test_iris_that_hang_on_a_base_are_not_guessed() -> None:
    assert mentioned_properties("BASE <http://e/> SELECT * { ?s <p> ?o }", P) is None


def test_every_rule_of_ours_names_its_properties() -> None:
    project = open_graph(ROOT).project
    assert project.rule_files
    for path in project.rule_files:
        assert mentioned_properties(path.read_text("utf-8"), project.prefixes), path
