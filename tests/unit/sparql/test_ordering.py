"""Rows that a query does not order come in one order; the rest of it stays as it is."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ogdkg.sparql.ordering import in_total_order

DATA = "".join(f"<urn:{n % 5}> <urn:p{n % 2}> <urn:o{n}> .\n" for n in range(20))


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("SELECT * { ?s ?p ?o }", "ORDER BY ?s ?p ?o"),
        ("SELECT * { ?s ?p ?o } # as they come", "ORDER BY ?s ?p ?o"),
        ("SELECT ?o { ?s ?p ?o } ORDER BY DESC(?s) # by s", "?o"),
        ("select distinct ?s where { ?s ?p ?o { select ?s { ?s ?p ?o } limit 9 } } limit 2", "ORDER BY ?s"),
        (
            "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p HAVING (COUNT(*) > 1) OFFSET 1",
            "ORDER BY ?p ?n",
        ),
        ("SELECT ?s ($o AS ?x) { ?s ?p $o } LIMIT 7 VALUES ?p { <urn:p1> }", "ORDER BY ?s ?x"),
        ("PREFIX a: <urn:select> # {\nSELECT ?s { ?s a:x* ?o FILTER EXISTS { ?s ?p ?q } }", "ORDER BY ?s"),
        ("SELECT (IF(EXISTS { ?s ?p ?q }, 1, 2) AS ?x) { ?s ?p ?o }", "ORDER BY ?x"),
    ],
)
def test_columns_decide(text: str, order: str) -> None:
    store = ox.Store()
    store.load(DATA.encode(), ox.RdfFormat.N_TRIPLES)
    ordered = in_total_order(text)
    assert f"\n{order}\n" in ordered
    assert ordered.replace(f"\n{order}\n", " ").split() == text.split()
    answer = store.query(ordered)
    names = [name[1:] for name in order.split() if name[0] == "?"]
    rows = [tuple(row[name].value for name in names) for row in answer]
    assert rows
    if "ORDER BY DESC" not in text:
        assert rows == sorted(rows)


@pytest.mark.parametrize(
    "text", ["ASK { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 2", "", "SELECT ?x {"]
)
def test_others_stay(text: str) -> None:
    assert in_total_order(text) == text
