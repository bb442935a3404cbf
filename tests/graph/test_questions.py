"""The graph answers its questions, and every stored query with its example, alike on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import ROOT

from ogdkg import Graph, open_graph
from ogdkg.acceptance.questions import question_files, run_file
from ogdkg.acceptance.runner import run_questions
from ogdkg.rdf.terms import Row, Triple
from ogdkg.store.base import Rows, Triples
from ogdkg.store.engines import ENGINES

Answer = tuple[tuple[str, ...], list[Row]] | set[Triple]


@pytest.fixture(scope="module")
def graphs() -> dict[str, Graph]:
    """The graph on each engine; on the slow one a query takes up to 20 seconds."""
    return {engine: open_graph(ROOT, engine=engine, timeout=180) for engine in ENGINES}


def test_every_question_is_answered_as_expected(graphs: dict[str, Graph]) -> None:
    graph = graphs["oxigraph"]
    assert len(question_files(graph)) >= 163
    assert [outcome for outcome in run_questions(graph) if not outcome.passed] == []


@pytest.mark.parametrize("path", question_files(open_graph(ROOT)), ids=lambda path: path.stem)
def test_rdflib_answers_every_question_alike(graphs: dict[str, Graph], path: Path) -> None:
    assert run_file(graphs["rdflib"], path, second_check=False).problems == ()


@pytest.mark.parametrize("name", sorted(open_graph(ROOT).catalogue.paths))
def test_a_stored_query_gives_the_same_rows_on_both_engines(graphs: dict[str, Graph], name: str) -> None:
    """With its example, and with what it needs alone."""
    query = graphs["oxigraph"].catalogue.get(name)
    example = {each.name: each.example for each in query.parameters}
    needed = {each.name: each.example for each in query.parameters if each.required}
    for values in (example, needed) if needed != example else (example,):
        one, other = (_answer(graph, name, values) for graph in graphs.values())
        assert one == other, values


@pytest.mark.parametrize("name", sorted(open_graph(ROOT).catalogue.paths))
def test_a_stored_query_is_documented(graphs: dict[str, Graph], name: str) -> None:
    query = graphs["oxigraph"].catalogue.get(name)
    assert query.header.summary
    assert all(each.example and each.label for each in query.parameters)


def _answer(graph: Graph, name: str, values: dict[str, str]) -> Answer:
    result = graph.query(name, **values)
    assert isinstance(result, Rows | Triples)
    return (result.variables, list(result.rows)) if isinstance(result, Rows) else set(result.triples)
