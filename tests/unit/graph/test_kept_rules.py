"""What rules derive is kept as long as nothing changes that they read, and is what they would derive."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ogdkg.graph.graph import Graph, GraphOptions
from ogdkg.project.project import read_project
from ogdkg.rdf.terms import Quad
from ogdkg.store.embedded import EmbeddedStore
from tests.conftest import TREES

RULE = "queries/rules/new.rq"
CONSTRUCT = "CONSTRUCT {{ ?s <urn:new> {} }} WHERE {{ ?s <urn:old> ?o }}"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "ogdkg" / "derived"


@pytest.fixture
def root(kept: Path, tmp_path: Path) -> Path:
    root = shutil.copytree(TREES, tmp_path / "trees")
    file = root / "data" / "reference.ttl"
    file.write_text(f"{file.read_text()}\n<urn:a> <urn:old> 1 .\n", encoding="utf-8")
    (root / RULE).write_text(CONSTRUCT.format(2), encoding="utf-8")
    return root


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The graphs that rules ran for."""
    ran: list[str] = []
    derive = EmbeddedStore.derive

    def counted(self: EmbeddedStore, stages: object, graph: object, seconds: object = None) -> None:
        ran.append(str(graph))
        derive(self, stages, graph, seconds)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(EmbeddedStore, "derive", counted)
    yield ran


def quads(root: Path, *layers: str, cache: bool = True) -> set[Quad]:
    return set(Graph(read_project(root), GraphOptions(layers, cache=cache)).store.quads())


@pytest.mark.parametrize("layers", [(), ("derived",), ("source", "derived")], ids=str)
def test_rules_run_once_for_the_same_files(root: Path, runs: list[str], layers: tuple[str, ...]) -> None:
    """Whether they run in the graph that is asked for or, as they read more, in one of their own."""
    first = quads(root, *layers)
    assert len(runs) == 1
    assert quads(root, *layers) == first == quads(root, *layers, cache=False)
    assert len(runs) == 2  # the one without


def _data(root: Path) -> None:
    (root / "data" / "new.trig").write_text("<urn:g> { <urn:b> <urn:old> 1 }", encoding="utf-8")


def _same_size(root: Path) -> None:
    file = root / "data" / "reference.ttl"
    file.write_text(file.read_text().replace("<urn:a>", "<urn:c>"), encoding="utf-8")
    os.utime(file, (1, 1))


def _rule(root: Path) -> None:
    (root / RULE).write_text(CONSTRUCT.format(3), encoding="utf-8")


def _no_rule(root: Path) -> None:
    (root / RULE).unlink()


def _settings(root: Path) -> None:
    file = root / "ogdkg.toml"
    file.write_text(file.read_text().replace("graph/derived", "graph/made"), encoding="utf-8")


@pytest.mark.parametrize("change", [_data, _same_size, _rule, _no_rule, _settings])
def test_a_change_is_noticed(root: Path, runs: list[str], change: object) -> None:
    before = quads(root)
    change(root)  # type: ignore[operator]  # one of the above
    after = quads(root)
    assert after != before
    assert len(runs) == 2
    assert quads(root, cache=False) == after == quads(root)


@pytest.mark.parametrize("value", ["?t } WHERE { BIND(NOW() AS ?t) ?s ?p ?o } #", "[]", "'_:b'"])
def test_what_each_time_is_another_is_not_kept(root: Path, kept: Path, value: str) -> None:
    (root / RULE).write_text(CONSTRUCT.format(value), encoding="utf-8")
    quads(root)
    assert not kept.exists()


def test_a_file_that_changes_meanwhile_keeps_nothing(
    root: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    derive = EmbeddedStore.derive

    def changing(self: EmbeddedStore, *arguments: object) -> None:
        derive(self, *arguments)  # type: ignore[arg-type]  # passed on
        _same_size(root)

    monkeypatch.setattr(EmbeddedStore, "derive", changing)
    quads(root)
    assert not kept.exists()


def test_a_file_in_the_graph_of_rules_keeps_nothing(root: Path, kept: Path) -> None:
    (root / "data" / "more.trig").write_text(
        "<https://trees.example/graph/derived> { <urn:x> <urn:y> 1 }", encoding="utf-8"
    )
    assert quads(root) == quads(root) == quads(root, cache=False)
    assert not kept.exists()


def test_what_others_could_have_written_is_not_believed(root: Path, kept: Path, runs: list[str]) -> None:
    first = quads(root)
    (path,) = kept.iterdir()
    path.write_bytes(b"<urn:planted> <urn:p> 1 .\n")
    kept.chmod(0o777)
    assert quads(root) == first
    assert len(runs) == 2
