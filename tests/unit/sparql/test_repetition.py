"""Queries to which it is all the same how often a statement stands in a graph."""

from __future__ import annotations

import pytest

from ogdkg.sparql.repetition import ignores_repetition


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT DISTINCT ?s { ?s ?p ?o } ORDER BY ?s", True),
        ("SELECT (MIN(?o) AS ?least) ?s { ?s ?p ?o } GROUP BY ?s ORDER BY ?s", True),
        (
            "select distinct ?s { { select ?s { ?s ?p ?o } } filter not exists { ?s <x:p> ?o } } order by ?s",
            True,
        ),
        ("CONSTRUCT { ?s <x:p> ?o , 'a' ; a <x:C> } WHERE { ?s (<x:p>|<x:q>)+ ?o }", True),
        ("ASK { ?s ?p ?o }", True),
        ("SELECT DISTINCT ?s { ?s ?p ?o }", False),  # in whichever order they are found
        ("SELECT ?s { ?s ?p ?o } ORDER BY ?s", False),
        ("SELECT ?s { { SELECT DISTINCT ?s { ?s ?p ?o } ORDER BY ?s } ?s ?p ?o }", False),
        ("SELECT REDUCED ?s { ?s ?p ?o } ORDER BY ?s", False),
        ("SELECT DISTINCT (COUNT(?o) AS ?n) { ?s ?p ?o } ORDER BY ?n", False),
        ("SELECT DISTINCT ?n { { SELECT (SUM(?o) AS ?n) { ?s ?p ?o } } } ORDER BY ?n", False),
        ("SELECT DISTINCT (group_concat(?o) AS ?n) { ?s ?p ?o } ORDER BY ?n", False),
        ("SELECT DISTINCT ?s { { SELECT ?s { ?s ?p ?o } LIMIT 2 } } ORDER BY ?s", False),
        ("SELECT DISTINCT ?n { ?s ?p ?o BIND(RAND() AS ?n) } ORDER BY ?n", False),
        ("SELECT DISTINCT ?s FROM <x:g> { ?s ?p ?o } ORDER BY ?s", False),
        ("CONSTRUCT { ?s <x:p> [] } WHERE { ?s ?p ?o }", False),
        ("CONSTRUCT { ?s <x:p> _:b } WHERE { ?s ?p ?o }", False),
        ("CONSTRUCT { ?s <x:p> ( ?o ) } WHERE { ?s ?p ?o }", False),
        ("CONSTRUCT WHERE { ?s ?p ?o }", False),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1", False),
        ("DESCRIBE <x:s>", False),
        ("nonsense", False),
    ],
)
def test_what_hangs_on_the_set_of_solutions_alone(query: str, expected: bool) -> None:
    assert ignores_repetition(query) is expected
