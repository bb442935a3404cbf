"""Servers for the tests of this folder, each started once; without their programs the tests are skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT, TREES
from tests.servers.running import Running, need_server, running

from ogdkg import Graph
from ogdkg.exchange.push import push
from ogdkg.graph.graph import GraphOptions
from ogdkg.project.endpoint import find_endpoint
from ogdkg.project.project import read_project

ALL = ("ogdkg", "oxigraph", "oxigraph-unnamed", "virtuoso")
OF_OTHERS = ALL[1:]  # a write to our own takes a process each, so hundreds of graphs take minutes
Start = Callable[..., Running]


@pytest.fixture(scope="session")
def start() -> Iterator[Start]:
    """The server of a name, started when it is first asked for; another one for each purpose."""
    found: dict[tuple[str, str], Running] = {}
    with ExitStack() as stack:

        def get(name: str, purpose: str = "") -> Running:
            need_server(name)
            if (name, purpose) not in found:
                found[name, purpose] = stack.enter_context(running(name))
            return found[name, purpose]

        yield get


@pytest.fixture(scope="session", params=ALL)
def server_name(request: pytest.FixtureRequest) -> str:
    """Each server, one after another."""
    name: str = request.param
    return name


def clear(graph: Graph) -> None:
    """Take away all that a project has pushed, and the unnamed graph."""
    graph = Graph(graph.project, graph.options)
    for name in graph.remote.push_manifest.graphs if graph.remote.push_manifest else ():
        if name:
            graph.remote.delete(name)
    if graph.remote.server.has_unnamed:
        graph.remote.put(None, [])
    graph.remote.update(f"DROP SILENT GRAPH <{graph.project.manifest}>")


@pytest.fixture
def empty(server_name: str, start: Start, monkeypatch: pytest.MonkeyPatch) -> Running:
    """A server to write to; tests leave nothing there."""
    server = start(server_name, "writing")
    for key, value in server.env.items():
        monkeypatch.setenv(key, value)
    return server


@pytest.fixture(scope="session")
def ours(server_name: str, start: Start) -> Running:
    """The server with our graph."""
    if server_name not in OF_OTHERS:
        pytest.skip("it takes minutes to fill with hundreds of graphs")
    return _pushed(start(server_name, "ours"), ROOT)


@pytest.fixture(scope="session")
def trees_there(server_name: str, start: Start) -> Running:
    """The server with the fixture project's graph."""
    return _pushed(start(server_name, "trees"), TREES)


def _pushed(server: Running, folder: Path) -> Running:
    with pytest.MonkeyPatch.context() as patch:
        for key, value in server.env.items():
            patch.setenv(key, value)
        graph = at(server, folder)
        push(graph, graph.remote)
    return server


def at(server: Running, folder: Path, **changes: Any) -> Graph:
    """The graph of a project at a server."""
    endpoint = find_endpoint(server.url, ())._replace(**changes)
    return Graph(read_project(folder), GraphOptions(timeout=60, endpoint=endpoint))
