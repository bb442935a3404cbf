"""Servers for tests of replicas: one that can be killed, and simulated ones."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.servers.running import KINDS, _wait, free_port
from tests.servers.serving import Handler, Hostile

from ogdkg import Graph
from ogdkg.graph.graph import GraphOptions
from ogdkg.project.project import read_project
from ogdkg.remote.fleet import Fleet

CONFIG = """[project]
name = "small"
things = "https://e.example/"
[prefixes]
graph = "https://e.example/graph/"
[[endpoint]]
name = "fleet"
urls = {urls}
"""


class Box:
    """A server that can be killed and comes back with what it held."""

    def __init__(self, folder: Path, kind: str = "oxigraph") -> None:
        folder.mkdir()
        self.folder, self.kind, self.port = folder, kind, free_port()
        self.url = ""
        self.start()

    def start(self) -> None:
        """Start it; if it ran before, it was killed."""
        if self.url:
            self.process.wait()
        command, self.url = KINDS[self.kind].start(self.folder, self.port)
        with (self.folder / "out").open("wb") as out:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=out, stderr=out)
        _wait(self.url, self.process, self.folder / "out")

    def kill(self) -> None:
        """End it at once, as a failing power supply does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None


VERSION = json.dumps([5, "d", "read", 5])


def rows(**values: str) -> bytes:
    row = {name: {"type": "literal", "value": value} for name, value in values.items()}
    return json.dumps({"head": {"vars": [*values]}, "results": {"bindings": [row]}}).encode()


def says(
    seconds: float = 0.0, version: str = VERSION, then: Callable[[Handler], None] | None = None
) -> Callable[[Handler], None]:
    """A server that answers one query after another, each after some time, or as `then` does."""
    turn = threading.Lock()

    def say(handler: Handler) -> None:
        query = handler.asked.query
        if "urn:ogdkg:version" in query:
            handler.answer(
                rows(o=version) if version else b'{"head": {"vars": ["o"]}, "results": {"bindings": []}}'
            )
        elif "?p ?o" in query:
            manifest = {
                "p": {"type": "uri", "value": "urn:ogdkg:default-graph"},
                "o": {"type": "literal", "value": "union"},
            }
            handler.answer(
                json.dumps({"head": {"vars": ["p", "o"]}, "results": {"bindings": [manifest]}}).encode()
            )
        elif query == "ASK {}":  # what its product is
            handler.answer()
        elif then:
            then(handler)
        else:
            with turn:
                time.sleep(seconds)
            handler.answer(rows(o=str(handler.server.server_port)))

    return say


def fleet_at(root: Path, servers: list[Hostile], *, timeout: float = 20, more: str = "") -> Fleet:
    """The fleet of these servers, with more lines in its description."""
    urls = json.dumps([server.url for server in servers])
    (root / "ogdkg.toml").write_text(CONFIG.format(urls=urls) + more)
    project = read_project(root, trust=True)
    store = Graph(project, GraphOptions(timeout=timeout, endpoint=project.endpoint("fleet"))).remote
    assert isinstance(store, Fleet)
    return store


QUERY = "SELECT ?o { <urn:a> <urn:b> ?o }"
