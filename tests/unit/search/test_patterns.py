"""What a server finds by a pattern holds all names that a text may stand for."""

from __future__ import annotations

import pytest

from ogdkg.rdf.terms import Literal, to_ntriples
from ogdkg.search.folding import letters
from ogdkg.search.patterns import has_letters, has_piece, has_slug
from ogdkg.store.base import select
from ogdkg.store.embedded import EmbeddedStore

NAMES = (
    *("Côte d'Ivoire", "CÔTE D\u2019IVOIRE", "Cote dIvoire", "Türkiye", "Москва", "Straße", "STRASSE"),
    *(
        "Viet Nam",
        "VietNam",
        "Việt Nam",
        "Cu\u0302te",
        "日本",
        "a [b] \\ ^ - c",
        "Oak",
        "oak  tree",
        "Øresund",
    ),
    *("Encyclopædia", "Trinidad & Tobago", "Trinidad and Tobago", "C++", "C#", "C", "!!", "œuvre", "ŒUVRE"),
    *("Aæa", "a" * 60, "x" + "b" * 60, "Extractive Industries Transparency Initiative, of some length"),
    *("Shrub", "İzmir", "izmir", "Łódź", "Lodz"),
)


def _found(condition: str) -> set[str]:
    values = " ".join(
        to_ntriples(Literal(name, language="fr" if n % 2 else "")) for n, name in enumerate(NAMES)
    )
    rows = select(EmbeddedStore(), f"SELECT ?name {{ VALUES ?name {{ {values} }} FILTER({condition}) }}").rows
    return {str(row[0]) for row in rows}


@pytest.mark.parametrize(
    "typed", [*NAMES, "cote d'ivoire", "MOSKVA", "oresund", "encyclopaedia", "aaea", "lodz"]
)
def test_all_names_of_the_same_letters_are_found(typed: str) -> None:
    same = {name for name in NAMES if letters(name) == letters(typed) and letters(typed)}
    found = _found(has_letters(typed))
    assert same <= found
    assert len(found) <= len(same) + 4  # and few others


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Shrubs", "Shrub"),
        ("Shurb", "Shrub"),
        ("Straze", "Straße"),
        ("Okk", "Oak"),
        ("oka", "Oak"),
        ("Encyclopedia", "Encyclopædia"),
        ("Tobego", "Trinidad & Tobago"),
    ],
)
def test_a_misspelt_name_is_found_by_a_piece_of_it(typed: str, found: str) -> None:
    assert found in _found(has_piece(typed))


def test_nothing_is_near_a_text_without_words() -> None:
    assert has_piece("!!") == ""


@pytest.mark.parametrize(
    ("iri", "slug", "is_found"),
    [("https://e.example/a/Oak", "oak", True), ("https://e.example/a#oak", "OAK", True),
     ("urn:x:oak", "oak", True),
     ("https://e.example/oak/", "oak", True), ("https://e.example/bloak", "oak", False),
     ("https://e.example/a+b", "a+b", True), ("https://e.example/aab", "a+b", False)],
)  # fmt: skip
def test_a_slug_is_the_last_part(iri: str, slug: str, is_found: bool) -> None:
    rows = select(
        EmbeddedStore(), f"SELECT ?thing {{ VALUES ?thing {{ <{iri}> }} FILTER({has_slug(slug)}) }}"
    ).rows
    assert any(True for _ in rows) == is_found
