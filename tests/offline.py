"""The part of a site that a browser answers with: made of a project, and asked by Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.exchange.export import without_personal
from ogdkg.graph.graph import Graph, GraphOptions
from ogdkg.project.project import find_project
from ogdkg.web.offline.assets import SitePages, assets, is_built, question_file
from ogdkg.web.questions import asked
from ogdkg.web.questions.graphs import QueriedGraphs
from tests.conftest import ROOT, need

ANSWERS = ROOT / "tests" / "answers.mjs"


class Case(NamedTuple):
    """A stored query with values of its parameters."""

    name: str
    given: Mapping[str, Sequence[str]]

    def as_asked(self, query: StoredQuery) -> asked.Asked:
        """Return it as the address of a question says it."""
        return asked.Asked(query, {name: list(texts) for name, texts in self.given.items()}, "")


def need_engine(*, by_node: bool = True) -> None:
    """Skip a test where the engine, or Node, is not installed; in CI, that is a failure."""
    is_here = is_built() and (shutil.which("node") or not by_node)
    need(is_here, "the engine for browsers, or Node,", "tools/offline/build.sh")


def graphs_of(project: Path) -> QueriedGraphs:
    """Return the graphs that the questions of a project read, without personal data."""
    graph, hidden = Graph(find_project(project), GraphOptions(timeout=None)), []
    if graph.project.personal:
        graph, hidden = without_personal(graph)
    graphs = QueriedGraphs(graph, of_store=False)
    graphs.prepare(hidden)
    return graphs


def write_assets(graphs: QueriedGraphs, to: Path) -> None:
    """Write the files with which a browser answers."""
    for path, body in assets(SitePages(graphs)):
        file = to / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)


class Node(NamedTuple):
    """A process that answers on the modules of a site."""

    process: subprocess.Popen[str]

    def cases(self, cases: Sequence[Case], *, cite: bool = False) -> list[dict[str, Any]]:
        """Return what stored queries answer."""
        return self.texts(
            [{"file": question_file(each.name), "given": each.given, "cite": cite} for each in cases]
        )

    def texts(self, asked: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return what the modules answer, also to `sparql` of one's own."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "Node ended"
        found: list[dict[str, Any]] = json.loads(line)
        return found


@contextmanager
def asking(site: Path) -> Iterator[Node]:
    """Start Node on a site."""
    (site / "_ogdkg" / "package.json").write_text('{"type": "module"}')
    # Without its optimizer of scripts, which ends Node 20 at times: "Deoptimizer, unreachable code".
    command = ["node", "--no-opt", str(ANSWERS), str(site)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Node(process)
