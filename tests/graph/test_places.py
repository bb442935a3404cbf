"""Regions and other names: every parameter that takes a country takes them."""

from __future__ import annotations

import pytest
from tests.conftest import ROOT, Run
from tests.projects import our_graph

from ogdkg import Graph, open_graph
from ogdkg.errors import UsageError
from ogdkg.search.resolver import NameResolver
from ogdkg.store.base import Rows

QUERIES = [
    (query.name, parameter.name)
    for query in open_graph(ROOT).catalogue
    for parameter in query.parameters
    if parameter.thing_class == "schema:Country"
]
REGIONS = {
    "Africa": "KEN",
    "Western Africa": "SEN",
    "Asie du Sud-Est": "TLS",
    "region:caribbean": "HTI",
    "LAC": "HND",
}
NAMES = {
    "UK": "GBR", "U.K.": "GBR", "Great Britain": "GBR", "Burma": "MMR", "Birmanie": "MMR",
    "Ivory Coast": "CIV", "cote d\u2019ivoire": "CIV", "Cote dIvoire": "CIV", "Costa de Marfil": "CIV",
    "Russia": "RUS", "russian federation": "RUS", "Kyrgyz Republic": "KGZ", "Kyrgyzstan": "KGZ",
    "Cape Verde": "CPV", "Cap-Vert": "CPV", "Swaziland": "SWZ", "Holland": "NLD", "Viet Nam": "VNM",
    "Vietnam": "VNM", "viet-nam": "VNM", "East Timor": "TLS", "DRC": "COD", "Turkiye": "TUR",
    "T\u00fcrkiye": "TUR", "Turkey": "TUR", "Turqu\u00eda": "TUR", "Congo-Brazzaville": "COG",
    "USA": "USA", "Estados Unidos": "USA", "St Lucia": "LCA", "Antigua & Barbuda": "ATG",
    "S\u00e3o Tom\u00e9 & Pr\u00edncipe": "STP", "Czech Republic": "CZE", "South Korea": "KOR",
    "Lao PDR": "LAO", "Micronesia": "FSM", "Guinea": "GIN", "Niger": "NER", "Timor Leste": "TLS",
    "Korea, Republic of": "KOR", "Gambia, The": "GMB", "Bahamas, The": "BHS", "Moldova, Republic of": "MDA",
    "Tanzania, United Republic of": "TZA", "Congo, Democratic Republic of the": "COD", "Yemen, Rep.": "YEM",
    "West Bank and Gaza": "PSE", "Iran, Islamic Rep.": "IRN", "Venezuela, RB": "VEN", "Congo, Rep.": "COG",
    "Democratic Republic of Congo": "COD", "Cisjordanie et Gaza": "PSE", "Corea, Rep\u00fablica de": "KOR",
}  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> Graph:
    return our_graph()


def meant(graph: Graph, name: str, query: str, parameter: str) -> list[str]:
    stored = graph.catalogue.get(query)
    found = NameResolver(graph.for_query(stored)).resolve(stored, stored.parameter(parameter), [name])
    return [str(thing).rpartition("/")[2].upper() for thing in found]


def test_there_are_such_parameters() -> None:
    assert len(QUERIES) >= 2


@pytest.mark.parametrize(("query", "parameter"), QUERIES)
def test_a_country_parameter_takes_a_region(graph: Graph, query: str, parameter: str) -> None:
    for region, code in REGIONS.items():
        countries = meant(graph, region, query, parameter)
        assert code in countries
        assert len(countries) > 5
        whole = graph.query(query, **{parameter: region})
        assert isinstance(whole, Rows)
        column = whole.variables.index("country")
        named = {str(row[column]).rpartition("/")[2].upper() for row in whole.rows}
        assert named <= set(countries), "a row says of which country it is"


@pytest.mark.parametrize(("query", "parameter"), QUERIES)
def test_a_region_has_the_rows_of_its_countries(graph: Graph, query: str, parameter: str) -> None:
    def rows(name: str) -> set[object]:
        result = graph.query(query, **{parameter: name})
        assert isinstance(result, Rows)
        return set(result.rows)

    codes = meant(graph, "Southern Asia", query, parameter)
    assert rows("Southern Asia") == set().union(*map(rows, codes))
    assert rows("Southern Asia")


@pytest.mark.parametrize("name", ["grants", "initiatives-in-country"])
def test_the_other_engine_finds_the_same_of_a_region(graph: Graph, name: str) -> None:
    other = open_graph(ROOT, engine="rdflib", timeout=60).query(name, country="Western Africa")
    one = graph.query(name, country="Western Africa")
    assert isinstance(one, Rows)
    assert isinstance(other, Rows)
    assert list(one.rows) == list(other.rows)


@pytest.mark.parametrize(("name", "code"), NAMES.items())
def test_a_name_that_people_type_is_found(graph: Graph, name: str, code: str) -> None:
    asked = QUERIES if name in ("UK", "Burma", "Cote dIvoire", "Swaziland") else QUERIES[:1]
    for query, parameter in asked:
        assert meant(graph, name, query, parameter) == [code]


def test_two_countries_are_called_congo(graph: Graph) -> None:
    for query, parameter in QUERIES:
        with pytest.raises(UsageError, match="'Congo' names more than one country") as caught:
            meant(graph, "Congo", query, parameter)
        hint = caught.value.hint or ""
        assert "country:cod (Democratic Republic of the Congo), country:cog (Republic of the Congo)" in hint


def test_the_european_union_is_no_country(graph: Graph) -> None:
    with pytest.raises(UsageError, match="There is no country"):
        meant(graph, "EU", *QUERIES[0])


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Kenyia", "Kenya (country:ken)"),
        ("Kyrgyz", "Kyrgyz Republic (country:kgz)"),
        ("Afrika", "Africa (region:africa)"),
        ("Ivory", "C\u00f4te d'Ivoire (country:civ)"),
    ],
)
def test_a_suggestion_is_a_thing_with_its_label(graph: Graph, typed: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        meant(graph, typed, "initiatives-in-country", "country")
    hint = caught.value.hint or ""
    assert hint.startswith(f"Did you mean {near}")
    assert hint.count(near) == 1


def test_regions_are_found_by_show_and_search(ogdkg: Run) -> None:
    shown = ogdkg("show", "west africa", cwd=ROOT).stdout
    assert shown.startswith("Western Africa\n")
    assert "Benin; Burkina Faso; Cabo Verde; C\u00f4te d'Ivoire" in shown
    assert "Viet Nam" in ogdkg("search", "Vietnam", cwd=ROOT).stdout
    one = ogdkg("search", "open", "--country", "Rwanda", cwd=ROOT).stdout
    whole = ogdkg("search", "open", "--country", "Africa", "--limit", "100", cwd=ROOT).stdout
    assert set(one.split("\n")[2:]) <= set(whole.split("\n"))


def test_each_country_is_in_a_region_of_the_world(graph: Graph) -> None:
    result = graph.sparql(
        "SELECT ?country { ?country a schema:Country "
        "FILTER NOT EXISTS { ?country schema:containedInPlace+ region:world } }"
    )
    assert isinstance(result, Rows)
    assert list(result.rows) == []


def test_a_search_for_a_whole_question_says_which_words_are_found(ogdkg: Run) -> None:
    done = ogdkg("search", "who works in Zzyzx and Nepal", cwd=ROOT)
    assert done.stdout.endswith("(no rows)\n")
    assert "Nothing has all of these words; some things have: " in done.stderr
    assert "nepal" in done.stderr and "zzyzx" not in done.stderr
