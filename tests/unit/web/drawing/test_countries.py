"""The countries on the map: found by any code of ISO 3166-1, each with an outline or a place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.conftest import ROOT

from ogdkg.rdf.terms import XSD, Iri, Literal, Term
from ogdkg.web.drawing import countries
from ogdkg.web.drawing.countries import country_of

TEMPLATES = Path(countries.__file__).parents[1] / "templates"


@pytest.mark.parametrize(
    "code",
    [
        Literal("NP"),
        Literal("npl"),
        Literal("524"),
        Literal("524", datatype=XSD + "integer"),
        Iri("http://publications.europa.eu/resource/authority/country/NPL"),
        Iri("https://e.example/codes#NP"),
    ],
)
def test_any_code_finds_its_country(code: Term) -> None:
    found = country_of(code)
    assert found
    assert found.number == "524"


@pytest.mark.parametrize(
    "code", [Literal("002"), Literal("XX"), Literal(""), Literal("٥٢٤"), Literal("5240"), None]
)
def test_no_other_code_finds_one(code: Term | None) -> None:
    """002 is Africa in M49."""
    assert country_of(code) is None


def test_a_number_may_have_lost_its_zeros() -> None:
    found = country_of(Literal("4", datatype=XSD + "integer"))
    assert found
    assert found.number == "004"


def test_all_assigned_codes_are_there() -> None:
    """Those of the shapes, which come from another list."""
    shapes = (ROOT / "ontology" / "shapes" / "codes.ttl").read_text(encoding="utf-8")
    listed = re.findall(r'"\^\(((?:[A-Z]{2,3}\|?)+)\)\$"', shapes)
    assert len(listed) == 2
    for code in "|".join(listed).split("|"):
        assert country_of(Literal(code)), code


def test_each_outline_is_in_the_drawing() -> None:
    drawing = (TEMPLATES / "world.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'id="c(\d{3})"', drawing))
    known = {each.number: each for each in countries._by_code().values()}
    assert drawn == {number for number, each in known.items() if each.has_outline}
    assert all(each.box.width and each.box.height for each in known.values() if each.has_outline)
    assert len(known) == 250  # 249 of the standard, and Kosovo
