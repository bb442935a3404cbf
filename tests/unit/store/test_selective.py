"""A store that is filled as far as it is asked answers like one that holds all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.errors import InputError
from ogdkg.graph.graph import Graph
from ogdkg.project.project import read_project
from ogdkg.rdf.terms import RDF, Blank, Iri
from ogdkg.store.base import Rows
from ogdkg.store.codec import term_of
from ogdkg.store.embedded import EmbeddedStore
from ogdkg.store.selective import AskedStore, SelectiveStore, packed
from tests.conftest import ROOT, examples

_TERMS = [ox.NamedNode(f"urn:{name}") for name in "abc"] + [
    ox.BlankNode("n1"),
    ox.Literal("x\ny\n\n"),
    ox.Literal("1", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
    ox.Literal("é", language="fr"),
]
_GRAPHS = [ox.DefaultGraph(), ox.NamedNode("urn:g"), ox.NamedNode("urn:h")]
_PATTERNS = (
    "?s <urn:p> ?o",
    "?s <urn:p> ?o . ?o <urn:q> ?x",
    "?s <urn:p>* ?o",
    "?s <urn:p>/^<urn:q> ?o",
    "<urn:a> <urn:p>* ?o",
    "?s ?p ?o",
    "?s !<urn:p> ?o",
    "GRAPH ?g { ?s <urn:q> ?o }",
    "GRAPH ?g { }",
    "GRAPH ?g { { ?s <urn:q> ?o } }",
    "GRAPH ?g { { ?s <urn:q> ?o } UNION { } }",
    "GRAPH ?g { OPTIONAL { ?s <urn:q> ?o } }",
    "GRAPH ?g { FILTER NOT EXISTS { ?s <urn:q> ?o } }",
    "GRAPH <urn:g> { }",
    "?s <urn:p> ?o FILTER NOT EXISTS { GRAPH ?g { ?s <urn:q> ?y } }",
    "?s <urn:p> ?o OPTIONAL { ?s <urn:q> ?y } MINUS { ?s <urn:r> ?y }",
    "VALUES ?p { <urn:p> <urn:r> } ?s ?p ?o",
    "?s a <urn:a>",
    "?s a <urn:b> . GRAPH ?g { ?s a <urn:a> }",
    "?s a ?c",
    "GRAPH ?g { ?s a ?c }",
    "?s <urn:p> ?o . GRAPH <urn:g> { ?s <urn:q> ?o }",
    "BIND(EXISTS { GRAPH ?g { } } AS ?some)",
)


@st.composite
def _quads(draw: st.DrawFn) -> list[ox.Quad]:
    subjects = st.sampled_from([term for term in _TERMS if not isinstance(term, ox.Literal)])
    properties = st.sampled_from([ox.NamedNode(iri) for iri in ("urn:p", "urn:q", "urn:r", RDF + "type")])
    return draw(
        st.lists(
            st.builds(ox.Quad, subjects, properties, st.sampled_from(_TERMS), st.sampled_from(_GRAPHS)),
            max_size=12,
        )
    )


_PARTS = st.sampled_from(
    (
        "?s <urn:p> ?o .",
        "?o ?p ?x .",
        "?s ?p ?o .",
        "?x <urn:q> ?s .",
        "VALUES ?p { <urn:p> <urn:r> }",
        "FILTER(?p IN (<urn:q>, <urn:r>))",
        "BIND(EXISTS { ?s ?p ?o } AS ?some)",
    )
)
_GROUPS = st.recursive(
    st.lists(_PARTS, min_size=1, max_size=3).map(" ".join),
    lambda inner: st.lists(
        st.one_of(
            _PARTS,
            st.builds("{{ {} }}".format, inner),
            st.builds("{{ {} }} UNION {{ {} }}".format, inner, inner),
            st.builds("OPTIONAL {{ {} }}".format, inner),
            st.builds("MINUS {{ {} }}".format, inner),
            st.builds("FILTER EXISTS {{ {} }}".format, inner),
            st.builds("FILTER NOT EXISTS {{ {} }}".format, inner),
            st.builds("GRAPH ?g {{ {} }}".format, inner),
        ),
        min_size=1,
        max_size=3,
    ).map(" ".join),
    max_leaves=5,
)
_ENDS = ("", "VALUES ?p { <urn:p> }", "ORDER BY EXISTS { ?s ?p ?o } ?s")


def _rows(store: EmbeddedStore, text: str, prefixes: Mapping[str, str] | None = None) -> list[object]:
    result = store.query(text, prefixes=prefixes)
    assert isinstance(result, Rows)
    return [tuple(row) for row in result.rows]


@given(_quads(), st.lists(st.sampled_from(_PATTERNS), min_size=1, max_size=3))
def test_each_question_finds_the_same(quads: list[ox.Quad], patterns: list[str]) -> None:
    whole = _whole(quads)
    selective = SelectiveStore(packed(whole))
    for pattern in patterns:
        text = f"SELECT * {{ {pattern} }}"
        if store := selective.filled_for(text, {}):
            assert sorted(map(repr, _rows(store, text))) == sorted(map(repr, _rows(whole, text)))


_LISTED = "VALUES ?p { <urn:r> }"
_UNBOUND_THEN = (
    f"SELECT * {{ {_LISTED} {{ ?s <urn:p> ?x FILTER NOT EXISTS {{ ?x ?p ?z }} }} }}",
    f"SELECT * {{ {_LISTED} {{ ?s <urn:p> ?x FILTER EXISTS {{ ?x ?p ?z }} }} }}",
    f"SELECT * {{ {_LISTED} {{ ?s <urn:p> ?x OPTIONAL {{ ?x ?p ?z }} }} }}",
    f"SELECT * {{ {_LISTED} {{ ?s <urn:p> ?x BIND(EXISTS {{ ?x ?p ?z }} AS ?is) }} }}",
    f"SELECT * {{ {_LISTED} OPTIONAL {{ ?s <urn:p> ?x OPTIONAL {{ ?x ?p ?z }} }} }}",
    f"SELECT * {{ ?s <urn:p> ?x OPTIONAL {{ ?x ?p ?z }} {_LISTED} }}",
    f"SELECT * {{ ?s <urn:p> ?x BIND(EXISTS {{ ?x ?p ?z }} AS ?is) {_LISTED} }}",
    f"SELECT * {{ ?s <urn:p> ?x OPTIONAL {{ ?x ?p ?z }} }} {_LISTED}",
    f"SELECT * {{ ?s <urn:p> ?x FILTER NOT EXISTS {{ ?x ?p ?z }} }} {_LISTED}",
    "SELECT * { ?p <urn:q> ?o FILTER(?p IN (<urn:x>)) { ?s <urn:p> ?x FILTER NOT EXISTS { ?x ?p ?z } } }",
    "SELECT ?s (EXISTS { ?x ?p ?z } AS ?is) { ?s <urn:p> ?x }",
    "SELECT ?x { ?s <urn:p> ?x } GROUP BY ?x HAVING(EXISTS { ?x ?p ?z })",
    "SELECT ?s { ?s <urn:p> ?x } ORDER BY EXISTS { ?x ?p ?z } ?s LIMIT 1",
    "SELECT * { { SELECT ?s (EXISTS { ?x ?p ?z } AS ?is) { ?s <urn:p> ?x } } }",
    "SELECT * { { SELECT ?x { ?s <urn:p> ?x } GROUP BY ?x HAVING(EXISTS { ?x ?p ?z }) } }",
)


@pytest.mark.parametrize("text", _UNBOUND_THEN)
def test_what_is_bound_later_says_nothing_of_what_is_optional_or_missing(text: str) -> None:
    """SPARQL 1.1, 18.2.2: groups are told from the inside."""
    graph = """<urn:s> <urn:p> <urn:x> . <urn:x> <urn:q> <urn:z> . <urn:a> <urn:p> <urn:b> ."""
    whole = _whole([ox.Quad(*triple) for triple in ox.parse(graph, ox.RdfFormat.TURTLE)])
    store = SelectiveStore(packed(whole)).filled_for(text, {})
    assert store is None or _rows(store, text) == _rows(whole, text)


@examples(400)
@given(_quads(), _GROUPS, st.sampled_from(_ENDS))
def test_so_does_each_group_of_groups(quads: list[ox.Quad], group: str, end: str) -> None:
    """Where a variable for properties is bound elsewhere, later, or not by then."""
    whole = _whole(quads)
    text = f"SELECT ?s ?p ?o ?x WHERE {{ {group} }} {end}"
    try:
        expected = _rows(whole, text)
    except InputError:  # such as a name that BIND gives twice
        return
    if store := SelectiveStore(packed(whole)).filled_for(text, {}):
        assert Counter(map(str, _rows(store, text))) == Counter(map(str, expected)), text


def _whole(quads: list[ox.Quad]) -> EmbeddedStore:
    engine = ox.Store()
    engine.bulk_extend(quads)
    engine.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    return EmbeddedStore(engine)


@given(_quads())
def test_the_statements_around_a_node_are_the_same(quads: list[ox.Quad]) -> None:
    """In the same order; and for a triple the same graphs, blank ones and the unnamed one too."""
    whole = _whole([*quads, *(ox.Quad(*quad.triple, ox.BlankNode("g")) for quad in quads[:1])])
    selective = SelectiveStore(packed(whole))
    asked = AskedStore(lambda text: whole, selective, lambda: whole, lambda key, make: make())
    for node in map(term_of, _TERMS[:4]):
        assert isinstance(node, Iri | Blank)
        assert selective.about(node) == list(whole.matching(node))
        assert selective.links(node) == list(whole.matching(obj=node))
        for property in (Iri("urn:p"), Iri(RDF + "type")):
            assert list(asked.matching(node, property)) == list(whole.matching(node, property))
    for triple in {quad.triple for quad in whole.quads()}:
        assert asked.graphs(triple) == whole.graphs(triple)


def test_classes_come_in_the_order_of_all_where_all_are_asked_for() -> None:
    whole = _whole([ox.Quad(_TERMS[n % 3], ox.NamedNode(RDF + "type"), _TERMS[-n % 3]) for n in range(9)])
    selective = SelectiveStore(packed(whole))
    for pattern in ("?s a <urn:b>", "?s a <urn:a>", "?s a ?c", "?s a <urn:c>"):
        store = selective.filled_for(text := f"SELECT * {{ {pattern} }}", {})
        assert store
        assert _rows(store, text) == _rows(whole, text)


def test_a_question_fills_no_more_than_it_looks_at() -> None:
    whole = EmbeddedStore()
    whole.engine.bulk_extend(ox.Quad(ox.BlankNode("b"), ox.NamedNode(f"urn:{p}"), _TERMS[0]) for p in "pqr")
    selective = SelectiveStore(packed(whole))
    for pattern, properties in [("?s <urn:p> ?o", "p"), ("?s <urn:p>|x:q ?o", "pq")]:
        store = selective.filled_for(f"SELECT * {{ {pattern} }}", {"x": "urn:"})
        assert store and {quad.predicate.value[4:] for quad in store.engine} == set(properties)
    assert {quad.subject for quad in store.engine} == {ox.BlankNode("b")}
    for pattern in ("?s ?p ?o", "GRAPH ?g {}", "GRAPH ?g {{ ?s <urn:q> ?o } UNION {}}", "?s !<urn:p> ?o"):
        assert selective.filled_for(f"SELECT * {{ {pattern} }}", {}) is None
    assert selective.filled_for("DESCRIBE <urn:a>", {}) is None


def test_the_rows_of_stored_queries_come_in_the_same_order() -> None:
    graph = Graph(read_project(ROOT))
    whole = graph.writable_store
    assert isinstance(whole, EmbeddedStore)
    selective, compared = SelectiveStore(packed(whole)), 0
    for query in graph.catalogue:
        if query.form == "SELECT" and "NOW()" not in query.text:
            prefixes = graph.project.prefixes
            if store := selective.filled_for(query.text, prefixes):
                assert _rows(store, query.text, prefixes) == _rows(whole, query.text, prefixes), query.name
                compared += 1
    assert compared > 50


def test_what_is_not_whole_is_refused() -> None:
    for data in (b"", b"urn:p\n\n", b"urn:p 3\n\nabcd", b"urn:p -1\n\n", b"urn:p 1\nurn:q -1\n\n"):
        with pytest.raises(InputError):
            SelectiveStore(data)
    assert SelectiveStore(packed(EmbeddedStore()))
