"""A query on trial answers as it would after the change, which is made here to compare."""

from __future__ import annotations

import pytest

from ogdkg.rdf.terms import Triple
from ogdkg.sparql.trial import Change, Trial, UntriableError
from ogdkg.store.base import Rows
from ogdkg.store.codec import parse_triples
from ogdkg.store.embedded import EmbeddedStore

PREFIXES = {"e": "https://e.example/", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}
HEAD = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
DATA = """
e:a e:p e:b , e:c , 7 , "x"@en , "x" ; e:q e:d ; a e:T . e:b e:p e:c ; e:q e:a ; a e:T . e:c e:r e:a , e:c .
e:d e:p e:d ; e:r "7" .
"""
QUERIES = (
    "SELECT * { ?s e:p ?o }",
    "SELECT ?s ?o { ?s e:p ?o ; e:q ?q }",
    "SELECT ?s { ?s e:p e:c }",
    "SELECT ?o { e:a e:p ?o . FILTER(isIRI(?o)) }",
    "SELECT ?s ?p { ?s ?p e:c }",
    "SELECT ?s ?o { ?s a e:T OPTIONAL { ?s e:p ?o } }",
    "SELECT ?s { ?s a e:T FILTER NOT EXISTS { ?s e:p e:c } }",
    "SELECT ?s { ?s a e:T MINUS { ?s e:p e:c } }",
    "SELECT ?s { ?s a e:T FILTER EXISTS { ?s e:q [ e:p ?x ] } }",
    "SELECT (COUNT(*) AS ?n) { ?s e:p [] }",
    "SELECT ?s (COUNT(?o) AS ?n) { ?s e:p ?o } GROUP BY ?s",
    "SELECT ?s ?o { ?s e:p/e:r ?o }",
    "SELECT ?s ?o { ?s ^e:p ?o }",
    "SELECT ?s ?o { ?s (e:p|e:q) ?o }",
    "SELECT ?s ?o { ?s e:q/(e:p|^e:r) ?o }",
    "SELECT ?s ?o { ?s e:q/e:p? ?o }",
    "SELECT ?o { e:a e:p? ?o }",
    "SELECT ?s { { ?s e:p e:b } UNION { ?s e:r e:c } }",
    "SELECT ?s { { SELECT ?s { ?s e:p e:c } } ?s e:q ?o }",
    "SELECT ?s { ?s e:p 7 }",
    "SELECT ?s ?o { ?s e:r ?o VALUES ?s { e:c e:d } }",
    'ASK { e:a e:p "x"@en }',
    "SELECT ?x { ?x e:p ?x }",
    "SELECT ?s { ?s e:p ?o BIND(EXISTS { ?s e:q e:d } AS ?has) FILTER(?has) }",
)
CHANGES = (
    ("e:a e:p e:c", ""), ("e:a e:p 7", ""), ('e:a e:p "x"@en', ""), ("e:d e:p e:d", ""), ("e:a e:q e:d", ""),
    ("e:c e:r e:a", ""), ("", "e:d e:q e:a"), ("", "e:b e:p e:b . e:c e:p e:c"), ("", 'e:d e:p "x"@en'),
    ("e:b a e:T", ""), ("", "e:d a e:T"),
)  # fmt: skip


def _triples(text: str) -> tuple[Triple, ...]:
    return tuple(parse_triples(f"{text} .", PREFIXES)) if text else ()


def _store(removed: str = "", added: str = "") -> EmbeddedStore:
    store = EmbeddedStore()
    for triple in (*parse_triples(DATA, PREFIXES), *_triples(added)):
        store.add(triple, [None])
    for triple in _triples(removed):
        store.remove(triple)
    return store


def _answer(store: EmbeddedStore, text: str) -> object:
    found = store.query(HEAD + text)
    return {str(row) for row in found.rows} if isinstance(found, Rows) else found  # as questions compare rows


@pytest.mark.parametrize("text", QUERIES)
def test_a_query_on_trial_answers_as_after_the_change(text: str) -> None:
    for removed, added in CHANGES:
        tried = Trial(text, PREFIXES).text(Change(_triples(removed), _triples(added)))
        expected = _answer(_store(removed, added), text)
        assert _answer(_store(), tried) == expected, (removed, added, tried)


@pytest.mark.parametrize(
    ("text", "removed", "added", "why"),
    [
        ("SELECT ?s { ?s e:p+ e:c }", "e:a e:p e:c", "", "follows that property"),
        ("SELECT ?s { ?s !e:p e:d }", "e:a e:q e:d", "", "does not follow"),
        ("SELECT ?s { GRAPH ?g { ?s e:p e:c } }", "", "e:d e:p e:c", "single graphs"),
        ("SELECT * { ?s e:p/e:q ?o }", "e:a e:p e:b", "", "more columns"),
        ("SELECT ?s { ?s e:p ?o } GROUP BY ?s HAVING (EXISTS { ?s e:q e:d })", "e:a e:q e:d", "", "not read"),
    ],
)
def test_what_cannot_be_written_is_said(text: str, removed: str, added: str, why: str) -> None:
    with pytest.raises(UntriableError, match=why):
        Trial(text, PREFIXES).text(Change(_triples(removed), _triples(added)))


def test_a_query_that_looks_elsewhere_stays_as_it_is() -> None:
    text = "SELECT ?s { ?s e:p+ e:c }"
    assert Trial(text, PREFIXES).text(Change(_triples("e:a e:q e:d"))) == text
