"""A term of the store and the same term of the tool."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ogdkg.rdf.terms import Blank, Iri, Literal, Term, in_language, typed
from ogdkg.validation.core.results import Term as CoreTerm
from ogdkg.validation.report.conversion import core_term

A = ox.NamedNode("urn:a")


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (A, Iri("urn:a")),
        (ox.BlankNode("b"), Blank("b")),
        (ox.Literal("x"), Literal("x")),
        (ox.Literal("x", language="en"), in_language("x", "en")),
        (
            ox.Literal("01", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
            typed("01", "integer"),
        ),
    ],
)
def test_a_term_stays_what_it_is(term: CoreTerm, expected: Term) -> None:
    assert core_term(term) == expected


def test_a_triple_term_is_shown_as_it_is_written() -> None:
    assert core_term(ox.Triple(A, A, A)) == Blank("<urn:a> <urn:a> <urn:a>")
