"""Projects to run commands on: our own, a copy of it, and one of a single graph."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from ogdkg import Graph, open_graph
from ogdkg.evidence.citations import Citations
from tests.conftest import ROOT

Make = Callable[..., Path]
DATA = '<urn:a> a <urn:T> ; <urn:p> <urn:b>, 1, "secret" . <urn:b> a <urn:T> .\n'
Settings = Mapping[str, str | Sequence[str]]


def configuration(
    layers: Mapping[str, Settings], prefixes: Settings | None = None, **tables: Settings
) -> str:
    """Return the text of an ogdkg.toml.

    Args:
        layers: The settings of each layer, by its name.
        prefixes: The prefixes.
        tables: Further tables by their names, such as `project`.
    """
    named = [("[[layer]]", {"name": name, **settings}) for name, settings in layers.items()]
    named += [(f"[{name}]", settings) for name, settings in tables.items()]
    named += [("[prefixes]", prefixes)] if prefixes else []
    return "\n".join(f"{head}\n{_lines(settings)}" for head, settings in named)


def _lines(settings: Settings) -> str:
    """A line for each setting: text, and lists of it, are written in TOML as in JSON."""
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())


SETTINGS = configuration(
    {
        "data": {"files": ["*.ttl"], "graph": "urn:graph"},
        "derived": {"rules": ["rules/*.rq"], "graph": "urn:derived"},
    },
    project={"name": "small"},
)


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
