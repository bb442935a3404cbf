"""The store in which queries look at columns."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple
from tests.conftest import examples

from ogdkg.rdf.terms import RDF
from ogdkg.validation.data.columns import ColumnGraph

QUERIES = [
    "?s e:p ?o",
    "?s a e:C ; e:p ?o",
    "?s a ?class",
    "?s e:p ?o . ?o ?q ?x",
    "?s e:p ?o . ?x ?q ?o",
    "?s e:p ?o . ?s ?q ?x",
    "?s a e:C ; ?q ?x",
    "?s a ?class ; ?q ?x",
    "?s e:p ?o FILTER NOT EXISTS { ?o ?q ?s }",
    "?s e:p ?o FILTER NOT EXISTS { ?x ?q ?s }",
    "?s e:p ?o { ?o ?q ?x } UNION { ?o e:r ?x OPTIONAL { ?x ?z ?y } }",
    "?s e:r ?o OPTIONAL { ?o e:p ?y . ?y ?q ?z }",
    "?s e:p ?o MINUS { ?s e:r ?o . ?o ?q ?x }",
    "?s e:p ?o . ?o ?q ?x . ?x ?z ?y",
    "?s e:p ?o . ?c e:r* ?o . ?s ?c ?x",
    "?s e:absent ?o . ?o ?q ?x",
]
NODES = [*(NamedNode(f"http://e/{name}") for name in "abcpr"), BlankNode("x")]
OTHER = NamedNode("http://e/datatype")
TRIPLES = st.builds(
    Triple,
    st.sampled_from(NODES),
    st.sampled_from([*map(NamedNode, ("http://e/p", "http://e/q", "http://e/r", RDF + "type"))]),
    st.sampled_from([*NODES, NamedNode("http://e/C"), Literal("1"), Literal("01", datatype=OTHER)]),
)


def test_nodes_without_names_keep_their_labels() -> None:
    """By which a verdict of the store is of a node in the columns."""
    graph = ColumnGraph()
    graph.add([Triple(BlankNode("x"), NamedNode("http://e/p"), Literal("1"))])
    assert [quad.subject for quad in graph._store_for(_query("?s e:p ?o"))] == [BlankNode("x")]


def _rows(store: Store, where: str) -> Counter[tuple[str, ...]]:
    found = store.query(_query(where))
    assert isinstance(found, QuerySolutions)
    return Counter(tuple(map(str, row)) for row in found)


def _query(where: str) -> str:
    return f"PREFIX e: <http://e/> SELECT * {{ {where} }}"


@given(st.lists(TRIPLES, max_size=20), st.lists(st.sampled_from(QUERIES), min_size=1, max_size=3))
@examples(150)
def test_a_query_finds_what_it_finds_in_the_whole(triples: list[Triple], queries: list[str]) -> None:
    """Whatever was asked before."""
    asked, whole = ColumnGraph(), ColumnGraph()
    asked.add(triples)
    whole.add(triples)
    for where in queries:
        assert _rows(asked._store_for(_query(where)), where) == _rows(whole.store, where)


@pytest.mark.parametrize("where", [each for each in QUERIES if "?z" not in each])
def test_a_query_is_given_no_more_than_it_may_look_at(where: str) -> None:
    """Two thousand statements that are joined with none are left out."""
    graph, far = ColumnGraph(), NamedNode("http://e/far")
    graph.add(
        Triple(NamedNode(f"http://e/x{number % 50}"), far, Literal(f"{number}")) for number in range(2000)
    )
    assert len(graph._store_for(_query(where))) == 0
    assert len(graph.store) == 2000
