"""What SPARQL 1.1 allows and an engine misses: escapes anywhere (19.2), paths without steps (18.4)."""

from __future__ import annotations

import pytest

from ogdkg.rdf.terms import Iri, Triple
from ogdkg.sparql.spelling import spelled_out
from ogdkg.store.base import Rows, Store
from ogdkg.store.engines import new_store

A, B, NONE = "<http://e/a>", "<http://e/b>", "<http://e/none>"
P, Q = "<http://e/p>", "<http://e/q>"


@pytest.fixture(scope="module", params=["oxigraph", "rdflib"])
def store(request: pytest.FixtureRequest) -> Store:
    made = new_store(request.param)
    made.add(Triple(Iri("http://e/a"), Iri("http://e/p"), Iri("http://e/b")), [None])
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"ASK {{ {NONE} {P}* {NONE} }}", True),
        (f"ASK {{ {NONE} {P}? {NONE} }}", True),
        (f"ASK {{ {NONE} {P}+ {NONE} }}", False),
        (f"ASK {{ {NONE} {P}* {A} }}", False),
        (f"ASK {{ {NONE} ({P}?/{Q}*) {NONE} }}", True),
        (f"ASK {{ {NONE} ({P}|{Q}*) {NONE} }}", True),
        (f"ASK {{ {NONE} ^({P}*) {NONE} }}", True),
        (f"ASK {{ {NONE} {P}*/{Q} {NONE} }}", False),
        (f"ASK {{ {A} {P}* {A} . {A} {P} {B} }}", True),
        ("PREFIX e: <http://e/> ASK { e:none e:p* <http://e/none> }", True),
        ("PREFIX e: <http://e/> ASK { e:none e:p* e:none ; e:q? e:none , e:none . }", True),
        (f"ASK {{ 1 {P}* 1 }}", True),
        (f"ASK {{ FILTER (1 = 1) {NONE} {P}* {NONE} }}", True),
        (f"ASK {{ FILTER NOT EXISTS {{ {NONE} {P}* {NONE} }} }}", False),
        (f"SELECT ?x {{ {NONE} {P}* ?x }}", [["http://e/none"]]),
        (f"SELECT ?x {{ ?x {P}? {NONE} }}", [["http://e/none"]]),
        (f"SELECT ?x {{ {A} {P}* ?x }}", [["http://e/a"], ["http://e/b"]]),
        (f"SELECT ?x {{ {A} {P}* ?x . ?x {P} ?y }}", [["http://e/a"]]),
        (f"SELECT ?x ?y {{ {NONE} {P}* ?x OPTIONAL {{ ?x {P} ?y }} }}", [["http://e/none", None]]),
        (f"SELECT (COUNT(*) AS ?n) {{ {NONE} {P}* ?x }}", [["1"]]),
        (r"S\u0045LECT ?x { <http://e/\u0061> <http://e/p> ?\U00000078 }", [["http://e/b"]]),
        (r"SELECT ?x { ?x <http://e/p> ?y FILTER(STR(?x) = 'http://e/\u0061') }", [["http://e/a"]]),
        (r"SELECT (STRLEN('\u00e9cafe\\\\u0061') AS ?n) {}", [["12"]]),
        (r"PREFIX \u0065x: <http://e/> SELECT ?x { ex:a ex\u003ap ?x }", [["http://e/b"]]),
        ("PREFIX e: <http://e/> SELECT ?x { VALUES ?x { e:a.b.c } }", [["http://e/a.b.c"]]),
        ("PREFIX a.b.c: <http://e/> SELECT ?x { VALUES ?x { a.b.c:d.e:f.g.h } }", [["http://e/d.e:f.g.h"]]),
        ("PREFIX e: <http://e/> SELECT ?x { BIND (':1.2.3' AS ?x) ?y e:p e:b. }", [[":1.2.3"]]),
    ],
)
def test_an_answer(store: Store, query: str, expected: object) -> None:
    answer = store.query(query)
    if isinstance(answer, Rows):
        found = sorted(([getattr(term, "value", None) for term in row] for row in answer.rows), key=str)
        assert found == expected
    else:
        assert answer == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('REPLACE(%, "a", "b")', "bbcde"),
        ('replace ( %, "[a,(]", "z")', "zbcde"),
        ("CONCAT('a', SUBSTR(%, 2))", "abcde"),
        ('STR(REGEX(%, "e"))', "true"),
        ('REPLACE(SUBSTR(%, 1, 9), "A", "z", "i")', "zbcde"),
    ],
)
@pytest.mark.parametrize(("engine", "depth"), [("oxigraph", 26), ("rdflib", 3)])
def test_functions_without_their_last_argument_may_be_nested(
    engine: str, depth: int, call: str, expected: str
) -> None:
    before, _, after = call.partition("%")
    many = 'FILTER(REGEX("a", "a"))' * 8  # enough of them that they are looked at
    text = f'SELECT ?x {{ BIND("abcde" AS ?o) {many} BIND({before * depth}?o{after * depth} AS ?x) }}'
    answer = new_store(engine).query(text)
    assert isinstance(answer, Rows)
    assert [[getattr(term, "value", None) for term in row] for row in answer.rows] == [[expected]]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x { ?x <http://e/p>* ?y }",
        "SELECT ?x { ?x <http://e/p>+ <http://e/a> }",
        "SELECT (COUNT(*) AS ?n) { ?x <http://e/p> ?y FILTER(?y * 2 > 3) }",
        "SELECT ?x { VALUES ?x { <http://e/a> <http://e/b> } ?x <http://e/p>* ?y }",
        "SELECT ?x { ?x <http://e/p> 'a* ?b' } # <a> <p>* <b>",
        "SELECT ?x { [] <http://e/p>* [ <http://e/q> ?x ] }",
        "SELECT ?x { ?x e:a.b ?y . ?y e:c ':1.2.3' . }",
    ],
)
def test_any_other_query_stays_as_it_is(query: str) -> None:
    assert spelled_out(query) == query


def test_an_escaped_dot_stays_one() -> None:
    assert spelled_out(r"ASK { ?x e:a\.b.c.d ?y }") == r"ASK { ?x e:a\.b\.c\.d ?y }"
