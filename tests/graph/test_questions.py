"""The graph answers its questions, and every stored query runs with its example."""

from __future__ import annotations

import pytest
from tests.conftest import ROOT

from ogdkg import Graph, open_graph
from ogdkg.competency import question_files, run_questions
from ogdkg.store.base import Rows, Triples


@pytest.fixture(scope="module")
def graph() -> Graph:
    return open_graph(ROOT, timeout=20)


def test_every_question_is_answered_as_expected(graph: Graph) -> None:
    assert len(question_files(graph)) >= 88
    assert [outcome for outcome in run_questions(graph) if not outcome.passed] == []


@pytest.mark.parametrize("name", sorted(open_graph(ROOT).catalogue.paths))
def test_a_stored_query_is_documented_and_runs(graph: Graph, name: str) -> None:
    query = graph.catalogue.get(name)
    assert query.header.summary
    values = {each.name: each.example for each in query.parameters if each.example}
    assert {each.name for each in query.parameters} == values.keys()
    assert all(each.label for each in query.parameters)
    result = graph.query(name, **values)
    assert isinstance(result, Rows | Triples)
    list(result.rows if isinstance(result, Rows) else result.triples)
