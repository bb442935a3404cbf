"""Lists, also such as go wrong, have an end."""

from __future__ import annotations

import pytest

from ogdkg.rdf.lists import FIRST, NIL, REST, members
from ogdkg.rdf.terms import Blank, Iri, Literal, Term

A, B, C = (Blank(name) for name in "abc")
ONE, TWO = Literal("1"), Iri("https://e.example/2")
CASES: dict[str, tuple[dict[tuple[Term, str], list[Term]], list[Term]]] = {
    "two members": ({(A, FIRST): [ONE], (A, REST): [B], (B, FIRST): [TWO], (B, REST): [NIL]}, [ONE, TWO]),
    "a member twice": ({(A, FIRST): [ONE], (A, REST): [B], (B, FIRST): [ONE], (B, REST): [NIL]}, [ONE, ONE]),
    "no end": ({(A, FIRST): [ONE], (A, REST): [B], (B, FIRST): [TWO]}, [ONE, TWO]),
    "a circle": ({(A, FIRST): [ONE], (A, REST): [B], (B, FIRST): [TWO], (B, REST): [A]}, [ONE, TWO]),
    "a part without a member": ({(A, REST): [B], (B, FIRST): [TWO], (B, REST): [NIL]}, [TWO]),
    "a literal for the rest": ({(A, FIRST): [ONE], (A, REST): [TWO]}, [ONE]),
    "two members in one part": ({(A, FIRST): [ONE, TWO], (A, REST): [NIL]}, [ONE]),
    "what is no list": ({(C, FIRST): [ONE]}, []),
}


@pytest.mark.parametrize("case", CASES)
def test_members(case: str) -> None:
    triples, expected = CASES[case]
    assert list(members(A, lambda node, predicate: triples.get((node, predicate), []))) == expected


def test_an_empty_list() -> None:
    assert list(members(NIL, lambda *_: [ONE])) == list(members(None, lambda *_: [ONE])) == []
