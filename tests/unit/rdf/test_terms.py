"""Terms: what is written is read back the same by another parser, and what cannot be written is refused."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ogdkg.errors import UsageError
from ogdkg.rdf.terms import (
    Blank,
    Iri,
    Literal,
    Namespaces,
    compact,
    expand,
    in_language,
    is_iri,
    local_name,
    parse_iri,
    to_ntriples,
    typed,
)
from ogdkg.renaming.spelling import local_part
from tests.conftest import examples

TEXT = st.text(st.characters(exclude_categories=("Cs",)))
LANGUAGE = st.sampled_from(["en", "de", "pt-br", "zh-hant", "sr-latn-rs", "x-private"])


@examples(1000)
@given(TEXT)
@example('"\\\n\r\t\x00\x7f\b\f')
def test_a_literal_comes_back_as_it_was(text: str) -> None:
    assert _read(Literal(text)) == ox.Literal(text)


@given(TEXT, LANGUAGE)
def test_a_language_tagged_literal_comes_back_as_it_was(text: str, language: str) -> None:
    assert _read(in_language(text, language)) == ox.Literal(text, language=language)


@examples(1000)
@given(st.text())
def test_an_iri_is_accepted_only_where_another_parser_accepts_it(text: str) -> None:
    if is_iri(text):
        assert _read(Iri(text)) == ox.NamedNode(text)


@examples(1000)
@given(st.text(st.sampled_from('ab:/?#[]@%41.é\u00a0\x85 <>"{}|^`\\\ue000'), max_size=12))
def test_an_iri_of_difficult_characters_is_accepted_only_where_another_parser_accepts_it(tail: str) -> None:
    iri = f"https://a/{tail}"
    if is_iri(iri):
        assert _read(Iri(iri)) == ox.NamedNode(iri)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "a",
        "a b:c",
        "https://a b",
        "https://a/<b>",
        'https://a/"',
        "https://a/\\",
        "https://a/\ud800",
        "//a",
    ],
)
def test_what_is_no_iri_is_neither_parsed_nor_written(bad: str) -> None:
    with pytest.raises(UsageError, match="not an absolute IRI"):
        parse_iri(bad)
    with pytest.raises(UsageError):
        to_ntriples(Iri(bad))


@pytest.mark.parametrize(
    "term",
    [
        Literal("\ud800"),
        in_language("a", "e n"),
        in_language("a", "en@"),
        Literal("a", "x>y"),
        Blank("a b"),
        Blank(""),
        Blank("a."),
    ],
)
def test_a_term_that_no_format_can_hold_is_refused(term: Blank | Literal) -> None:
    with pytest.raises(UsageError):
        to_ntriples(term)


def test_angle_brackets_around_an_iri_are_taken_off() -> None:
    assert parse_iri("<https://example.org/>") == Iri("https://example.org/")


def test_terms_of_two_kinds_are_never_equal() -> None:
    assert len({Iri("a"), Blank("a"), Literal("a")}) == 3


PREFIXES = {"ex": "https://example.org/", "deep": "https://example.org/deep/", "": "https://empty.example/"}


@pytest.mark.parametrize(
    ("iri", "curie"),
    [
        ("https://example.org/a", "ex:a"),
        ("https://example.org/deep/a-b.c", "deep:a-b.c"),
        ("https://example.org/deep/", "deep:"),
        ("https://example.org/a/b", None),
        ("https://example.org/a#b", None),
        ("https://example.org/a.", None),
        ("https://empty.example/x", ":x"),
        ("https://other.example/", None),
        ("https://example.org/Größe", "ex:Größe"),
        ("https://example.org/سنة-الافتتاح", "ex:سنة-الافتتاح"),
        ("https://example.org/नेपाल.国", "ex:नेपाल.国"),
        ("https://example.org/deep/x\u0301", "deep:x\u0301"),
        ("https://example.org/\u0301x", None),
        ("https://example.org/नेपाल.", None),
        ("https://example.org/a\u00d7b", None),
        ("https://example.org/a\u200db", None),
    ],
)
def test_an_iri_is_compacted_where_a_plain_local_name_is_left(iri: str, curie: str | None) -> None:
    assert compact(iri, PREFIXES) == curie == Namespaces(PREFIXES).compact(iri)
    if curie:
        assert expand(curie, PREFIXES) == Iri(iri)
        assert (
            local_part(curie.partition(":")[2]) == curie.partition(":")[2]
        )  # as the grammar of Turtle has it
    if curie:
        assert expand(curie, PREFIXES) == Iri(iri)


def test_a_curie_may_have_the_escapes_of_turtle() -> None:
    assert expand(r"ex:a\.b\~\/c", PREFIXES) == Iri("https://example.org/a.b~/c")


@pytest.mark.parametrize("text", ["nobody:a", "ex", "ex://a", "ex:a b", r"ex:a\b"])
def test_what_is_no_curie_is_not_expanded(text: str) -> None:
    assert expand(text, PREFIXES) is None


def test_what_ends_in_an_iri_is_sorted() -> None:
    assert max((1, Iri("urn:a")), (1, Iri("urn:b"))) == (1, Iri("urn:b"))
    assert sorted([Iri("urn:b"), Iri("urn:a")]) == [Iri("urn:a"), Iri("urn:b")]


def test_local_name() -> None:
    assert [local_name(iri) for iri in ("https://a/b#c", "https://a/b/", "urn:x:y")] == ["c", "b", "y"]


def test_typed_makes_xml_schema_literals() -> None:
    assert to_ntriples(typed("5", "integer")) == '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'


def _read(term: Iri | Literal) -> object:
    line = f"<https://s> <https://p> {to_ntriples(term)} ."
    [quad] = ox.parse(line, ox.RdfFormat.N_TRIPLES)
    return quad.object
