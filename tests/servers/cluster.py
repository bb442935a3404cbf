"""Five replicas and two of our servers behind HAProxy, of which any can be killed at any step of a push.

Pushes and readers are processes of their own, forked here: they end with the command's exit code, or by a
signal. A step is a request of the push, known by the replica, by what is asked of it, and how often before.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.conftest import ROOT
from tests.servers.replicas import CONFIG, Box
from tests.servers.running import free_port

from ogdkg import Graph
from ogdkg.cli.main import main
from ogdkg.errors import OgdkgError
from ogdkg.graph.graph import GraphOptions
from ogdkg.project.project import read_project
from ogdkg.rdf.terms import Literal
from ogdkg.remote.fleet import Fleet, Replica, current
from ogdkg.remote.http import Http, HttpRequest, HttpResponse
from ogdkg.remote.protocol import RemoteStore
from ogdkg.store.base import Rows

HAPROXY = Path("/usr/sbin/haproxy")
SETTINGS = ROOT / "docs" / "deploy" / "haproxy-replicas.cfg"
KINDS_OF = ("oxigraph", "oxigraph", "oxigraph", "virtuoso", "virtuoso")
NAMES = ("Oxigraph 1", "Oxigraph 2", "Oxigraph 3", "Virtuoso 1", "Virtuoso 2")
PUSH = "the push"
GRAPHS = ("g1", "g2")
ONE = "SELECT ?o {{ GRAPH <https://e.example/{}> {{ ?s <https://e.example/is> ?o }} }}"
ALL = "SELECT ?o { GRAPH ?g { ?s <https://e.example/is> ?o } }"


class Step(NamedTuple):
    """A request of a push: at which replica, what for, and how often before."""

    replica: str
    what: str
    before: int

    def __str__(self) -> str:
        again = f" ({self.before + 1})" if self.before else ""
        return f"{self.replica}: {self.what}{again}"


def what_of(request: HttpRequest) -> str:
    """What a request of a push is for."""
    text = urllib.parse.unquote_plus(f"{request.url} {(request.body or b'').decode(errors='replace')}")
    if "-graph-crud" in request.url or "/store" in request.url:
        name = next((value for key, value in request.params.items() if key.startswith("graph")), "")
        graph = name.rpartition("/")[2] or "the merged copy"
        return {"PUT": f"write {graph}", "GET": f"read {graph} back"}.get(request.method, f"delete {graph}")
    if "update=" in text:
        state = re.search(r'\\"(writing|whole|read)\\"', text)
        return (
            f'say "{state[1]}"' if state else "try the default graph" if "trial" in text else "list a graph"
        )
    found = {
        "urn:ogdkg:version": "ask for its version",
        "trial": "see the default graph",
        "?p ?o": "read its manifest",
    }
    return next((what for part, what in found.items() if part in text), "ask what it is")


class Cluster:
    """A project, five replicas, HAProxy, and two of our servers."""

    def __init__(self, root: Path, kinds: tuple[str, ...] = KINDS_OF) -> None:
        self.root, self.version = root, 0
        self.boxes = [Box(root / f"box{number}", kind) for number, kind in enumerate(kinds)]
        self.names = [
            NAMES[KINDS_OF.index(kind) + kinds[:number].count(kind)] for number, kind in enumerate(kinds)
        ]
        self.ports = [free_port() for _ in KINDS_OF]
        self.web, self.worker_ports = free_port(), (free_port(), free_port())
        (root / "data").mkdir()
        urls = [
            box.url.replace(str(box.port), str(port))
            for box, port in zip(self.boxes, self.ports, strict=False)
        ]
        (root / "ogdkg.toml").write_text(CONFIG.format(urls=json.dumps(urls)))
        self.origins = ",".join(url.rpartition("/")[0] for url in urls)
        self.balancer = self._balance()
        self.workers: list[subprocess.Popen[bytes]] = []
        while not _answers(urls[0]):
            time.sleep(0.05)

    @property
    def env(self) -> dict[str, str]:
        """What lets a push write."""
        return {"OGDKG_ORIGINS": self.origins, "OGDKG_USER": "dba", "OGDKG_PASSWORD": "dba"}

    def _balance(self) -> subprocess.Popen[bytes]:
        """HAProxy with the settings of the documentation, at other addresses."""
        text = SETTINGS.read_text()
        changes = {r"bind :80\b": f"bind 127.0.0.1:{self.web}"}
        changes |= {
            rf"127\.0\.0\.1:800{i}\b": f"127.0.0.1:{port}" for i, port in enumerate(self.worker_ports)
        }
        changes |= {rf"127\.0\.0\.1:700{i + 1}\b": f"127.0.0.1:{port}" for i, port in enumerate(self.ports)}
        boxes = dict(zip(self.names, self.boxes, strict=True))
        for number, name in enumerate(NAMES):
            port = boxes[name].port if name in boxes else free_port()
            changes[rf"192\.0\.2\.{number + 1}:\d+"] = f"127.0.0.1:{port}"
        for pattern, new in changes.items():
            text, number = re.subn(pattern, new, text)
            assert number == 1, pattern
        file = self.root / "haproxy.cfg"
        file.write_text(text)
        with (self.root / "haproxy.out").open("wb") as out:
            return subprocess.Popen([str(HAPROXY), "-db", "-f", str(file)], stdout=out, stderr=out)

    def serve(self, number: int) -> None:
        """Start one of our servers, and wait until it is ready."""
        port = self.worker_ports[number]
        command = [
            sys.executable,
            "-m",
            "ogdkg",
            "--trust",
            "serve",
            "--endpoint",
            "fleet",
            "--port",
            str(port),
        ]
        out = (self.root / f"worker{number}.out").open("wb")
        env = {**os.environ, "OGDKG_ORIGINS": self.origins}
        process = subprocess.Popen(command, cwd=self.root, env=env, stdout=out, stderr=out)
        out.close()
        self.workers[number : number + 1] = [process]
        end = time.monotonic() + 60
        while time.monotonic() < end and not _is_ready(f"http://127.0.0.1:{port}/ready"):
            time.sleep(0.05)

    def write(self) -> None:
        """A new version of the files."""
        self.version += 1
        said = "".join(
            f"e:{name} {{ e:a e:is {self.version} . [] e:says {self.version} }}\n" for name in GRAPHS
        )
        (self.root / "data" / "all.trig").write_text(f"@prefix e: <https://e.example/> .\n{said}")

    def fleet(self) -> Fleet:
        project = read_project(self.root, trust=True)
        store = Graph(project, GraphOptions(timeout=20, endpoint=project.endpoint("fleet"))).remote
        assert isinstance(store, Fleet)
        return store

    def push(self, on_step: Callable[[Step], None] = lambda step: None) -> int:
        """Push in a process of its own; return its exit code, negative for a signal."""
        child = os.fork()
        if not child:
            code = 70
            with contextlib.suppress(BaseException):
                code = self._pushed(on_step)
            os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def _pushed(self, on_step: Callable[[Step], None]) -> int:
        out = os.open(self.root / "push.out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.environ.update(self.env)
        lock, seen, real = threading.Lock(), Counter[tuple[str, str]](), Http.send

        def send(http: Http, request: HttpRequest) -> HttpResponse:
            port = urllib.parse.urlsplit(request.url).port or 0
            key = self.names[self.ports.index(port)], what_of(request)
            with lock:
                step = Step(*key, seen[key])
                seen[key] += 1
                on_step(step)
            return real(http, request)

        Http.send = send  # type: ignore[method-assign]
        return main(["-C", str(self.root), "--trust", "push", "--endpoint", "fleet"])

    def steps(self) -> list[Step]:
        """All steps of a push that writes to each replica, as they come."""
        file = self.root / "steps"
        file.write_text("")

        def note(step: Step) -> None:
            with file.open("a") as out:
                out.write(json.dumps(step) + "\n")

        self.write()
        assert self.push(note) == 0, (self.root / "push.out").read_text()
        return [Step(*json.loads(line)) for line in file.read_text().splitlines()]

    def push_killing(self, at: Step, victim: str) -> int:
        """Push, and kill a replica, or the push, right before a step."""
        processes = {name: box.process.pid for name, box in zip(self.names, self.boxes, strict=True)}

        def kill(step: Step) -> None:
            if step == at:
                pid = processes.get(victim, os.getpid())
                os.kill(pid, signal.SIGKILL)
                while Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z":
                    time.sleep(0.005)

        return self.push(kill)

    def states(self) -> str:
        """What each replica holds; `*`: it does not say yet that it is read."""
        replicas = self.fleet()._asked(lambda told: False, waits=False)  # HAProxy is not waited for
        return " ".join(map(self._state, replicas))

    def _state(self, replica: Replica) -> str:
        version = replica.store_version
        if replica.error or not version:
            return "away" if replica.error else "empty"
        if version.state == "writing":
            return "half"
        value = value_of(replica.store, GRAPHS[0])
        return ("new" if value == self.version else "old") + ("" if version.state == "read" else "*")

    def read(self) -> int:
        """The version that a command reads, which asks three times."""
        fleet = self.fleet()
        found = {value_of(fleet, name) for name in GRAPHS} | set(values_of(fleet, ALL))
        if len(found) != 1:
            raise AssertionError(f"mixed: {found}")
        return found.pop()

    def read_web(self) -> int | None:
        """The version that our servers answer with; None if the answer is an error."""
        query = urllib.parse.urlencode({"query": ALL})
        request = urllib.request.Request(f"http://127.0.0.1:{self.web}/sparql?{query}")
        request.add_header("Accept", "application/sparql-results+json")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                rows = json.load(answer)["results"]["bindings"]
        except (OSError, ValueError):
            return None
        found = {int(row["o"]["value"]) for row in rows}
        if len(found) != 1:
            raise AssertionError(f"mixed: {found}")
        return found.pop()

    def is_whole(self) -> bool:
        """Whether each replica holds all graphs of the version, and says so."""
        replicas = self.fleet().replicas()
        newest = current(replicas)
        return newest is not None and all(
            each.holds is not None
            and (each.holds.key, each.holds.state) == (newest.key, "read")
            and {value_of(each.store, name) for name in GRAPHS} == {self.version}
            for each in replicas
        )

    @contextlib.contextmanager
    def readers(self) -> Iterator[Callable[[], Counter[str]]]:
        """Readers in processes of their own; what they have seen so far, by kind."""
        file = self.root / "seen"
        file.write_text("")
        children = [self._reader(file, "command", self.read), self._reader(file, "web", self.read_web)]
        try:
            yield lambda: Counter(file.read_text().split("\n")[:-1])
        finally:
            for child in children:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)

    def _reader(self, file: Path, name: str, read: Callable[[], int | None]) -> int:
        child = os.fork()
        if child:
            return child
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        last = 0
        while True:
            try:
                found = read()
                what = "an error" if found is None else "older" if found < last else "whole"
                last = max(last, found or 0)
            except OgdkgError as error:
                what = "changed" if "were changed while" in error.message else f"an error: {error.message}"
            except AssertionError:
                what = "mixed"
            with file.open("a") as out:
                out.write(f"{name}: {what}\n")
            time.sleep(0.05)

    def close(self) -> None:
        """End all."""
        for process in (self.balancer, *self.workers):
            process.kill()
            process.wait()
        for box in self.boxes:
            box.kill()
        shutil.rmtree(self.root, ignore_errors=True)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}?query=ASK%7B%7D", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


def values_of(store: RemoteStore, query: str) -> list[int]:
    result = store.query(query)
    assert isinstance(result, Rows)
    return [int(value.value) for (value,) in result.rows if isinstance(value, Literal)]


def value_of(store: RemoteStore, name: str) -> int:
    (value,) = values_of(store, ONE.format(name))
    return value
