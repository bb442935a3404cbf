"""No stored query finds nothing where the graph, or another query that asks the same, finds something."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import permutations

import pytest
from tests.projects import our_graph

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.known_values import values_query
from ogdkg.catalogue.parameters import Parameter
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri
from ogdkg.search.resolver import NameResolver
from ogdkg.store.base import Rows

# House checks read what they check; exports are no questions.
QUERIES = [
    query
    for query in our_graph().catalogue
    if query.form == "SELECT" and query.topic not in ("checks", "export")
]
RESOURCES = [(query, each) for query in QUERIES for each in query.parameters if each.is_resource]
OF_THE_PAGE = [query for query in QUERIES if not query.layers]
ORIGIN = {"date", "origin", "source"}
# Pairs whose columns are alike, but not their questions.
DIFFERENT = {
    ("kinds", "contacts"): "the kind of an initiative is none of a mailbox",
    ("group-activities", "activities-with"): "what a group does is not what others do with it",
    ("activities-with", "activities"): "only what is done with one group",
    ("members", "countries"): "only who takes part on a day",
}


def known(graph: Graph, query: StoredQuery, parameter: Parameter) -> frozenset[Iri]:
    """The values for which a query finds something; other parameters that it needs have their example."""
    others: Mapping[str, str] = {
        each.name: each.example for each in query.parameters if each is not parameter and not each.is_optional
    }
    terms = NameResolver(graph).terms(query, others, without=parameter.name)
    result = graph.store.query(values_query(query, parameter, terms), prefixes=graph.project.prefixes)
    assert isinstance(result, Rows)
    return frozenset(row[0] for row in result.rows if isinstance(row[0], Iri))


@cache
def found() -> dict[tuple[str, str], frozenset[Iri]]:
    """By query and parameter the values for which the query finds something, in the layers that it reads."""
    return {
        (query.name, each.name): known(our_graph().for_query(query), query, each) for query, each in RESOURCES
    }


def whole() -> Graph:
    graph = our_graph()
    return graph.with_layers(graph.project.layers)


@pytest.mark.parametrize("query", OF_THE_PAGE, ids=lambda query: query.name)
def test_a_query_of_some_layers_finds_as_much_as_all_layers_hold(query: StoredQuery) -> None:
    for parameter in query.parameters:
        if parameter.is_resource:
            assert found()[query.name, parameter.name] == known(whole(), query, parameter), parameter.name
    if all(each.is_optional for each in query.parameters):
        own = our_graph().for_query(query)
        counts = []
        for graph in (own, whole()):
            result = graph.store.query(NameResolver(own).bind(query, {}), prefixes=graph.project.prefixes)
            assert isinstance(result, Rows)
            counts.append(sum(1 for _ in result.rows))
        assert counts[0] == counts[1]


def test_of_two_queries_that_ask_the_same_none_finds_less() -> None:
    """One asks the same as another that has the same parameter and at least its columns."""
    asked = {(query.name, each.name): _answer(query, each) for query, each in RESOURCES}
    less = {
        (narrow[0], wide[0])
        for narrow, wide in permutations(asked, 2)
        if narrow[1] == wide[1] and asked[narrow] <= asked[wide] and found()[wide] - found()[narrow]
    }
    assert less <= DIFFERENT.keys()


def _answer(query: StoredQuery, parameter: Parameter) -> set[str]:
    """The columns that answer: not the parameter, nor who says so and when."""
    return set(query.header.columns) - ORIGIN - {parameter.name}


def test_nearly_every_parameter_can_tell_its_values() -> None:
    """A value that only a subquery or a filter names cannot be told."""
    untold = {key for key, values in found().items() if not values}
    assert untold <= {
        ("grant-totals", "initiative"),
        ("evidence", "with"),
        ("members", "initiative"),
        ("member-changes", "initiative"),
    }


def test_one_name_has_one_meaning_everywhere() -> None:
    names = {each.name for query in QUERIES for each in query.parameters}
    assert not names & {"whole", "about", "before", "status"}
    for query, each in RESOURCES:
        if each.name == "initiative":
            assert each.thing_class in ("ogd:Initiative", "ogd:Encompassing"), query.name


def test_every_topic_finds_who_deals_with_it() -> None:
    rows = our_graph().query("topics")
    assert isinstance(rows, Rows)
    topics = {row[0] for row in rows.rows}
    assert len(topics) > 40
    assert found()["by-topic", "topic"] == topics
