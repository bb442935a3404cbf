"""What an engine spells is read as the terms that it hands over one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.rdf.terms import XSD
from ogdkg.sandbox.child import can_fork
from ogdkg.store import spelled
from ogdkg.store.base import Result, Rows, Triples
from ogdkg.store.codec import rows_of, triple_of
from ogdkg.store.embedded import EmbeddedStore
from ogdkg.store.limit import run_with_timeout
from ogdkg.store.spelled import read_rows, read_triples, spell
from tests.conftest import examples

_TYPES = ("string", "boolean", "integer", "decimal", "double", "float", "date", "anyURI")
_NUMBERS = ("1", "01", "+1", "-0", "1.", ".5", "-1.50", "1e0", "1.E-3", "INF", "true", "TRUE", "0", "", "2.5")
_ODD = (
    '"',
    '\\"',
    "\\u0041",
    "\\\\t",
    "a\tb\nc\rd",
    "\0\7\b\f\x7f\x85\u2028",
    '" .\n<urn:a>',
    '"@en',
    '"^^<urn:t>',
)
_nodes = st.sampled_from(["urn:a", "https://example.org/é?x=(1,2)#'b'", "urn:😀"]).map(ox.NamedNode)
_blanks = st.sampled_from(["b", "b.1", "0-é"]).map(ox.BlankNode)
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(_ODD)
_directions = st.sampled_from([None, ox.BaseDirection.LTR, ox.BaseDirection.RTL])
_literals = st.builds(
    ox.Literal, _texts, language=st.sampled_from(["en", "pt-BR", "AR"]), direction=_directions
) | st.builds(
    ox.Literal,
    _texts | st.sampled_from(_NUMBERS),
    datatype=st.sampled_from([XSD + name for name in _TYPES]).map(ox.NamedNode),
)


def _statements(objects: st.SearchStrategy[Any]) -> st.SearchStrategy[ox.Triple]:
    return st.builds(ox.Triple, _nodes | _blanks, _nodes, objects)


_terms = st.recursive(_nodes | _blanks | _literals, _statements, max_leaves=4)


def _as_json(term: Any) -> dict[str, Any]:
    if isinstance(term, ox.Triple):
        parts = {name: _as_json(getattr(term, name)) for name in ("subject", "predicate", "object")}
        return {"type": "triple", "value": parts}
    if not isinstance(term, ox.Literal):
        return {"type": "bnode" if isinstance(term, ox.BlankNode) else "uri", "value": term.value}
    found = {"type": "literal", "value": term.value}
    if term.language is None:
        return found | {"datatype": term.datatype.value}
    direction = {"its:dir": str(term.direction)} if term.direction else {}
    return found | {"xml:lang": term.language} | direction


def _solutions(rows: list[tuple[Any, ...]], width: int) -> ox.QuerySolutions:
    """Rows as an answer of the engine, with each term as it is, which a store would rewrite."""
    names = [f"v{place}" for place in range(width)]
    bindings = [
        {name: _as_json(term) for name, term in zip(names, row, strict=True) if term is not None}
        for row in rows
    ]
    text = json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}})
    found = ox.parse_query_results(text, ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)
    return found


def _cut(data: bytes, size: int) -> Iterator[bytes]:
    """Data in parts that begin and end within lines, and within characters."""
    return (data[start : start + size] for start in range(0, len(data), size))


@examples(200)
@given(st.data(), st.integers(1, 3), st.integers(1, 40))
def test_rows_are_those_that_the_engine_hands_over(data: st.DataObject, width: int, size: int) -> None:
    rows = data.draw(st.lists(st.tuples(*[st.none() | _terms] * width), max_size=12))
    parts: list[bytes] = []
    spell(_solutions(rows, width), parts.append)
    found = list(read_rows(_cut(b"".join(parts), size), width))
    assert found == list(rows_of(_solutions(rows, width)))
    assert len(found) == len(rows)


@examples(200)
@given(st.lists(_statements(_terms), max_size=8), st.integers(1, 40))
def test_triples_are_those_that_the_engine_hands_over(triples: list[ox.Triple], size: int) -> None:
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert data is not None
    assert list(read_triples(_cut(data, size))) == list(map(triple_of, triples))


def _store(number: int) -> EmbeddedStore:
    store, p = ox.Store(), ox.NamedNode("urn:p")
    types = [ox.NamedNode(XSD + name) for name in _TYPES]
    subjects = [ox.NamedNode(f"urn:s{place}") for place in range(7)]
    values = [ox.Literal(str(place), datatype=types[place % len(types)]) for place in range(number)]
    store.extend(ox.Quad(subjects[place % 7], p, value) for place, value in enumerate(values))
    return EmbeddedStore(store)


def _all(result: Result) -> list[Any]:
    assert not isinstance(result, bool)
    return list(result.rows if isinstance(result, Rows) else result.triples)


@pytest.mark.skipif(not can_fork(), reason="there is no fork here")
@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s ?o ?none { ?s <urn:p> ?o }",
        "SELECT ?o { ?s ?p ?o } ORDER BY ?s LIMIT 0",
        "SELECT * { }",
        "SELECT * { <urn:s0> <urn:p> 0 }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "CONSTRUCT { ?o <urn:q> ?s . ?s <urn:q> ?o } WHERE { ?s <urn:p> ?o }",
        "DESCRIBE <urn:s1>",
        "DESCRIBE <urn:nobody>",
    ],
)
def test_an_answer_from_another_process_is_the_same(text: str) -> None:
    store = _store(3_000)
    found, alone = run_with_timeout(lambda: store.query(text), 60), store.query(text)
    assert type(found) is type(alone)
    if isinstance(found, Rows) and isinstance(alone, Rows):
        assert found.variables == alone.variables
    assert _all(found) == _all(alone)


@pytest.mark.skipif(not can_fork(), reason="there is no fork here")
@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o . ?t ?q ?x . ?u ?r ?y . ?v ?w ?z }",
        "CONSTRUCT { ?s ?p ?y } WHERE { ?s ?p ?o . ?t ?q ?x . ?u ?r ?y . ?v ?w ?z }",
    ],
)
def test_what_never_ends_is_read_as_it_comes(text: str) -> None:
    store = _store(3_000)  # 81 · 10¹² rows
    found = run_with_timeout(lambda: store.query(text), 60)
    rows = (
        found.rows if isinstance(found, Rows) else found.triples if isinstance(found, Triples) else iter(())
    )
    assert len(list(islice(rows, 1_000))) == 1_000


def test_few_terms_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spelled, "_MOST_KEPT", 3)
    store = _store(100)
    text = "SELECT * { ?s ?p ?o }"
    result = store.query(text)
    parts: list[bytes] = []
    assert isinstance(result, Rows)
    assert result.spell
    result.spell(parts.append)
    assert list(read_rows(parts, 3)) == _all(store.query(text))
