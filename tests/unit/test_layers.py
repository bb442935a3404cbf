"""What a stored query and a rule read: the layers chosen, else those of the header, else the project's."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogdkg import Graph, open_graph
from ogdkg.errors import UnknownNameError
from ogdkg.store.base import Rows
from ogdkg.terms import Iri

PROJECT = """
[[layer]]
name = "own"
files = ["own.ttl"]
graph = "http://example.org/own"

[[layer]]
name = "elsewhere"
files = ["elsewhere.ttl"]
graph = "http://example.org/elsewhere"

[[layer]]
name = "derived"
rules = ["queries/rules/*.rq"]
graph = "http://example.org/derived"

[queries]
layers = ["own", "derived"]
"""
PATTERN = "{ ?s <http://example.org/p> ?o }"
SELECT = f"SELECT ?s {PATTERN} ORDER BY ?s\n"
DRAWN = "SELECT ?s { ?s <http://example.org/drawn> ?o } ORDER BY ?s\n"


@pytest.fixture(params=["oxigraph", "rdflib"])
def graph(tmp_path: Path, request: pytest.FixtureRequest) -> Graph:
    files = {
        "ogdkg.toml": PROJECT,
        "own.ttl": "<http://example.org/a> <http://example.org/p> 1 .",
        "elsewhere.ttl": "<http://example.org/b> <http://example.org/p> 2 .",
        "queries/plain.rq": SELECT,
        "queries/every.rq": "#+ layers: [all]\n" + SELECT,
        "queries/other.rq": "#+ layers: [elsewhere]\n" + SELECT,
        "queries/drawn.rq": "#+ layers: [all]\n" + DRAWN,
        "queries/unknown.rq": "#+ layers: [elswhere]\n" + SELECT,
        "queries/rules/draw.rq": f"CONSTRUCT {{ ?s <http://example.org/drawn> ?o }} {PATTERN}\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return open_graph(tmp_path, engine=request.param)


def things(graph: Graph, query: str) -> str:
    result = graph.query(query)
    assert isinstance(result, Rows)
    return "".join(row[0].value[-1] for row in result.rows if isinstance(row[0], Iri))


def test_a_query_reads_what_the_project_has_asked_of(graph: Graph) -> None:
    assert things(graph, "plain") == "a"


def test_a_header_names_other_layers(graph: Graph) -> None:
    assert things(graph, "every") == "ab"
    assert things(graph, "other") == "b"


def test_rules_see_no_more_than_queries_do(graph: Graph) -> None:
    assert things(graph, "drawn") == "a"


def test_an_engine_grows_into_the_layers_that_are_asked_next(graph: Graph) -> None:
    for name in ("own", "elsewhere"):
        blank = "_:x <http://example.org/p> _:x ."
        file = graph.project.root / f"{name}.ttl"
        file.write_text(f"{file.read_text(encoding='utf-8')} {blank}", encoding="utf-8")
    growing = Graph(graph.project, graph.choices._replace(grow=True))
    assert things(growing, "plain") == things(graph, "plain") == "a"
    few = growing.asked_by(growing.catalogue.get("plain")).store
    assert things(growing, "every") == things(graph, "every") == "ab"
    assert growing.store is few and graph.store is not graph.asked_by(graph.catalogue.get("plain")).store
    named = f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {PATTERN} FILTER(?s = ?o) }}"
    merged = f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {PATTERN} FILTER(?s = ?o) }}"
    for asked in (named, merged):  # the blank nodes of two files stay two
        assert [row[0].value for row in growing.rows(asked) if row[0]] == ["2"]
    assert things(growing, "drawn") == "a"
    assert things(growing, "plain") == "a"  # in an engine of its own again
    assert growing.store is few


def test_layers_chosen_go_before_the_header(graph: Graph) -> None:
    chosen = open_graph(graph.project.root, layers=["own"], engine=graph.choices.engine)
    assert things(chosen, "every") == "a"
    everything = open_graph(graph.project.root, layers=["all"], engine=graph.choices.engine)
    assert things(everything, "plain") == "ab"


def test_a_layer_that_is_none_is_told(graph: Graph) -> None:
    with pytest.raises(UnknownNameError, match="elswhere"):
        graph.query("unknown")
