"""Columns are kept with a store, or made in memory once they pay, and answer for no other state of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogdkg import Graph, open_graph
from ogdkg.graph import graph
from ogdkg.graph.graph import GraphOptions
from ogdkg.project.project import read_project
from ogdkg.rdf.terms import Iri, Triple
from ogdkg.store import counts
from ogdkg.store.base import expect_rows
from ogdkg.store.embedded import EmbeddedStore
from ogdkg.store.folders import folder_of
from tests.conftest import Run

COUNTING = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n)"
COUNTED, BY_ENGINE = (
    "Counted from the columns of the store.",
    "Answered by the engine: the store has no counts.",
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(graph, "LARGE", 0)
    monkeypatch.setattr(counts, "LEAST", 0)
    (tmp_path / "ogdkg.toml").touch()
    (tmp_path / "data").mkdir()
    _write(tmp_path, 3)
    return tmp_path


def _write(root: Path, number: int) -> None:
    lines = (f"<https://x.example/{n}> a <https://x.example/C> ." for n in range(number))
    (root / "data" / "graph.ttl").write_text("\n".join(lines))


def _kept(root: Path) -> Graph:
    return Graph(read_project(root), GraphOptions(cache=True, timeout=None))


def _numbers(of: Graph) -> list[str]:
    return [getattr(row[1], "value", "") for row in expect_rows(of.sparql(COUNTING)).rows]


def test_a_store_on_disk_has_them(project: Path) -> None:
    kept = _kept(project)
    assert _numbers(kept) == ["3"] and kept.way(COUNTING) == COUNTED
    _write(project, 5)
    kept = _kept(project)
    assert _numbers(kept) == ["5"] and kept.way(COUNTING) == COUNTED


@pytest.mark.parametrize("harm", [b"", b"x" * 100])
def test_the_engine_counts_where_they_are_damaged(harm: bytes, project: Path) -> None:
    _numbers(_kept(project))
    [file] = folder_of(project).glob("*/columns")
    file.write_bytes(harm)
    kept = _kept(project)
    assert _numbers(kept) == ["3"] and kept.way(COUNTING) == BY_ENGINE
    del kept
    assert _kept(project).make_store().has(counts.NAME, counts.MADE_BY)  # `ogdkg load` makes them anew
    assert _kept(project).way(COUNTING) == COUNTED


def test_a_store_in_memory_has_them_once_they_pay_until_it_changes(project: Path) -> None:
    graph = open_graph(project)
    for _ in range(10):
        assert [row["n"] for row in graph.sparql(COUNTING)] == [3]
    store = graph.store
    assert isinstance(store, EmbeddedStore) and store.why_not_counted(COUNTING, {}) == ""
    store.add(
        Triple(Iri("https://x.example/9"), Iri("https://x.example/p"), Iri("https://x.example/9")), [None]
    )
    assert store.why_not_counted(COUNTING, {}) == "the store has no counts"
    assert [row["n"] for row in graph.sparql(COUNTING)] == [3, 1]


def test_a_server_makes_them_beforehand(project: Path) -> None:
    store = Graph(read_project(project), GraphOptions(timeout=None)).store
    assert isinstance(store, EmbeddedStore)
    text = f"BASE <https://x.example/sparql> {COUNTING}"
    assert store.why_not_counted(text, {}) == "the store has no counts"
    counts.prepare_counts(store)
    assert store.why_not_counted(text, {}) == ""


def test_explain_says_which_way_was_taken(project: Path, ogdkg: Run) -> None:
    (project / "data" / "large.ttl").write_text(f"# {'x' * (4 << 20)}\n")
    assert ogdkg("load", cwd=project).returncode == 0
    run = ogdkg("sparql", COUNTING, "-f", "csv", "--explain", cwd=project)
    assert run.stdout.splitlines()[1].endswith(",3") and COUNTED in run.stderr
    run = ogdkg("sparql", "SELECT * { ?s ?p ?o } LIMIT 1", "--explain", cwd=project)
    assert "Answered by the engine: it counts nothing." in run.stderr
    run = ogdkg("sparql", COUNTING, "--explain", "--engine", "rdflib", cwd=project)
    assert "Answered by the engine rdflib." in run.stderr
