"""What two graphs do not share: nothing of blank nodes that say the same, little of those that almost do."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.diff.bnode_alignment import unmatched
from ogdkg.diff.bnode_hashing import NodeHashes
from ogdkg.rdf.terms import Blank, Iri, Quad
from ogdkg.store.codec import quad_of

EDGES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 5)), max_size=8)


def _hashes(turtle: str) -> NodeHashes:
    return NodeHashes(quad_of(quad) for quad in ox.parse(f"PREFIX : <urn:> {turtle}", ox.RdfFormat.TURTLE))


def _said(turtle: str, other: str) -> tuple[list[str], list[str]]:
    """By path and object what each has alone."""
    left, right = unmatched(_hashes(turtle), _hashes(other))

    def line(path: tuple[Iri, ...], quad: Quad) -> str:
        names = "/".join(iri.value.removeprefix("urn:") for iri in path)
        return f"{names} {getattr(quad.object, 'value', '[]')}"

    return sorted(line(s.path, s.quad) for s in left), sorted(line(s.path, s.quad) for s in right)


@pytest.mark.parametrize(
    ("one", "other", "lost", "won"),
    [
        (":s :p [ :q 1 ; :r 2 ] .", ":s :p [ :r 2 ; :q 1 ] .", [], []),
        (":s :p [ :q 1 ; :r 2 ] .", ":s :p [ :q 1 ; :r 3 ] .", ["p/r 2"], ["p/r 3"]),
        (":s :p [ :q 1 ; :k 1 ] , [ :q 2 ] .", ":s :p [ :q 2 ], [ :q 3 ; :k 1 ] .", ["p/q 1"], ["p/q 3"]),
        (":s :p [ :q [ :r 1 ; :k 1 ] ] .", ":s :p [ :q [ :r 2 ; :k 1 ] ] .", ["p/q/r 1"], ["p/q/r 2"]),
        (":s :p [ :q 1 ] .", ":s :p [ :r 2 ] .", ["p []"], ["p []"]),  # nothing shared: gone, and new
        (":s :p (1 2) .", ":s :p (2 1) .", ["p []"], ["p []"]),  # a list is a value
        (":s :p [], [] .", ":s :p [] .", ["p []"], []),  # one of two
        ("[ :q 1 ; :r 1 ] .", "[ :q 1 ; :r 2 ] .", ["r 1"], ["r 2"]),
        (":s :p 1 .", ":s :p 01 .", ["p 1"], ["p 01"]),
    ],
)
def test_differences_are_told_where_they_are(one: str, other: str, lost: list[str], won: list[str]) -> None:
    assert _said(one, other) == (lost, won)
    assert _said(other, one) == (won, lost)


@given(EDGES)
def test_a_graph_shares_all_with_itself_under_other_labels(edges: list[tuple[int, int, int]]) -> None:
    def graph(prefix: str) -> NodeHashes:
        def node(number: int) -> Blank | Iri:
            return Blank(f"{prefix}{number}") if number < 4 else Iri(f"urn:n{number}")

        return NodeHashes([Quad(node(s), Iri(f"urn:p{p}"), node(o), None) for s, p, o in set(edges)])

    assert unmatched(graph("a"), graph("b")) == ([], [])
