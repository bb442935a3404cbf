"""The file for small queries: made once, beside answers, and kept where the store is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.projects import make_small

from ogdkg.graph.graph import Graph, GraphOptions
from ogdkg.project.project import read_project
from ogdkg.store.rdflib import RdflibStore
from ogdkg.web.small_queries import building
from ogdkg.web.small_queries.blocks import SUBJECTS, Blocks
from ogdkg.web.small_queries.building import BlockFile, find_blocks

MANY = 1_000
COMING, NONE = BlockFile(None, is_coming=True), BlockFile(None, is_coming=False)
TERM = '{"type": "uri", "value": "urn:a"}'


@pytest.fixture
def aside(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """What is to be done beside answers."""
    works: list[Callable[[], None]] = []
    monkeypatch.setattr(building, "work_aside", works.append)
    return works


def test_a_graph_in_memory_has_one_a_version(tmp_path: Path, aside: list[Callable[[], None]]) -> None:
    make_small(tmp_path)
    graph = Graph(read_project(tmp_path))
    assert find_blocks(graph, tmp_path, 1, 0) == NONE  # it would cost more than it saves
    assert find_blocks(graph, tmp_path, 1, MANY) == COMING
    assert find_blocks(graph, tmp_path, 1, MANY) == COMING  # it is being made
    assert len(aside) == 1
    aside[0]()
    path = find_blocks(graph, tmp_path, 1, 0).path
    assert path == tmp_path / "near-1"
    blocks = Blocks(path)
    assert blocks.has(SUBJECTS, TERM)
    blocks.close()
    assert find_blocks(graph, tmp_path, 2, MANY) == COMING  # of another version
    assert not list(tmp_path.glob("near-1.*"))


def test_a_store_on_disk_keeps_it(
    tmp_path: Path, aside: list[Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small(tmp_path)
    monkeypatch.setattr(Graph, "is_large", True)
    graph = Graph(read_project(tmp_path), GraphOptions(cache=True))
    assert find_blocks(graph, tmp_path, 1, MANY) == COMING
    aside[0]()
    path = find_blocks(graph, tmp_path, 1, 0).path
    assert path and path.parent == graph.stored.folder  # type: ignore[union-attr]
    again = Graph(read_project(tmp_path), GraphOptions(cache=True))
    assert find_blocks(again, tmp_path, 2, 0).path == path
    assert len(aside) == 1 and not list(tmp_path.glob("near-*"))


def test_another_engine_has_none(tmp_path: Path, aside: list[Callable[[], None]]) -> None:
    make_small(tmp_path)
    graph = Graph(read_project(tmp_path), GraphOptions(engine="rdflib"))
    assert isinstance(graph.store, RdflibStore)
    assert (find_blocks(graph, tmp_path, 1, MANY), aside) == (NONE, [])
