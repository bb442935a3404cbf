"""Two claims that do not say the same are a node, which tells how they stand to each other."""

from __future__ import annotations

import shutil
from itertools import combinations
from pathlib import Path

import pytest
from tests.conftest import ROOT, Run
from tests.projects import configuration

from ogdkg import Graph, open_graph
from ogdkg.rdf.terms import Iri, Literal
from ogdkg.store.base import Rows
from ogdkg.store.engines import ENGINES

PROJECT = configuration(
    {
        "data": {"files": ["data.ttl"]},
        "disagreements": {"rules": ["rules/*.rq"], "graph": "https://w3id.org/ogdkg/graph/disagreements"},
    },
    {"ogd": "https://w3id.org/ogdkg/ns#"},
)
PREFIXES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ogd: <https://w3id.org/ogdkg/ns#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX comparator: <https://w3id.org/ogdkg/concept/comparator/>
PREFIX milestone-kind: <https://w3id.org/ogdkg/concept/milestone-kind/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX : <https://w3id.org/ogdkg/id/claim/>
"""
# Two numbers, each with its time, and how they stand to each other; None where there is nothing to tell.
NUMBERS = [
    ("exactly 57", "exactly 57", None),
    ("exactly 57", "exactly 57.0", None),
    ("exactly 57", "exactly 44", "contradicts"),
    ("exactly 57", "more-than 40", "narrows"),
    ("exactly 57", "more-than 57", "contradicts"),
    ("exactly 57", "at-least 57", "narrows"),
    ("exactly 57", "at-least 58", "contradicts"),
    ("exactly 57", "at-most 57", "narrows"),
    ("exactly 57", "less-than 57", "contradicts"),
    ("exactly 57", "about 55", "narrows"),
    ("exactly 55", "about 50", "narrows"),
    ("exactly 45", "about 50", "narrows"),
    ("exactly 56", "about 50", "contradicts"),
    ("about 40", "more-than 40", "narrows"),
    ("about 350000", "more-than 1000000", "contradicts"),
    ("more-than 12", "more-than 40", "narrows"),
    ("more-than 40", "less-than 40", "contradicts"),
    ("at-least 40", "at-most 40", "narrows"),
    ("more-than 40", "at-most 40", "contradicts"),
    ("multiple-of 2", "exactly 57", None),
    ("multiple-of 2", "multiple-of 3", "contradicts"),
    ("exactly 57 @2009", "exactly 44", "differs"),
    ("exactly 57 @2009", "exactly 44 @2010", None),
    ("exactly 57 @2009", "exactly 44 @2009", "contradicts"),
    ("exactly 57 @2009", "exactly 44 @2009-05", "differs"),
    ("exactly 57 @2009-05", "exactly 44 @2009-05-31", "differs"),
    ("exactly 57 @2009-05-31Z", "exactly 44 @2009-05-31", "contradicts"),
    ("exactly 57 @2009-05", "exactly 44 @2009-06-01", None),
    ("exactly 57 @2009", "more-than 44", "narrows"),
    ("exactly 57 USD", "exactly 44 EUR", None),
    ("exactly 57 USD", "exactly 44 USD", "contradicts"),
]
DATES = [
    ("established", "2003-06", "2003-06-17", "narrows"),
    ("established", "2003", "2003", None),
    ("established", "2003-06-17", "2003-06-17Z", None),
    ("established", "2003", "2004", "contradicts"),
    ("established", "2003-06", "2003-07-01", "contradicts"),
    ("announced", "2003", "2004", "differs"),
]
STATEMENTS = [
    ("dcterms:license", ":gpl", ":odbl", "differs"),
    ("dcterms:license", ":gpl", ":gpl", None),
    ("org:subOrganizationOf", ":part", ":whole", None),
    ("org:subOrganizationOf", ":part", ":other", "differs"),
    ("skos:notation", '"NP"^^ogd:alpha2', '"NE"^^ogd:alpha2', "contradicts"),
    ("skos:notation", '"NP"^^ogd:alpha2', '"NPL"^^ogd:alpha3', None),
    ("skos:notation", '"NP-CR"^^ogd:orgIdList', '"NP-CRO"^^ogd:orgIdList', "differs"),
]


def _date(text: str) -> str:
    return f'"{text}"^^xsd:{("gYear", "gYearMonth", "date")[text.count("-")]}'


def _claim(name: str, thing: str, said: str) -> str:
    how, number, *rest = said.split()
    more = [f"dcterms:valid {_date(each[1:])}" for each in rest if each[0] == "@"]
    more += [f'schema:currency "{each}"' for each in rest if each.isalpha()]
    about = f'schema:observationAbout :{thing} ; schema:unitText "items"@en ; schema:value {number}'
    return f":{name} {' ; '.join((about, f'ogd:comparator comparator:{how}', *more))} ."


def _planted() -> tuple[str, dict[str, str | None]]:
    """Return data with a pair for each case, and how the pair stands, by the local name of its node."""
    lines, expected = [PREFIXES, ":part org:subOrganizationOf :whole ."], dict[str, str | None]()
    for number, (one, other, kind) in enumerate(NUMBERS):
        names = f"n{number}a", f"n{number}b"
        lines += [_claim(name, f"n{number}", said) for name, said in zip(names, (one, other), strict=True)]
        expected["-".join(names)] = kind
    for number, (event, one, other, kind) in enumerate(DATES):
        names = f"d{number}a", f"d{number}b"
        for name, day in zip(names, (one, other), strict=True):
            said = f"ogd:milestoneKind milestone-kind:{event} ; dcterms:date {_date(day)}"
            lines.append(f":d{number} ogd:hasMilestone :{name} . :{name} {said} .")
        expected["-".join(names)] = kind
    for number, (predicate, one, other, kind) in enumerate(STATEMENTS):
        names = f"s{number}a", f"s{number}b"
        for name, value in zip(names, (one, other), strict=True):
            record = f"rdf:subject :s{number} ; rdf:predicate {predicate} ; rdf:object {value}"
            lines.append(f":s{number} {predicate} {value} . :{name} {record} .")
        expected["-".join(names)] = kind
    return "\n".join(lines), expected


@pytest.mark.parametrize("engine", ENGINES)
def test_a_pair_is_told_by_ranges_and_times(tmp_path: Path, engine: str) -> None:
    text, expected = _planted()
    once = (ROOT / "ontology/schemes/milestone-kind.ttl").read_text("utf-8")
    (tmp_path / "data.ttl").write_text(text + once, "utf-8")
    (tmp_path / "ogdkg.toml").write_text(PROJECT, "utf-8")
    shutil.copytree(ROOT / "queries/rules/disagreements", tmp_path / "rules")
    graph = open_graph(tmp_path, engine=engine)
    rows = graph.select("SELECT ?node ?kind { ?node ogd:disagreementKind ?kind }")
    found = {_local(row[0]): _local(row[1]) for row in rows}
    assert found == {name: kind for name, kind in expected.items() if kind}


def _local(term: object) -> str:
    assert isinstance(term, Iri)
    return term.value.rpartition("/")[2]


def test_no_compatible_numbers_of_ours_are_called_a_contradiction() -> None:
    """By the ranges of the numbers, reckoned here; and every pair of one time that conflicts is found."""
    graph = open_graph(ROOT)
    rows = graph.select(
        "SELECT ?claim ?thing ?unit ?number ?how ?valid { ?claim schema:observationAbout ?thing ; "
        "schema:unitText ?unit ; schema:value ?number ; ogd:comparator ?how "
        "OPTIONAL { ?claim dcterms:valid ?valid } }"
    )
    claims = [(each[0], each[1:3], _range(each[3], _local(each[4])), each[5]) for each in rows]
    expected = {
        frozenset((_local(one[0]), _local(other[0])))
        for one, other in combinations(claims, 2)
        if (one[1], one[3]) == (other[1], other[3]) and _are_apart(one[2], other[2])
    }
    assert _pairs(graph, "contradicts") == expected
    assert len(expected) >= 2


def _pairs(graph: Graph, kind: str) -> set[frozenset[str]]:
    asked = (
        "SELECT ?one ?other { ?node ogd:onProperty schema:value ; ogd:between ?one , ?other ; "
        f"ogd:disagreementKind disagreement-kind:{kind} FILTER(?one != ?other) }}"
    )
    return {frozenset(map(_local, row)) for row in graph.select(asked)}


def _range(number: object, how: str) -> tuple[float, float]:
    """The least and the most; an open end is a little further in."""
    assert isinstance(number, Literal)
    value, little = float(number.value), 1e-9
    ranges = {
        "exactly": (value, value),
        "about": (value * 0.9, value * 1.1),
        "more-than": (value + little, float("inf")),
        "at-most": (float("-inf"), value),
        "multiple-of": (float("-inf"), float("inf")),
    }
    return ranges[how]


def _are_apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[1] < other[0] or other[1] < one[0]


def test_the_items_are_said_of_the_library_that_the_page_counts() -> None:
    denied = open_graph(ROOT).query("denied")
    assert isinstance(denied, Rows)
    said = {
        (row[denied.variables.index("page")], row[denied.variables.index("howLabel")]) for row in denied.rows
    }
    texts = {
        (page.value, how.value)
        for page, how in said
        if isinstance(page, Literal) and isinstance(how, Literal)
    }
    assert ("exactly 57", "Differs") in texts
    assert not [text for text in texts if "300000" in text[0] or text[1] == "Narrows"]


def test_a_disagreement_is_shown_cited_and_explained(ogdkg: Run) -> None:
    node = "disagreement:e0445-e0446"
    shown = ogdkg("show", node, cwd=ROOT).stdout
    assert "Contradicts" in shown and "Explained" in shown and "Assessment: 51 or 52" in shown
    assert node.rpartition(":")[2] in ogdkg("cite", node, cwd=ROOT).stdout
    why = ogdkg("why", node, "how they stand", cwd=ROOT).stdout
    assert "by queries/rules/disagreements/quantities.rq" in why and "EITI Board meeting" in why
    assert "disagreement:e0445-e0446" in ogdkg("show", "EITI", "-f", "json", cwd=ROOT).stdout.replace(
        "https://w3id.org/ogdkg/id/disagreement/", "disagreement:"
    )
