"""What is peculiar to Virtuoso, each seen raw; and that the adapter makes up for it."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from typing import Any

import pytest
from tests.conftest import ROOT, TREES
from tests.servers.conftest import Start, _pushed, at
from tests.servers.running import Running

from ogdkg.errors import StoreError
from ogdkg.project.endpoint import find_endpoint
from ogdkg.rdf.terms import RDFS, SKOS, Blank, Iri, Literal, in_language, to_ntriples, typed
from ogdkg.remote.protocol import RemoteStore
from ogdkg.remote.pull import stored_lines
from ogdkg.remote.servers import canonical
from ogdkg.store.base import QueryDataset, Rows

NOTE = Iri("https://e.example/push")
A, B = Iri("https://e.example/a"), Iri("https://e.example/b")


@pytest.fixture
def virtuoso(start: Start, monkeypatch: pytest.MonkeyPatch) -> Running:
    server = start("virtuoso", "quirks")
    for key, value in server.env.items():
        monkeypatch.setenv(key, value)
    return server


def _raw(server: Running, query: str) -> Any:
    """What the server says by itself."""
    address = f"{server.url}?{urllib.parse.urlencode({'query': query})}"
    request = urllib.request.Request(address, headers={"Accept": "application/sparql-results+json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def _store(server: Running) -> RemoteStore:
    return RemoteStore(find_endpoint(server.url, ()), NOTE, 30)


def _rows(store: RemoteStore, query: str) -> list[Any]:
    result = store.raw(query, QueryDataset())
    assert isinstance(result, Rows)
    return list(result.rows)


def test_virtuoso_answers_ask_with_a_row(virtuoso: Running) -> None:
    assert _raw(virtuoso, "ASK { ?s ?p ?o }")["head"]["vars"] == ["__ASK_RETVAL"]
    assert _store(virtuoso).query("ASK { ?s ?p ?o }") is True
    assert _store(virtuoso).query("ASK { ?s <https://e.example/not-there> ?o }") is False


def test_virtuoso_writes_booleans_as_numbers(virtuoso: Running) -> None:
    store = _store(virtuoso)
    store.put(A, [f'<{A}> <{B}> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .'])
    query = f"SELECT ?o {{ GRAPH <{A}> {{ ?s ?p ?o }} }}"
    assert _raw(virtuoso, query)["results"]["bindings"][0]["o"]["value"] == "1"
    assert _rows(store, query) == [(typed("true", "boolean"),)]


def test_virtuoso_labels_blank_nodes_as_no_label_may_be(virtuoso: Running) -> None:
    store = _store(virtuoso)
    store.put(A, [f"_:x <{B}> _:y ."])
    query = f"SELECT ?s {{ GRAPH <{A}> {{ ?s ?p ?o }} }}"
    assert _raw(virtuoso, query)["results"]["bindings"][0]["s"]["value"].startswith("nodeID://")
    [[node]] = _rows(store, query)
    assert isinstance(node, Blank) and "/" not in node.label


def test_a_text_that_looks_like_such_a_label_stays(virtuoso: Running) -> None:
    store = _store(virtuoso)
    text = '"bnode", "value": "nodeID://b1'
    store.put(A, [f"<{A}> <{B}> {json.dumps(text)} ."])
    assert _rows(store, f"SELECT ?o {{ GRAPH <{A}> {{ ?s ?p ?o }} }}") == [(Literal(text),)]


def test_virtuoso_sees_the_graphs_of_the_system_and_repeats_triples(virtuoso: Running) -> None:
    _pushed(virtuoso, TREES)
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    raw = int(_raw(virtuoso, query)["results"]["bindings"][0]["n"]["value"])
    there = at(virtuoso, TREES)
    here = len({quad.triple for quad in there.local_copy.store.quads()})
    assert raw > here + 1000
    result = there.remote.query(query)
    assert isinstance(result, Rows) and next(result.rows) == (typed(str(here), "integer"),)


def test_oxigraph_repeats_a_triple_in_its_union(start: Start) -> None:
    """So a merged copy is pushed there too; without --union-default-graph it goes into the unnamed graph."""
    store = _store(start("oxigraph", "quirks"))
    store.put(A, [f"<{A}> <{B}> <{A}> ."])
    store.put(B, [f"<{A}> <{B}> <{A}> ."])
    assert len(_rows(store, f"SELECT ?o {{ <{A}> <{B}> ?o }}")) == 2


def test_virtuoso_lets_graph_range_over_everything(virtuoso: Running) -> None:
    _pushed(virtuoso, TREES)
    there = at(virtuoso, TREES)
    result = there.remote.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert isinstance(result, Rows)
    assert {row[0] for row in result.rows} == set(there.remote.names())
    raw = _raw(virtuoso, f"SELECT DISTINCT ?g FROM <{there.project.merged}> {{ GRAPH ?g {{ ?s ?p ?o }} }}")
    assert len(raw["results"]["bindings"]) > len(there.remote.names())


def test_virtuoso_sends_graphs_back_as_headers(virtuoso: Running) -> None:
    """One each, and http.client takes a hundred: so they stand in the query's text."""
    graphs = [("default-graph-uri", f"https://e.example/{number}") for number in range(120)]
    form = urllib.parse.urlencode([("query", "ASK { ?s ?p ?o }"), *graphs]).encode()
    with pytest.raises(HTTPException, match="got more than 100 headers"):
        urllib.request.urlopen(virtuoso.url, form)
    many = tuple(Iri(iri) for _, iri in graphs)
    assert _store(virtuoso).raw("ASK { ?s ?p ?o }", QueryDataset(many, many)) is False


def test_virtuoso_cuts_a_result_without_a_word(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    server = start("virtuoso-10-rows")
    query = "SELECT ?s { ?s ?p ?o }"
    assert len(_raw(server, query)["results"]["bindings"]) == 10
    with pytest.raises(StoreError, match="The server returns 10 rows at most"):
        _store(server).query(query)
    assert _store(server).query("ASK { ?s ?p ?o }") is True


def test_virtuoso_wants_an_end_of_a_path_bound(virtuoso: Running) -> None:
    with pytest.raises(StoreError, match="transitive start not given"):
        _store(virtuoso).query(f"SELECT ?s ?o {{ ?s <{A}>+ ?o }}")


def test_virtuoso_may_find_nothing_by_two_columns_of_values_beside_a_path(start: Start) -> None:
    """By the plan that it happens to choose: so no query of ours has such columns."""
    server = _pushed(start("virtuoso", "ours"), ROOT)
    sub, names = f"<{RDFS}subClassOf>", [f"<{SKOS}prefLabel>", f"<{RDFS}label>", f"<{SKOS}altLabel>"]
    pattern = f"?type {sub}* <https://schema.org/Country> . ?thing a ?type . ?thing ?kind ?name"
    query = f"SELECT ?name FROM <{at(server, ROOT).project.merged}> {{ VALUES %s {pattern} }}"
    one = len(_raw(server, query % f"?kind {{ {' '.join(names)} }}")["results"]["bindings"])
    two = f"(?kind ?rank) {{ {' '.join(f'({name} {rank})' for rank, name in enumerate(names))} }}"
    assert one > 5
    assert len(_raw(server, query % two)["results"]["bindings"]) <= one


def test_virtuoso_loses_a_value_that_exists_is_bound_by(start: Start) -> None:
    """So no query of ours binds EXISTS, and constraints are not narrowed there."""
    server = _pushed(start("virtuoso", "ours"), ROOT)
    own, label = "https://w3id.org/ogdkg/ns#", f"<{SKOS}prefLabel>"
    whole = "<https://w3id.org/ogdkg/id/initiative/wbgf>"
    pattern = (
        f"{whole} <{own}encompasses> {whole} ; <{own}offersService> ?service ; {label} ?wholeLabel . "
        f"?service {label} ?serviceLabel . "
        f"BIND(EXISTS {{ {whole} <{own}offersKeyService> ?service }} AS ?key) BIND({whole} AS ?whole)"
    )
    shown = "?whole ?wholeLabel ?service ?serviceLabel ?key"
    merged = at(server, ROOT).project.merged
    order = "ORDER BY ?wholeLabel DESC(?key) ?serviceLabel"
    query = f"SELECT DISTINCT {shown} FROM <{merged}> {{ {pattern} }} {order}"
    rows = _raw(server, query)["results"]["bindings"]
    assert len(rows) == 4 and {row["service"]["value"] for row in rows} == {"0"}


def test_virtuoso_keeps_one_of_several_values_that_are_equal(virtuoso: Running) -> None:
    store = _store(virtuoso)
    kinds = (("1", "integer"), ("1.0", "decimal"), ("1", "int"), ("true", "boolean"), ("1", "double"))
    lines = [f"<{A}> <{B}> {to_ntriples(typed(*kind))} ." for kind in kinds]
    store.put(A, lines)
    assert len(store.get(A)) == 1
    assert stored_lines(lines, store.server.comparable_literal) == stored_lines(
        store.get(A), store.server.comparable_literal
    )
    moments = (("2014-06-30", "date"), ("2014-06-30T00:00:00", "dateTime"))
    zoned = (("2014-06-30T10:00:00Z", "dateTime"), ("2014-06-30T12:00:00+02:00", "dateTime"))
    for pair in (moments, zoned):
        lines = [f"<{A}> <{B}> {to_ntriples(typed(*kind))} ." for kind in pair]
        store.put(A, lines)
        assert len(store.get(A)) == 1
        assert stored_lines(lines, store.server.comparable_literal) == stored_lines(
            store.get(A), store.server.comparable_literal
        )


def test_virtuoso_has_no_head(virtuoso: Running) -> None:
    """So whether a graph is there is asked by GET."""
    with pytest.raises(urllib.error.HTTPError, match=r"HTTP Error [45]"):
        address = virtuoso.url.replace("/sparql", "/sparql-graph-crud?graph-uri=x")
        urllib.request.urlopen(urllib.request.Request(address, method="HEAD"))
    assert _store(virtuoso).get(Iri("https://e.example/not-there")) == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (typed("01", "integer"), typed("1", "integer")),
        (typed("+5", "integer"), typed("5", "integer")),
        (typed("-0", "integer"), typed("0", "integer")),
        (typed("1.50", "decimal"), typed("1.5", "decimal")),
        (typed("1.0", "decimal"), typed("1", "decimal")),
        (typed("-0.0", "decimal"), typed("0", "decimal")),
        (typed(".5", "decimal"), typed("0.5", "decimal")),
        (typed("1e3", "double"), typed("1000.0", "double")),
        (typed("1000", "double"), typed("1000.0", "double")),
        (typed("INF", "double"), typed("INF", "double")),
        (typed("1", "boolean"), typed("true", "boolean")),
        (typed("2014-06-30T12:00:00.500Z", "dateTime"), typed("2014-06-30T12:00:00.5Z", "dateTime")),
        (typed("2014-06-30T12:00:00.000+00:00", "dateTime"), typed("2014-06-30T12:00:00Z", "dateTime")),
        (typed("2014-06-30T12:00:10", "dateTime"), typed("2014-06-30T12:00:10", "dateTime")),
        (typed("abc", "integer"), typed("abc", "integer")),
        (in_language("x", "pt-BR"), in_language("x", "pt-br")),
        (Literal("x"), Literal("x")),
    ],
)
def test_a_literal_has_one_spelling(written: Literal, kept: Literal) -> None:
    assert canonical(written) == kept
    assert canonical(kept) == kept
