"""SPARQL 1.1 Update on a live store, by https://www.w3.org/TR/sparql11-update/."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.errors import InputError, LimitError
from ogdkg.rdf.terms import Iri
from ogdkg.store.base import QueryDataset
from ogdkg.store.live import LiveStore
from ogdkg.store.update import update

START = """
<urn:a> <urn:p> 1 . <urn:a> <urn:p> 2 .
<urn:g> { <urn:a> <urn:p> 1 . <urn:b> <urn:p> 3 . }
<urn:h> { <urn:a> <urn:p> 1 . <urn:c> <urn:p> _:x . }
"""


def _filled(trig: str = START) -> LiveStore:
    store = LiveStore()
    store.fill(ox.parse(trig, ox.RdfFormat.TRIG))
    return store


def _is(store: LiveStore, trig: str) -> bool:
    """Whether a store holds just this, and its default graph the union of it."""
    found, expected = ox.Dataset(store.raw()), ox.Dataset(ox.parse(trig, ox.RdfFormat.TRIG))
    union = {(quad.subject, quad.predicate, quad.object) for quad in store.raw()}
    merged = store.engine.quads_for_pattern(None, None, None, ox.DefaultGraph())
    assert {(quad.subject, quad.predicate, quad.object) for quad in merged} == union
    for each in (found, expected):
        each.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found == expected


REST = "<urn:h> { <urn:a> <urn:p> 1 . <urn:c> <urn:p> _:x . }"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("INSERT DATA { <urn:n> <urn:p> _:y; <urn:q> [] }", START + "<urn:n> <urn:p> [] ; <urn:q> [] ."),
        ("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 2 } }", START + "<urn:g> { <urn:a> <urn:p> 2 }"),
        ("DELETE DATA { <urn:a> <urn:p> 1 }", START.replace("<urn:a> <urn:p> 1 . ", "", 1)),
        ("DELETE DATA { <urn:b> <urn:p> 3 }", START),  # not in the unnamed graph
        (
            "DELETE DATA { GRAPH <urn:g> { <urn:a> <urn:p> 1 . <urn:b> <urn:p> 3 } }",
            "<urn:a> <urn:p> 1, 2 . " + REST,
        ),
        ("CLEAR GRAPH <urn:g>", "<urn:a> <urn:p> 1, 2 . " + REST),
        ("DROP DEFAULT", START[START.index("<urn:g>") :]),
        ("CLEAR NAMED", "<urn:a> <urn:p> 1, 2 ."),
        ("DROP SILENT GRAPH <urn:none>", START),
        ("CREATE GRAPH <urn:new>", START),
        ("CLEAR ALL", ""),
        (
            "COPY <urn:g> TO <urn:h>",
            START[: START.index("<urn:h>")] + "<urn:h> { <urn:a> <urn:p> 1 . <urn:b> <urn:p> 3 }",
        ),
        ("ADD <urn:g> TO DEFAULT", START + "<urn:b> <urn:p> 3 ."),
        ("COPY <urn:g> TO <urn:g>", START),
        ("MOVE SILENT <urn:none> TO <urn:g>", START),
        ("MOVE GRAPH <urn:g> TO DEFAULT", "<urn:a> <urn:p> 1 . <urn:b> <urn:p> 3 . " + REST),
        # The default graph of a WHERE is the union of all; that of a template is the unnamed graph alone.
        ("DELETE WHERE { <urn:b> <urn:p> ?o }", START),
        ("DELETE WHERE { GRAPH ?g { ?s <urn:p> 3 } }", START.replace("<urn:b> <urn:p> 3 .", "")),
        ("INSERT { ?s <urn:q> true } WHERE { ?s <urn:p> 3 }", START + "<urn:b> <urn:q> true ."),
        (
            "WITH <urn:g> DELETE { ?s ?p ?o } INSERT { ?s <urn:q> ?o } WHERE { ?s ?p ?o }",
            "<urn:a> <urn:p> 1, 2 . <urn:g> { <urn:a> <urn:q> 1 . <urn:b> <urn:q> 3 } " + REST,
        ),
        (
            "INSERT { GRAPH ?g { ?s <urn:n> ?n } } USING <urn:g> USING NAMED <urn:h> "
            "WHERE { { ?s ?p ?n BIND(<urn:x> AS ?g) } UNION { GRAPH ?g { ?s ?p ?no } } }",
            START + "<urn:x> { <urn:a> <urn:n> 1 . <urn:b> <urn:n> 3 }",  # what is unbound is left out
        ),
        # Two graphs merge: a triple in both is one (section 4.1.1 and SPARQL 1.1 Query, 13.2).
        (
            "INSERT { <urn:n> <urn:is> ?n } USING <urn:g> USING <urn:h> "
            "WHERE { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } }",
            START + "<urn:n> <urn:is> 3 .",
        ),
        ("INSERT { ?s <urn:q> [ <urn:v> ?o ] } WHERE { ?s ?p ?o FILTER(?o < 3) }",
         START + "<urn:a> <urn:q> [ <urn:v> 1 ], [ <urn:v> 2 ] ."),
        ("INSERT { 1 <urn:q> ?s . ?o <urn:q> ?s } WHERE { ?s <urn:p> ?o FILTER(ISNUMERIC(?o)) }", START),
        ("INSERT { <urn:one> <urn:q> 1 } WHERE {}", START + "<urn:one> <urn:q> 1 ."),
        (
            "PREFIX e: <urn:> INSERT DATA { e:z e:p 1 } ; PREFIX f: <urn:> # a; comment\n"
            "DELETE { ?s ?p ?o } INSERT { ?s f:q ';' } WHERE { ?s ?p ?o FILTER(?s = e:z) } ;",
            START + "<urn:z> <urn:q> ';' .",
        ),
        ("", START),
        (
            "INSERT DATA { <rel> <urn:p> <#x> }",
            START + "<http://b.example/rel> <urn:p> <http://b.example/sparql#x> .",
        ),
        ("INSERT DATA { known:x <urn:p> 1 }", START + "<urn:known:x> <urn:p> 1 ."),
    ],
)  # fmt: skip
def test_an_update_does_what_the_specification_says(text: str, after: str) -> None:
    store = _filled()
    update(store, text, base="http://b.example/sparql", prefixes={"known": "urn:known:"})
    assert _is(store, after)


def test_a_request_chooses_the_graphs_of_where() -> None:
    store = _filled()
    using = QueryDataset((Iri("urn:g"),), (Iri("urn:h"),))
    update(
        store, "INSERT { ?s <urn:in> ?g } WHERE { ?s <urn:p> ?o OPTIONAL { GRAPH ?g { ?s ?q ?o } } }", using
    )
    assert _is(store, START + "<urn:a> <urn:in> <urn:h> .")


@pytest.mark.parametrize(
    "text",
    [
        "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "INSERT DATA {} ; INSERT { ?s ?p ?o } USING NAMED <urn:g> WHERE { ?s ?p ?o }",
    ],
)
def test_graphs_are_named_in_the_request_or_in_the_update(text: str) -> None:
    with pytest.raises(InputError, match="may not use"):
        update(_filled(), text, QueryDataset((Iri("urn:g"),)))


@pytest.mark.parametrize(
    "text",
    [
        "CLEAR XYZ",
        "SELECT * { ?s ?p ?o }",
        "INSERT DATA { ?s ?p ?o }",
        "DELETE DATA { _:x <urn:p> 1 }",
        "COPY <urn:none> TO <urn:g>",
        "LOAD <http://127.0.0.1:9/>",
        "LOAD SILENT <file:///etc/passwd> INTO GRAPH <urn:g>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "INSERT DATA { <urn:a> <urn:b> 1 } ; DELETE",
        "INSERT { <urn:a> <urn:b> ?x } WHERE { BIND(<urn:no>(1) AS ?x) }",
    ],
)
def test_what_is_no_update_changes_nothing(text: str) -> None:
    store = _filled()
    with pytest.raises(InputError):
        update(store, text)
    assert not store.changes


@pytest.mark.parametrize("sign", ["{}", "()", "[]"])
def test_an_update_that_is_too_deep_is_refused(sign: str) -> None:
    with pytest.raises(LimitError):
        update(_filled(), "INSERT { ?s ?p ?o } WHERE { " + sign[0] * 5_000 + sign[1] * 5_000 + " }")


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from("ab"), st.sampled_from([None, "g", "h"])), max_size=12)
)
def test_the_union_holds_what_any_graph_holds(steps: list[tuple[bool, str, str | None]]) -> None:
    store, expected = LiveStore(), set()
    for is_new, name, graph in steps:
        node = ox.NamedNode(f"urn:{name}")
        quad = ox.Quad(node, node, node, ox.NamedNode(f"urn:{graph}") if graph else ox.DefaultGraph())
        (store.insert if is_new else store.discard)(quad)
        (expected.add if is_new else expected.discard)(quad)
    assert set(store.raw()) == expected
    assert {quad.subject for quad in store.engine if quad.graph_name == ox.DefaultGraph()} == {
        quad.subject for quad in expected
    }


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("INSERT DATA {\n <urn:a> <urn:b> }", (2, 18)),
        ("PREFIX e: <urn:>\nINSERT DATA {} ;\nPREFIX f: <urn:> INSERT DATA { f:a f:b }", (3, 40)),
        ("CLEAR XYZ", (1, 10)),
    ],
)
def test_an_error_has_its_place(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(InputError) as raised:
        update(_filled(), text)
    assert raised.value.place and (raised.value.place.line, raised.value.place.column) == place
