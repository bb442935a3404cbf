"""How the keeper notices that files have changed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.projects import make_small

from ogdkg import open_graph
from ogdkg.graph.graph import Graph
from ogdkg.web.keeper import _Files


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
    lambda folder: (folder / "ogdkg.toml").write_text("broken"),
    lambda folder: (folder / "ogdkg.toml").unlink(),
]


NAMES = ["rewritten", "config", "new file", "file gone", "rule", "query", "broken", "no config"]


@pytest.mark.parametrize("change", CHANGES, ids=NAMES)
def test_each_change_is_noticed(change: Callable[[Path], object], tmp_path: Path) -> None:
    make_small(tmp_path)
    files = _Files(lambda: open_graph(tmp_path))
    before = files.stamp()
    assert files.stamp() == before
    change(tmp_path)
    assert files.stamp() != before


def test_the_project_is_read_again_once_its_own_file_changes(tmp_path: Path) -> None:
    make_small(tmp_path)
    opened: list[Graph] = []

    def opening() -> Graph:
        opened.append(open_graph(tmp_path))
        return opened[-1]

    files = _Files(opening)
    for _ in range(3):
        files.stamp()
    (tmp_path / "data.ttl").write_text("")
    files.stamp()
    assert len(opened) == 1
    _config(tmp_path)
    files.stamp()
    assert len(opened) == 2
