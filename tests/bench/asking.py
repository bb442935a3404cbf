"""Engines that hold a graph, each in a process of its own, asked the same queries in turns."""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from ogdkg import Graph
from ogdkg.project.project import read_project
from tests.bench.peers import HERE, Peers
from tests.bench.questions import PLAIN, STORED, WHOLE
from tests.bench.report import Cell
from tests.bench.rows import US

_ENGINES = {
    US: "",
    "ogdkg_on_disk": "",
    "pyoxigraph": "pyoxigraph",
    "rdflib": "rdflib",
    "oxrdflib": "oxrdflib",
    "maplib": "maplib",
}
# rdflib takes a minute to read a million triples, and more than that for one of the questions.
_MOST = {"rdflib": 1_000_000, "oxrdflib": 200_000}
_ENOUGH = 5.0  # seconds: what has taken so long in all is not asked again
_ONE_GRAPH = ("rdflib", "oxrdflib", "maplib")
# They ask for passages, which a plain file has not.
NOT_WITHOUT_GRAPHS = ("stored: initiatives", "stored: organisations", "stored: shared-organisations")


class Asker:
    """One engine; silent once it has failed or taken too long."""

    def __init__(self, engine: str, python: str, folder: Path, limit: float) -> None:
        self.engine, self._limit = engine, limit
        # -P: beside the script lies a module that is called http, as one of the standard library.
        command = [python, "-P", str(HERE / "asker.py"), engine, str(folder)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.loaded = self._answer()

    def ask(self, query: str, how: str) -> dict[str, Any]:
        """Seconds, number of rows and, to "tell", the rows; an "error" where there is none."""
        if self._process.poll() is not None or self._process.stdin is None:
            return {"error": "has ended"}
        self._process.stdin.write(json.dumps([query, how]).encode() + b"\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(self._limit):
                self._process.kill()
                return {"error": f"stopped after {self._limit:.0f} s"}
        line = self._process.stdout.readline()
        found: dict[str, Any] = json.loads(line) if line else {"error": "has ended"}
        return found


class Askers:
    """All engines at hand, over one generated graph."""

    def __init__(self, peers: Peers, folder: Path, size: int, limit: float) -> None:
        self._size = size
        self._queries = {f"ask: {name}": text for name, text in PLAIN.items()}
        self._queries |= {f"stored: {name}": text for name, text in _bound(folder).items()}
        self._queries |= {f"whole: {name}": text for name, text in WHOLE.items()}
        self._askers = [
            Asker(engine, peers.python if module else sys.executable, folder, limit)
            for engine, module in _ENGINES.items()
            if (not module or module in peers.have) and size <= _MOST.get(engine, size)
        ]

    def __enter__(self) -> Askers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for asker in self._askers:
            asker.close()

    def cells(self, rounds: int) -> list[Cell]:
        """Each query's times for each engine, after a first round that tells the rows and warms up."""
        cells = []
        for name, text in self._queries.items():
            told = {asker: asker.ask(text, "tell") for asker in self._askers}
            times: dict[Asker, list[float]] = {asker: [] for asker in self._askers}
            for _ in range(rounds * 2):
                for asker in self._askers:
                    if sum(times[asker]) > _ENOUGH:
                        continue
                    answer = asker.ask(text, "time") if "error" not in told[asker] else told[asker]
                    if "error" in answer:
                        told[asker] = answer
                    else:
                        times[asker].append(answer["seconds"])
            ours = next(told[asker] for asker in self._askers if asker.engine == US)
            for asker in self._askers:
                cells.append(self._cell(name, asker, times[asker], told[asker], ours))
        return cells

    def _cell(
        self, name: str, asker: Asker, times: list[float], told: dict[str, Any], ours: dict[str, Any]
    ) -> Cell:
        fault, agrees = str(told.get("error", "")), None
        if not fault and "rows" in ours:
            agrees = told["rows"] == ours["rows"] or (
                asker.engine == "maplib" and told["count"] == ours["count"]
            )
            if name in NOT_WITHOUT_GRAPHS and asker.engine in _ONE_GRAPH:
                agrees, times, fault = None, [], "has no graphs here"
        megabytes = asker.loaded.get("megabytes", 0)
        return Cell(
            self._size, name, asker.engine, "", tuple(times) if not fault else (), megabytes, agrees, fault
        )


def _bound(folder: Path) -> dict[str, str]:
    """The stored queries with their values, as the engines are asked them."""
    graph = Graph(read_project(folder))
    return {name: graph.bind(graph.catalogue.get(name), values) for name, values in STORED.items()}
