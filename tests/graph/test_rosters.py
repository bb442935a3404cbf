"""Rosters and events: which countries have a part in an initiative on a day."""

from __future__ import annotations

import pytest
from tests.projects import our_graph

from ogdkg import Graph
from ogdkg.errors import UsageError
from ogdkg.store.base import Rows


@pytest.fixture(scope="module")
def graph() -> Graph:
    return our_graph()


def members(graph: Graph, initiative: str, on: str, role: str) -> set[str]:
    result = graph.query("members", initiative=initiative, on=on, role=role)
    assert isinstance(result, Rows)
    named = result.variables.index("countryLabel")
    countries = [str(row[named]) for row in result.rows]
    assert len(countries) == len(set(countries)) or initiative == "BOOST"  # a row for each country and role
    return set(countries)


# By the rows of the list: how many countries, some that are among them, and some that are not.
STANDING = [
    ("EITI", "2017-04", "Implementing", 51, {"Niger", "United States"}, {"Uganda"}),
    ("EITI", "2017-09-30", "Implementing", 51, {"Niger", "United States"}, set()),
    ("EITI", "2017-11-01", "Implementing", 50, {"United States"}, {"Niger"}),
    ("EITI", "2017-11-02", "Implementing", 49, set(), {"Niger", "United States"}),
    ("EITI", "2017", "Implementing", 49, {"Kazakhstan"}, {"Niger", "United States"}),  # suspended is not out
    ("EITI", "2020", "Implementing", 51, {"Niger", "Uganda"}, {"United States"}),
    ("EITI", "2022", "Implementing", 57, {"Niger"}, {"Solomon Islands", "United States", "Yemen"}),
    ("EITI", "2012", "Candidate", 4, {"Zambia"}, {"Colombia"}),
    ("EITI", "2015", "Candidate", 8, {"Zambia", "Colombia"}, set()),
    ("EITI", "2022", "Candidate", 0, set(), {"United Kingdom"}),
    ("Open Data Readiness Assessment", "2026", "Assessed", 8, {"Jamaica", "Serbia"}, {"Haiti"}),
    ("initiative:gafsp", "2026", "Recipient", 45, {"Rwanda", "Haiti", "Kenya"}, set()),
    ("initiative:gafsp", "2010-10", "Recipient", 5, {"Rwanda", "Haiti"}, {"Niger"}),
    ("BOOST", "2026-11", "With a database", 56, {"Kiribati", "Uruguay"}, set()),
    ("initiative:gti", "2026", "Range country", 13, {"Nepal"}, set()),
    ("initiative:opendri", "2026", "With a project", 9, {"Saint Lucia", "Nepal", "Haiti"}, set()),
]


@pytest.mark.parametrize(("initiative", "on", "role", "number", "some", "none"), STANDING)
def test_what_held_on_a_day(
    graph: Graph, initiative: str, on: str, role: str, number: int, some: set[str], none: set[str]
) -> None:
    found = members(graph, initiative, on, role)
    assert len(found) == number
    assert some <= found
    assert not none & found


def test_who_left_is_no_member_in_any_role(graph: Graph) -> None:
    result = graph.query("members", initiative="EITI", on="2017-12-31")
    assert isinstance(result, Rows)
    assert len(list(result.rows)) == 49


def changes(graph: Graph, initiative: str, start: str, end: str) -> dict[str, int]:
    result = graph.query("member-changes", **{"initiative": initiative, "from": start, "to": end})
    assert isinstance(result, Rows)
    kinds = [str(row[result.variables.index("change")]) for row in result.rows]
    return {kind: kinds.count(kind) for kind in set(kinds)}


@pytest.mark.parametrize(
    ("initiative", "start", "end", "expected"),
    [
        ("EITI", "2017-04", "2022-11", {"gone": 3, "gained": 9}),  # 51 - 3 + 9 = 57
        ("EITI", "2017", "2022", {"gone": 2, "gained": 10}),  # 49 - 2 + 10 = 57
        ("EITI", "2017-04", "2017", {"gone": 2}),
        ("initiative:gafsp", "2010-06", "2010-11", {"gained": 3}),
        ("initiative:gafsp", "2009", "2026", {"gained": 45}),
        ("BOOST", "2024", "2026", {"gained": 3}),
    ],
)
def test_only_a_roster_loses_members(
    graph: Graph, initiative: str, start: str, end: str, expected: dict[str, int]
) -> None:
    assert changes(graph, initiative, start, end) == expected


@pytest.mark.parametrize(
    "text", ["2017-13-45", "2017-02-29", "2017-13", "17", "2017-1-1", "end", "2017-12-31Z", ""]
)
def test_what_is_no_date_is_refused(graph: Graph, text: str) -> None:
    with pytest.raises(UsageError, match=r"^on: '.*' is not a date") as caught:
        graph.query("members", initiative="EITI", on=text)
    assert caught.value.hint == "Write a year, a month or a day, such as 2017, 2017-04 or 2017-04-11."
