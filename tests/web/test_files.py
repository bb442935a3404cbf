"""Files without a project, the number of workers, and another ASGI server: the same face."""

from __future__ import annotations

import gzip
import importlib.util
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import TREES, need
from tests.servers.running import free_port
from tests.web.conftest import Server, serving
from tests.web.test_guards import ENDLESS, _raw
from tests.web.writing import writable

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def _number(server: Server, **parameters: str) -> int:
    answer = server.ask(server.query(COUNT, **parameters), Accept="text/csv")
    assert answer.status == 200, answer.body
    return int(answer.body.split()[1])


def _some_files(folder: Path) -> list[str]:
    (folder / "one.ttl").write_text("@prefix e: <http://e.example/> . e:a e:p 1, [] .")
    (folder / "two.trig").write_text("<http://g.example/> { <http://e.example/b> <http://e.example/p> 2 }")
    (folder / "three.jsonld").write_text('{"@id": "http://e.example/c", "http://e.example/p": 3}')
    (folder / "four.rdf").write_text(
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.example/">'
        '<r:Description r:about="http://e.example/d"><e:p>4</e:p></r:Description></r:RDF>'
    )
    return ["one.ttl", "two.trig", "three.jsonld", "four.rdf"]


def test_files_are_served_without_a_project(tmp_path: Path) -> None:
    names = _some_files(tmp_path)
    with serving(tmp_path, *names) as server:
        assert _number(server) == 5
        assert _number(server, **{"default-graph-uri": "http://g.example/"}) == 1
        assert (
            server.ask(server.query("ASK { e:a e:p 1 }")).status == 200
        )  # their prefixes need no declaration
        unnamed = server.ask("/store?default", Accept="application/n-triples").body.splitlines()
        assert len(unnamed) == 4
        assert b"triples" in server.ask("/.well-known/void", Accept="application/n-triples").body
        (tmp_path / "two.trig").write_text("<http://g.example/> { <urn:b> <urn:p> 2, 3, 4 }")
        deadline = time.monotonic() + 20
        while _number(server) != 7:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        (tmp_path / "one.ttl").unlink()
        while server.ask("/ready").status == 200:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert _number(server) == 7


def test_a_store_may_be_filled_from_files(tmp_path: Path) -> None:
    names = _some_files(tmp_path)
    (tmp_path / "ogdkg.toml").write_text("this is none of ours")
    with writable(tmp_path, *names) as target:
        assert _number(target.server) == 5
        assert target.update("INSERT DATA { <urn:a> <urn:p> <urn:o> }").status == 204
        assert _number(target.server) == 6


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("none.ttl",), 2, "no file none.ttl"),
        (("one.ttl", "--layer", "x"), 2, "--layer"),
        (("one.txt",), 3, "not that of an RDF format"),
        (("broken.ttl",), 3, "broken.ttl:1"),
        (("one.ttl", "--writable"), 2, "--store"),
    ],
)
def test_files_that_cannot_be_served(
    options: tuple[str, ...], code: int, said: str, tmp_path: Path, ogdkg: Callable[..., Any]
) -> None:
    _some_files(tmp_path)
    (tmp_path / "one.txt").write_text("")
    (tmp_path / "broken.ttl").write_text("<urn:a> .")
    done = ogdkg("serve", "--port", "0", *options, cwd=tmp_path, OGDKG_SERVE_TOKEN="x" * 20)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


BY_UVICORN = """
import sys
import uvicorn
from ogdkg import open_graph
from ogdkg.web.app import App
from ogdkg.web.server import kept
from ogdkg.web.http.settings import Settings

with kept(lambda: open_graph("."), Settings(seconds=2)) as settings:
    uvicorn.run(App(settings), host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
"""


@pytest.fixture(scope="module")
def by_uvicorn() -> Iterator[Server]:
    """The same application under another ASGI server."""
    need(importlib.util.find_spec("uvicorn"), "uvicorn", "pip install uvicorn")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", BY_UVICORN, str(port)], cwd=TREES, stderr=subprocess.PIPE
    )
    server = Server(f"http://127.0.0.1:{port}", process)
    try:
        deadline = time.monotonic() + 30
        while not _answers(server):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def _answers(server: Server) -> bool:
    try:
        return server.ask("/ready").status == 200
    except OSError:
        return False


def test_another_server_may_run_the_application(by_uvicorn: Server) -> None:
    server = by_uvicorn
    query = server.query("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 3")
    answer = server.ask(query, Accept="text/csv")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert server.ask(query, Accept="text/csv", If_None_Match=answer.headers["etag"]).status == 304
    head = server.ask(query, method="HEAD", Accept="text/csv")
    assert (head.body, head.headers["content-length"]) == (b"", str(len(answer.body)))
    assert gzip.decompress(server.ask(query, Accept="text/csv", Accept_Encoding="gzip").body) == answer.body
    assert server.ask("/sparql", b"ASK {", Content_Type="application/sparql-query").status == 400
    assert server.ask("/sparql", b"x" * 100_000, Content_Type="application/sparql-query").status == 413
    assert server.ask("/store/x").status == 404
    assert server.ask(server.query(ENDLESS, timeout="0.3")).status == 504
    assert server.ask("/sparql", method="PUT").status == 405
    whole = server.ask(server.query("CONSTRUCT WHERE { ?s ?p ?o }"), Accept="application/n-triples")
    assert len(whole.body.splitlines()) > 50


@pytest.fixture(scope="module")
def two_workers() -> Iterator[Server]:
    with serving(TREES, "--workers", "2", "--timeout", "2") as running:
        yield running


def test_workers_share_the_processes_that_answer(two_workers: Server) -> None:
    """Each worker takes part of what may run at once; all say the same, and end what takes too long."""
    query = two_workers.query("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 3")
    answers = [two_workers.ask(query) for _ in range(12)]
    assert {answer.headers["etag"] for answer in answers} == {answers[0].headers["etag"]}
    assert {answer.body for answer in answers} == {answers[0].body}
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(two_workers.ask(two_workers.query(ENDLESS)).status))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {503, 504}
    assert two_workers.ask(query).status == 200
    without_host = b"GET /health HTTP/1.1\r\n\r\n"
    for _ in range(4):
        assert _raw(two_workers, without_host, 8).split(b" ", 2)[1] == b"400"
