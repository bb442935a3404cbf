"""SHACL paths lead where property paths of SPARQL lead, by another engine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, Store, parse

from ogdkg.validation.core.paths import Step, first_step, follow, path_at, sparql_path
from ogdkg.validation.core.shapes import Shapes, ShapesError

PREFIXES = "PREFIX ex: <http://e/> PREFIX sh: <http://www.w3.org/ns/shacl#> "
NODES, PREDICATES = ("a", "b", "c", "d"), ("p", "q")


def _twice(two: tuple[tuple[str, str], tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    (one, one_text), (other, other_text) = two
    return (
        (f"( {one} {other} )", f"({one_text}/{other_text})"),
        (f"[ sh:alternativePath ( {one} {other} ) ]", f"({one_text}|{other_text})"),
    )


def _around(inner: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    turtle, text = inner
    return (
        (f"[ sh:inversePath {turtle} ]", f"^({text})"),
        (f"[ sh:zeroOrMorePath {turtle} ]", f"({text})*"),
        (f"[ sh:oneOrMorePath {turtle} ]", f"({text})+"),
        (f"[ sh:zeroOrOnePath {turtle} ]", f"({text})?"),
    )


# A path in Turtle, and in SPARQL as section 5.1 of SHACL's appendix has it, which is not how ogdkg writes it.
PATHS = st.recursive(
    st.sampled_from([(f"ex:{name}", f"<http://e/{name}>") for name in PREDICATES]),
    lambda inner: st.one_of(
        inner.flatmap(lambda one: st.sampled_from(_around(one))),
        st.tuples(inner, inner).flatmap(lambda two: st.sampled_from(_twice(two))),
    ),
    max_leaves=6,
)
TRIPLES = st.lists(
    st.tuples(st.sampled_from(NODES), st.sampled_from(PREDICATES), st.sampled_from(NODES)),
    min_size=4,
    max_size=12,
)


@given(PATHS, TRIPLES)
def test_a_path_leads_where_it_does_in_sparql(
    path: tuple[str, str], triples: list[tuple[str, str, str]]
) -> None:
    store = Store()
    data = "".join(f"<http://e/{s}> <http://e/{p}> <http://e/{o}> .\n" for s, p, o in triples)
    store.load(data.encode(), RdfFormat.TURTLE)
    shapes = _shapes(path[0])
    read = path_at(shapes, _path(shapes))
    assert read is not None

    def step(predicate: NamedNode, node: NamedNode, back: bool) -> list[NamedNode]:
        if back:
            return [quad.subject for quad in store.quads_for_pattern(None, predicate, node, None)]
        return [quad.object for quad in store.quads_for_pattern(node, predicate, None, None)]

    for focus in {NamedNode(f"http://e/{name}") for triple in triples for name in triple[::2]}:
        expected = _asked(store, focus, path[1])
        assert set(follow(read, focus, step)) == expected
        assert _asked(store, focus, sparql_path(shapes, _path(shapes))) == expected


def _asked(store: Store, focus: NamedNode, path: str | None) -> set[object]:
    return {row["far"] for row in store.query(f"SELECT ?far {{ {focus} {path} ?far }}")}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("path", "name", "back"),
    [
        ("ex:p", "p", False),
        ("( ex:p [ sh:inversePath ex:q ] )", "p", False),
        ("[ sh:inversePath ( ex:p ex:q ) ]", "q", True),  # the last one, walked back
        ("[ sh:inversePath [ sh:zeroOrMorePath [ sh:alternativePath ( ex:p ex:q ) ] ] ]", "p", True),
        ("[ sh:inversePath [ sh:inversePath ex:p ] ]", "p", False),
    ],
)
def test_the_step_that_a_path_begins_with(path: str, name: str, back: bool) -> None:
    shapes = _shapes(path)
    read = path_at(shapes, _path(shapes))
    assert read and first_step(read) == Step(NamedNode(f"http://e/{name}"), back)


@pytest.mark.parametrize(
    "path",
    ["( )", "( ex:p )", "[ sh:alternativePath ( ex:p ) ]", "[ ]", "'p'", "[ sh:inversePath ( ex:p ) ]"],
)
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(ShapesError, match="A path is not well-formed"):
        _shapes(path).check()


def _shapes(path: str) -> Shapes:
    turtle = f"{PREFIXES} ex:S sh:path {path} ."
    return Shapes(quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE))


def _path(shapes: Shapes) -> object:
    return shapes.value(NamedNode("http://e/S"), NamedNode("http://www.w3.org/ns/shacl#path"))
