"""How the keeper notices that files have changed."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.projects import make_small

from ogdkg import open_graph
from ogdkg.graph.graph import Graph, GraphOptions
from ogdkg.project.project import read_project
from ogdkg.web import changes
from ogdkg.web.changes import Files
from ogdkg.web.http.settings import Settings
from ogdkg.web.keeper import Sockets, _Keeper


def _rewritten(folder: Path) -> None:
    """Another file of the same size and time, in place of the old one."""
    path = folder / "data.ttl"
    before = path.stat()
    (folder / "new").write_text(path.read_text().replace("secret", "public"))
    os.utime(folder / "new", ns=(before.st_atime_ns, before.st_mtime_ns))
    (folder / "new").replace(path)


def _config(folder: Path) -> None:
    with (folder / "ogdkg.toml").open("a") as settings:
        settings.write('\n[prefixes]\ne = "urn:e:"\n')


CHANGES: list[Callable[[Path], object]] = [
    _rewritten,
    _config,
    lambda folder: (folder / "more.ttl").write_text(""),
    lambda folder: (folder / "data.ttl").unlink(),
    lambda folder: (folder / "rules" / "new.rq").write_text("CONSTRUCT WHERE { ?s ?p ?o }"),
    lambda folder: (folder / "queries" / "new.rq").write_text("SELECT * { ?s ?p ?o }"),
    lambda folder: (folder / "rules").rename(folder / "other"),
    lambda folder: (folder / "queries" / "deep" / "new.rq").write_text("SELECT * { ?s ?p ?o }"),
    lambda folder: (folder / "shapes" / "new.ttl").write_text(""),
    lambda folder: (folder / "ogdkg.toml").write_text("broken"),
    lambda folder: (folder / "ogdkg.toml").unlink(),
]


NAMES = [
    "rewritten",
    "config",
    "new file",
    "file gone",
    "rule",
    "query",
    "folder gone",
    "deep query",
    "shape",
]
NAMES += ["broken", "no config"]


@pytest.mark.parametrize("is_settled", [True, False], ids=["settled", "new"])
@pytest.mark.parametrize("change", CHANGES, ids=NAMES)
def test_each_change_is_noticed(
    change: Callable[[Path], object], is_settled: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_SETTLED", -1 if is_settled else 10**12)
    make_small(tmp_path, rule="CONSTRUCT WHERE { ?s ?p ?o }")
    (tmp_path / "queries" / "deep").mkdir()
    with (tmp_path / "ogdkg.toml").open("a") as settings:
        settings.write('[shapes]\nfiles = ["shapes/*.ttl"]\n')
    (tmp_path / "shapes").mkdir()
    files = Files(lambda: open_graph(tmp_path))
    before = files.stamp()
    assert files.stamp() == before
    change(tmp_path)
    assert files.stamp() != before


def test_nothing_is_looked_for_where_nothing_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_SETTLED", -1)
    files = Files(lambda: open_graph(make_small(tmp_path)))
    before = files.stamp()
    monkeypatch.setattr(changes, "files_of", None)
    assert files.stamp() == before


def test_the_project_is_read_again_once_its_own_file_changes(tmp_path: Path) -> None:
    make_small(tmp_path)
    opened: list[Graph] = []

    def opening() -> Graph:
        opened.append(open_graph(tmp_path))
        return opened[-1]

    files = Files(opening)
    for _ in range(3):
        files.stamp()
    (tmp_path / "data.ttl").write_text("")
    files.stamp()
    assert len(opened) == 1
    _config(tmp_path)
    files.stamp()
    assert len(opened) == 2


def test_a_store_on_disk_shows_no_personal_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be left out of it, so that a graph with such data is held in memory."""
    monkeypatch.setattr("ogdkg.graph.graph.LARGE", 10)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    project = make_small(tmp_path, query="SELECT ?node { ?node a <urn:T> }")
    with (project / "ogdkg.toml").open("a") as settings:
        settings.write('\n[export]\npersonal = "look"\n')

    def is_shown(*, personal: bool) -> bool:
        graph = Graph(read_project(project), GraphOptions(cache=True))
        assert graph.is_large_here
        with socket.socket(socket.AF_UNIX) as one, socket.socket(socket.AF_UNIX) as two:
            keeper = _Keeper(lambda: graph, Sockets(one, two), Settings(personal=personal), None)
            query = keeper._new_origin(0)[0].answerer.answers["query"]
        asked = {"text": "ASK { ?s a <urn:T> }", "base": "http://b.example/sparql", "accept": "text/csv"}
        return "true" in "".join(map(str, query(asked).body))

    assert not is_shown(personal=False)
    assert is_shown(personal=True)
