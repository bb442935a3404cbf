"""Blank nodes have one digest where they say the same, whatever their labels and their order."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.diff.bnode_hashing import NodeHashes
from ogdkg.rdf.terms import Blank, Iri, Namespaces, Quad
from ogdkg.store.codec import quad_of

EDGES = st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=9)


def _hashes(turtle: str) -> NodeHashes:
    found = ox.parse(turtle, ox.RdfFormat.TURTLE, without_named_graphs=True)
    return NodeHashes(quad_of(quad) for quad in found)


def _objects(turtle: str) -> list[str]:
    """The keys of what `<urn:s> <urn:p>` names, in order of the objects of <urn:q>."""
    hashes = _hashes(turtle)
    return [hashes.key(quad.object) for quad in hashes.outgoing[Iri("urn:s")]]


@given(EDGES, st.randoms(use_true_random=False))
def test_labels_and_order_do_not_count(edges: list[tuple[int, int, int]], chance: random.Random) -> None:
    labels = [f"n{number}" for number in range(5)]
    chance.shuffle(labels)

    def quads(names: list[str]) -> list[Quad]:
        return [Quad(Blank(names[s]), Iri(f"urn:p{p}"), Blank(names[o]), None) for s, p, o in edges]

    one, other = quads([f"m{number}" for number in range(5)]), quads(labels)
    chance.shuffle(other)
    first, second = NodeHashes(one), NodeHashes(other)
    for number in range(5):
        assert first.key(Blank(f"m{number}")) == second.key(Blank(labels[number]))
    assert len(first.roots()) == len(second.roots())


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("[ <urn:q> 1 ; <urn:r> 2 ]", "[ <urn:r> 2 ; <urn:q> 1 ]", True),
        ("[ <urn:q> 1 ]", "[ <urn:q> 01 ]", False),  # two terms
        ("[ <urn:q> [ <urn:q> 1 ] ]", "[ <urn:q> [ <urn:q> 2 ] ]", False),
        ("( 1 2 )", "( 2 1 )", False),
        ("[]", "[]", True),
    ],
)
def test_what_is_said_counts_to_the_end(one: str, other: str, are_same: bool) -> None:
    keys = [_objects(f"<urn:s> <urn:p> {text} .") for text in (one, other)]
    assert (keys[0] == keys[1]) is are_same


@pytest.mark.parametrize(
    ("turtle", "expected"),
    [
        ("[ <urn:q> 1 ; <urn:r> <http://e/x> ]", "[ <urn:q> 1 ; <urn:r> e:x ]"),
        ("( 1 [] )", "( 1 [] )"),
        ("[ <urn:q> [ <urn:q> [ <urn:q> [ <urn:q> 1 ] ] ] ]", "[ <urn:q> [ <urn:q> [ <urn:q> [ … ] ] ] ]"),
        (f"( {'1 ' * 30})", f"( {'1 ' * 20}… )"),
        ('"a"^^<http://e/t>', '"a"^^e:t'),
    ],
)
def test_a_node_is_shown_by_what_it_says(turtle: str, expected: str) -> None:
    hashes = _hashes(f"<urn:s> <urn:p> {turtle} .")
    [quad] = hashes.outgoing[Iri("urn:s")]
    assert hashes.text(quad.object, Namespaces({"e": "http://e/"})) == expected
