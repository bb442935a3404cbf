"""SPARQL tokens: nothing is lost, and words are keywords only where SPARQL says so."""

from __future__ import annotations

import time

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.errors import InputError, Place
from ogdkg.sparql.guard import refuse_unsafe
from ogdkg.sparql.tokens import (
    Token,
    closing_bracket,
    declared_prefixes,
    iri_of,
    joined_text,
    may_select_all,
    query_type,
    significant_tokens,
    star_order,
    tokens,
    undeclared,
)
from tests.conftest import examples


@examples(1000)
@given(st.text())
def test_the_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(token.text for token in tokens(text)) == text


PIECES = [
    "?x",
    "$y",
    "<https://a#b>",
    "'#?_x'",
    '"""a"b#"""',
    "ex:a.b",
    ":",
    "_:b1",
    "1.5e3",
    "5",
    ".",
    "#c\n",
]
PIECES += [
    " ",
    "\n",
    "@en",
    "^^",
    "<",
    "<=",
    "(",
    ")",
    "{",
    "}",
    "SELECT",
    "a",
    "''",
    '"\\""',
    "?_x_iri",
    "||",
]


@examples(1000)
@given(st.lists(st.sampled_from(PIECES)))
def test_pieces_of_sparql_survive(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert "".join(token.text for token in tokens(text)) == text


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("?a<?b", "variable sign variable"),
        ("<https://a>", "iri"),
        ("'a''b'", "string string"),
        ("'''a'b'''", "string"),
        ('"a\\"b"', "string"),
        ("ex:a.", "name sign"),
        ("ex:a\\,b", "name"),
        ("5.", "number sign"),
        ("5.0", "number"),
        (".5e1", "number"),
        ("'a'@en-GB", "string language"),
        ("'a'^^xsd:date", "string sign name"),
        ("?a||?b", "variable sign variable"),
        ("SELECT", "word"),
        ("# SELECT ?a", ""),
        ("_:b", "blank"),
        ("ex:été", "name"),
    ],
)
def test_kinds(text: str, kinds: str) -> None:
    assert " ".join(token.kind for token in significant_tokens(text)) == kinds


def test_form_and_prefixes_and_places() -> None:
    text = "# SELECT\nPREFIX ex: <https://e/>\nbase <https://SELECT/>\nask { ex:a ?p 'CONSTRUCT' }"
    assert query_type(significant_tokens(text)) == "ASK"
    assert declared_prefixes(significant_tokens(text)) == {"ex": "https://e/"}
    assert str(Place.in_text(text, text.index("ask"), "q.rq")) == "q.rq:4:1"
    assert query_type(significant_tokens("nothing")) is None


def test_an_undeclared_prefix_is_found() -> None:
    found = undeclared(
        significant_tokens("PREFIX a: <https://a/> SELECT * { a:b c:d e:f }"), {"e": "https://e/"}
    )
    assert found is not None
    assert found.text == "c:d"


def test_star_has_the_variables_in_the_order_of_the_text() -> None:
    assert star_order(significant_tokens("SELECT DISTINCT * { ?s ?p ?o }"), ["o", "p", "s"]) == [
        "s",
        "p",
        "o",
    ]
    assert star_order(significant_tokens("SELECT ?p ?s { ?s ?p ?o }"), ["p", "s"]) == ["p", "s"]


BLANKS = st.lists(st.sampled_from([" ", "\n", "\t", "# * }\n", "#\r", "DISTINCT ", "reduced\n"]), min_size=1)


@given(BLANKS, st.sampled_from(["SELECT", "select", "S\\u0045LECT"]))
def test_no_select_of_all_is_missed(blanks: list[str], word: str) -> None:
    text = f"{word}{''.join(blanks)}* {{ ?s ?p ?o }}"
    assert star_order(significant_tokens("SELECT * { ?s ?p ?o }"), ["o", "s"]) == ["s", "o"]
    assert may_select_all(text)


def test_what_selects_names_is_not_read_for_its_order() -> None:
    assert not may_select_all("SELECT ?s { ?s <p>*/<q> ?o }")
    assert not may_select_all("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert not may_select_all(f"SELECT {'#' * 9_000} ?s {{ ?s ?p* ?o }}")


def test_a_long_query_costs_no_more_than_its_length() -> None:
    begun = time.process_time()
    assert may_select_all("SELECT ?s { ?s <urn:p>* ?o } #" + "SELECT#" * 100_000)
    assert not may_select_all("SELECT ?s { ?s <urn:p>* ?o } #" + "SELECT#" * 1_000)
    assert time.process_time() - begun < 1


REFUSED = [
    "SELECT * { SERVICE <https://x> { ?s ?p ?o } }",
    "SELECT * { service silent ?g { ?s ?p ?o } }",
    "SELECT * FROM <https://x> { ?s ?p ?o }",
    "SELECT * FROM NAMED <https://x> { ?s ?p ?o }",
    "LOAD <https://x>",
    "SELECT * { ?s ?p ?o FILTER(?o<2)SERVICE?g#>\n{ ?s ?p ?o } }",
    "SELECT (1<2AS?c)FROM:x#>\n{ ?s ?p ?o }",
]
ANSWERED = [
    "SELECT * { ?s ?p 'SERVICE <https://x>' } # SERVICE",
    "PREFIX service: <https://e/FROM#> SELECT * { ?service service:FROM <https://load/> }",
    "SELECT * { ?s ?p ?o FILTER(?o < 2) }",
]


@pytest.mark.parametrize("text", REFUSED)
def test_a_query_that_reaches_outside_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        refuse_unsafe(text)


@pytest.mark.parametrize("text", ANSWERED)
def test_the_same_words_elsewhere_are_no_matter(text: str) -> None:
    refuse_unsafe(text)
    ox.Store().query(text)


@given(
    st.lists(
        st.sampled_from(
            ("$this", "?x", '"a b"@en', "'c'^^xsd:int", "<http://x>", "a", "ex:b", "1.5", "&&", "{", "}")
        ),
        max_size=9,
    )
)
def test_tokens_make_the_same_query_again(words: list[str]) -> None:
    query = significant_tokens(" ".join(words))
    again = significant_tokens(joined_text(query))
    assert [token[:2] for token in again] == [token[:2] for token in query]


@pytest.mark.parametrize(
    ("text", "start", "closing"), [("{ ( ) }", 0, 3), ("{ ( ) }", 1, 2), ("{ ( )", 0, None), ("?x }", 0, 0)]
)
def test_where_a_bracket_closes(text: str, start: int, closing: int | None) -> None:
    assert closing_bracket(significant_tokens(text), start) == closing


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("<urn:\\u0061>", "urn:a"),
        ("<urn:\\U00000061>", "urn:a"),
        ("<urn:\\u003E>", None),
        ("<urn:\\uD800>", None),
        ("<urn:\\UFFFFFFFF>", None),
        ("<relative>", None),
        ("ex:a\\,b", "urn:ex:a,b"),
        ("ex:a%2Cb", "urn:ex:a%2Cb"),
        ("other:a", None),
        ("?x", None),
    ],
)
def test_the_iri_that_a_token_stands_for(text: str, iri: str | None) -> None:
    (token,) = significant_tokens(text)
    assert isinstance(token, Token)
    assert iri_of(token, {"ex": "urn:ex:"}) == iri
