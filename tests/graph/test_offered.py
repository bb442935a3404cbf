"""What the forms and the web API offer for a parameter is what it takes."""

from __future__ import annotations

import pytest
from tests.conftest import ROOT

from ogdkg.api.graph import Graph, open_graph
from ogdkg.search.resolver import NameResolver


@pytest.fixture(scope="module")
def graph() -> Graph:
    return open_graph(ROOT)


@pytest.mark.parametrize(
    ("name", "parameter"),
    [("partners", "initiative"), ("service-profile", "service"), ("contacts", "of"), ("by-topic", "topic")],
)
def test_every_value_that_is_offered_is_taken(graph: Graph, name: str, parameter: str) -> None:
    """Among them a name that two things bear, and things that a list has and the parameter does not take."""
    query = graph.catalogue.get(name)
    chosen = next((each for each in query.parameters if each.name == parameter), query.parameters[0])
    resolver = NameResolver(graph.for_query(query))
    offered = resolver.offered(query, chosen)
    assert offered
    for value, _ in offered:
        assert len(resolver.resolve(query, chosen, [value])) >= 1
