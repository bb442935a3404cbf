"""The data as numbers."""

from __future__ import annotations

from collections import Counter
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Triple

from ogdkg.validation.data import columns
from ogdkg.validation.data.columns import ColumnGraph
from ogdkg.validation.data.graph import DataGraph


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), max_size=20), st.booleans())
def test_a_node_has_the_triples_that_are_about_it(numbers: list[tuple[int, ...]], small: bool) -> None:
    """In the order of the predicates, whether these are indexed by subject or not."""
    terms = [NamedNode(f"http://e/{number}") for number in range(5)]
    graph, other = ColumnGraph(), DataGraph()
    triples = [Triple(*(terms[number] for number in each)) for each in numbers]  # type: ignore[arg-type]  # three
    with mock.patch.object(columns, "MOST_INDEXED", 100 if small else -1):
        for half in (triples[:10], triples[10:]):
            graph.add(half)
            other.add(half)
            for term in terms:
                found = list(graph.triples(term))
                assert Counter(found) == Counter(other.triples(term))
                assert [each.predicate for each in found] == sorted(
                    (each.predicate for each in found), key=list(graph.columns).index
                )
