"""Which stored query may answer a question in words."""

from __future__ import annotations

import pytest

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.suggestions import ranked

QUERIES = [
    StoredQuery("#+ summary: Which trees come from a country?\nSELECT * { ?s ?p ?o }", "from-country"),
    StoredQuery("#+ summary: Which gardens are there?\nSELECT * { ?s ?p ?o }", "gardens"),
    StoredQuery("#+ summary: Who implements what, and since when?\nSELECT * { ?s ?p ?o }", "implementers"),
    StoredQuery("#+ summary: Which trees are there?\nSELECT * { ?s ?p ?o }", "trees"),
]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What comes from the country Nepal?", "from-country"),
        ("Which garden is the oldest?", "gardens"),
        ("Who implemented it?", "implementers"),  # another form of the word
        ("Trees?", "trees"),  # in the name, which counts most
    ],
)
def test_the_rarest_word_decides(question: str, first: str) -> None:
    assert next(name for name, _ in ranked(QUERIES, question)) == first


def test_a_question_without_a_known_word_finds_nothing() -> None:
    assert ranked(QUERIES, "zeppelin 42") == []
    assert ranked([], "trees") == []
