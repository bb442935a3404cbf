"""A store that copies its graphs late answers as one that copies them at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.project.project import Source
from ogdkg.rdf.terms import Iri, Literal, Quad, Triple
from ogdkg.store.base import Rows, Rule, Triples
from ogdkg.store.embedded import EmbeddedStore
from ogdkg.store.late_union import LateUnionStore

DERIVED = Iri("x:derived")
WITHOUT_COPIES = (
    "SELECT DISTINCT ?s ?o { ?s <x:p> ?o } ORDER BY ?s ?o",
    "SELECT (MIN(?o) AS ?least) ?g { GRAPH ?g { ?s ?p ?o } ?s <x:p> ?other } GROUP BY ?g ORDER BY ?g",
    "SELECT DISTINCT ?s { ?s ?p ?o MINUS { ?s <x:q> ?x } FILTER NOT EXISTS { ?o <x:p>+ ?s } } ORDER BY ?s",
    "CONSTRUCT { ?o <x:r> ?s } WHERE { ?s <x:p>/<x:q>? ?o OPTIONAL { ?s <x:r> ?n } }",
    "ASK { ?s <x:p> ?o . ?o <x:q> ?s }",
)
COUNTING = "SELECT (COUNT(*) AS ?n) { ?s <x:p> ?o }"
WITH_COPIES = (
    COUNTING,
    "SELECT ?s ?o { ?s ?p ?o }",
    "SELECT DISTINCT ?s { ?s <x:p> ?o }",
    "CONSTRUCT { ?s <x:r> ?o } WHERE { ?s <x:p> ?o } ORDER BY ?s ?o LIMIT 2",
)
ENDS = st.sampled_from("abcd")
STATEMENTS = st.lists(st.tuples(ENDS, st.sampled_from("pqr"), ENDS, st.sampled_from("123")), max_size=12)


def sources(folder: Path, *files: str) -> list[Source]:
    """Files that hold these texts: the first in TriG, with its own graphs, the others in Turtle."""
    paths = [folder / f"{number}.{'ttl' if number else 'trig'}" for number in range(len(files))]
    for path, text in zip(paths, files, strict=True):
        path.write_text(text, encoding="utf-8")
    return [
        Source(path, "layer", Iri(f"x:{path.stem}") if path.suffix == ".ttl" else None, f"f{path.stem}")
        for path in paths
    ]


FILES = (
    "<x:a> <x:p> <x:b> . GRAPH <x:g> { <x:a> <x:p> <x:b> , <x:c> . <x:b> <x:q> <x:a> }",
    "<x:a> <x:p> <x:b> ; <x:q> 1 . [] <x:p> <x:a> .",
    "<x:a> <x:p> <x:b> . <x:c> <x:p> <x:a> , 01 .",
)


def told(store: EmbeddedStore, query: str) -> Any:
    """The answer to a query, in an order of its own."""
    found = store.query(query)
    if isinstance(found, Rows):
        return sorted(map(repr, found.rows))
    return sorted({repr(each) for each in found.triples}) if isinstance(found, Triples) else found


@pytest.fixture
def stores(tmp_path: Path) -> tuple[EmbeddedStore, LateUnionStore]:
    at_once, late = EmbeddedStore(), LateUnionStore()
    first, *others = sources(tmp_path, *FILES)
    for store in (at_once, late):
        store.load(others)
        rule = Rule("rule", "CONSTRUCT { ?o <x:r> ?s } WHERE { ?s <x:p> ?o }", Path("rule.rq"))
        store.derive([[[[rule]]]], DERIVED)
        store.load([first])
    return at_once, late


@pytest.mark.parametrize("query", [*WITHOUT_COPIES, *WITH_COPIES])
def test_an_answer_is_the_same_when_graphs_are_copied_late(
    stores: tuple[EmbeddedStore, LateUnionStore], query: str
) -> None:
    at_once, late = stores
    assert told(late, query) == told(at_once, query)


def test_only_a_query_that_counts_has_graphs_copied(stores: tuple[EmbeddedStore, LateUnionStore]) -> None:
    at_once, late = stores
    for query in WITHOUT_COPIES:
        told(late, query)
    assert len(late._graphs) < at_once.size
    told(late, COUNTING)
    assert len(late._graphs) == at_once.size


def test_what_rules_derive_is_the_same(stores: tuple[EmbeddedStore, LateUnionStore]) -> None:
    at_once, late = stores
    assert sorted(map(repr, late.quads(DERIVED))) == sorted(map(repr, at_once.quads(DERIVED))) != []
    assert late.has_unnamed == at_once.has_unnamed is True
    assert sorted(map(repr, late.quads())) == sorted(map(repr, at_once.quads()))
    assert sorted(map(repr, late.merged_triples())) == sorted(map(repr, at_once.merged_triples()))


def test_rules_that_are_run_anew_replace_what_they_derived(
    stores: tuple[EmbeddedStore, LateUnionStore],
) -> None:
    rule = Rule("rule", "CONSTRUCT { ?s <x:made> 1 } WHERE { ?s <x:q> ?o }", Path("rule.rq"))
    for store in stores:
        store.derive([[[[rule]]]], DERIVED)
    at_once, late = stores
    assert sorted(map(repr, late.quads(DERIVED))) == sorted(map(repr, at_once.quads(DERIVED))) != []


def test_what_is_put_by_hand_is_in_the_union(stores: tuple[EmbeddedStore, LateUnionStore]) -> None:
    triple = Triple(Iri("x:new"), Iri("x:p"), Literal("1"))
    for store in stores:
        store.put_all([triple], Iri("x:own"))
        store.add(triple, [Iri("x:other")])
        assert Quad(*triple, Iri("x:own")) in [*store.quads(Iri("x:own"))]
        assert told(store, "SELECT (COUNT(*) AS ?n) { <x:new> ?p ?o }") == told(
            stores[0], "SELECT (COUNT(*) AS ?n) { <x:new> ?p ?o }"
        )


@given(STATEMENTS, st.sampled_from(WITHOUT_COPIES))
def test_answers_to_random_graphs_are_the_same(
    statements: list[tuple[str, str, str, str]], query: str
) -> None:
    at_once, late = EmbeddedStore(), LateUnionStore()
    for store in (at_once, late):
        store.engine.extend(
            ox.Quad(*(ox.NamedNode(f"x:{part}") for part in statement)) for statement in statements
        )
    late._copy(None)
    at_once._copy(None)
    assert told(late, query) == told(at_once, query)
