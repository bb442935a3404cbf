"""Which stored queries may answer a question in words, the likeliest first."""

from __future__ import annotations

import pytest

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.ranking import Wording, ranked

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


def test_words_of_grammar_count_for_less_than_what_is_asked_for() -> None:
    """Though fewer queries speak of `does` than of trees."""
    about = StoredQuery("#+ summary: What does one do?\nSELECT * { ?s ?p ?o }", "about")
    once = StoredQuery("#+ summary: Which trees stood there?\nSELECT * { ?s ?p ?o }", "once")
    assert ranked([about, once, *QUERIES[1:]], "Does it have trees?")[0][0] == "trees"


@pytest.mark.parametrize(("question", "heading"), [("Where is it?", "Country"), ("When was it?", "Date")])
def test_a_question_word_asks_for_what_is_not_named(question: str, heading: str) -> None:
    text = "#+ summary: Things.\n#+ columns: {{x: {}}}\nSELECT ?x {{ ?s ?p ?x }}"
    queries = [StoredQuery(text.format(each), each.lower()) for each in ("Country", "Date", "Colour")]
    assert ranked(queries, question)[0][0] == heading.lower()


def test_a_query_goes_by_the_names_of_its_terms_and_by_what_it_answered() -> None:
    assert ranked(QUERIES, "Are there conifers?", Wording({"trees": "conifer"}))[0][0] == "trees"
    asked = Wording(asked=[("How old is the oak?", "gardens"), ("How tall is the elm?", "from-country")])
    assert ranked(QUERIES, "What is the age of that old oak?", asked)[0][0] == "gardens"
    assert ranked(QUERIES, "zeppelin", asked) == []
