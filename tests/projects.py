"""Projects to run commands on: our own, a copy of it, and one of a single graph."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

from ogdkg import Graph, open_graph
from ogdkg.evidence.citations import Citations
from tests.conftest import ROOT

Make = Callable[..., Path]
DATA = '<urn:a> a <urn:T> ; <urn:p> <urn:b>, 1, "secret" . <urn:b> a <urn:T> .\n'
SETTINGS = """
[project]
name = "small"

[[layer]]
name = "data"
files = ["*.ttl"]
graph = "urn:graph"

[[layer]]
name = "derived"
rules = ["rules/*.rq"]
graph = "urn:derived"
"""


@cache
def our_graph() -> Graph:
    """Our own graph, opened once, since that takes a third of a second; tests leave it as it was."""
    return open_graph(ROOT)


@cache
def our_citations() -> Citations:
    """What the statements of our own graph cite."""
    return Citations(our_graph())


def copy_own_project(to: Path) -> None:
    """Put a copy of our own project into a folder, to be changed, or to keep a store in."""
    for name in ("data", "ontology", "queries"):
        shutil.copytree(ROOT / name, to / name)
    shutil.copy(ROOT / "ogdkg.toml", to)


def make_small(folder: Path, *, rule: str | None = None, query: str | None = None) -> Path:
    """Make a project of one graph, a rule and a stored query."""
    (folder / "ogdkg.toml").write_text(SETTINGS)
    (folder / "data.ttl").write_text(DATA)
    for name, file, text in (("rules", "draw.rq", rule), ("queries", "look.rq", query)):
        (folder / name).mkdir(exist_ok=True)
        if text is not None:
            (folder / name / file).write_text(text)
    return folder
