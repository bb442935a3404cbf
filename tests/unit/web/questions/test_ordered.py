"""What a question builds has one order, whichever an engine finds its statements in."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import examples

from ogdkg.rdf.terms import Blank, Iri, Term, Triple
from ogdkg.web.questions.ordered import in_one_order

P, Q = Iri("urn:p"), Iri("urn:q")
A, B = Iri("urn:a"), Iri("urn:b")
NODES: list[Term] = [A, B, *map(Blank, "xyz")]


def again(triples: list[Triple], seed: int) -> list[Triple]:
    """The same statements as another process finds them: in another order, its nodes named otherwise."""
    shuffled = random.Random(seed)
    labels = shuffled.sample(range(1000), 100)
    names: dict[Term, Blank] = {}

    def named(term: Term) -> Term:
        return names.setdefault(term, Blank(f"r{labels[len(names)]}")) if isinstance(term, Blank) else term

    found = [Triple(*map(named, each)) for each in triples]  # type: ignore[arg-type]  # each in its place
    shuffled.shuffle(found)
    return found


def triple(subject: Term, predicate: Iri, value: Term) -> Triple:
    return Triple(subject, predicate, value)  # type: ignore[arg-type]  # no literal


TREES = [
    [triple(A, P, Blank("x")), triple(A, P, Blank("y")), triple(Blank("x"), Q, A), triple(Blank("y"), Q, B)],
    [triple(A, P, Blank("x")), triple(B, P, Blank("y")), triple(Blank("x"), Q, A), triple(Blank("y"), Q, A)],
    [triple(Blank("z"), P, Blank("x")), triple(Blank("x"), Q, Blank("y")), triple(Blank("y"), Q, B)],
    [triple(A, P, Blank("x")), triple(Blank("x"), Q, Blank("x")), triple(B, P, Blank("y"))],
]


@pytest.mark.parametrize("triples", TREES)
def test_nodes_without_a_name_are_numbered_alike(triples: list[Triple]) -> None:
    (first, *others) = (in_one_order(again(triples, seed)) for seed in range(20))
    assert all(each == first for each in others)
    assert len(first) == len(triples)


@given(st.lists(st.builds(triple, st.sampled_from([A, B]), st.sampled_from([P, Q]), st.sampled_from([A, B]))))
@examples(100)
def test_each_statement_is_there_once(triples: list[Triple]) -> None:
    assert set(in_one_order(triples)) == set(triples)
    assert len(in_one_order(triples)) == len(set(triples))
