"""The ways through the UNIONs of a query together have its solutions."""

from __future__ import annotations

import pytest

from ogdkg.evidence.lineage.branches import branches_of
from ogdkg.evidence.lineage.trace import Tracer, plan_of
from ogdkg.rdf.terms import Iri
from ogdkg.sparql.reader import read_query
from ogdkg.store.codec import parse_triples
from ogdkg.store.embedded import EmbeddedStore

PREFIXES = {"e": "https://e.example/"}
HEAD = "PREFIX e: <https://e.example/> "
DATA = "e:a e:p e:b ; e:q e:c ; a e:T . e:b e:p e:c ; e:r e:a ; a e:S . e:c e:q e:a ; a e:T ."


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("CONSTRUCT { ?x e:n ?y } WHERE { ?x e:p ?y }", 1),
        (
            "CONSTRUCT { ?x e:n ?y } "
            "WHERE { { ?x a e:T } UNION { ?x a e:S } { ?x e:p ?y } UNION { ?x e:q ?y } }",
            4,
        ),
        ("CONSTRUCT { ?x e:n ?y } WHERE { ?x e:p|e:q ?y }", 2),
        ("CONSTRUCT { ?x e:n ?y } WHERE { ?x (e:p|e:q)/(e:p|e:r)? ?y }", 2),
        ("CONSTRUCT { ?x e:n ?y } WHERE { ?x a e:T { ?x e:p ?y } UNION { BIND(?x AS ?y) } }", 2),
        ("CONSTRUCT { ?x e:n ?y } WHERE { ?x a e:T OPTIONAL { { ?x e:p ?y } UNION { ?x e:q ?y } } }", 1),
    ],
)
def test_the_ways_have_the_solutions_of_the_query(text: str, number: int) -> None:
    store = EmbeddedStore()
    for triple in parse_triples(DATA, PREFIXES):
        store.add(triple, [Iri("urn:g")])
    query = read_query(HEAD + text)
    branches = branches_of(query)
    assert len(branches) == number
    tracer = Tracer(store, PREFIXES)

    def found(queries: list[object]) -> dict[object, set[object]]:
        solutions: dict[object, set[object]] = {}
        for each in queries:
            plan = plan_of(each)._replace(keys=("?x", "?y"))  # type: ignore[arg-type]
            for key, premises in tracer.solutions(plan):
                solutions.setdefault(key, set()).update(premises)
        return solutions

    assert found([*branches]) == found([query]) != {}
