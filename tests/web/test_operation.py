"""How a server is run: its log, its figures, rates of clients, several workers."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.conftest import TREES
from tests.projects import make_small
from tests.web.conftest import Server, serving

SECRET = "s3cret"


@pytest.fixture(scope="module")
def watched() -> Iterator[Server]:
    with serving(TREES, "--rate", "50/h", "--log-queries", "--forwarded-allow-ips", "127.0.0.1") as running:
        yield running


def _lines(server: Server, number: int) -> list[dict[str, object]]:
    assert server.process.stderr
    return [json.loads(server.process.stderr.readline()) for _ in range(number)]


def test_each_request_is_a_line(watched: Server) -> None:
    told = {"X_Forwarded_For": "198.51.100.9", "Authorization": f"Bearer {SECRET}"}
    watched.ask(watched.query("ASK { }", token=SECRET), **told)
    watched.ask(f"/describe?iri=urn:{SECRET}", **told)
    watched.ask("/id/tree/oak\x1b%0A".replace("\x1b", "%1B"), **told)
    lines = _lines(watched, 3)
    assert [(line["route"], line["status"]) for line in lines] == [
        ("sparql", 200),
        ("describe", 404),
        ("resource", 404),
    ]
    assert lines[0]["query"] == "ASK { }"
    assert set(lines[1]) == {"time", "method", "path", "route", "status", "bytes", "seconds"}
    assert SECRET not in str(lines)
    assert "198.51.100.9" not in str(lines)


def test_a_query_is_told_only_if_asked_for(tmp_path: Path) -> None:
    with serving(make_small(tmp_path)) as server:
        server.ask(server.query("ASK { }"))
        assert "query" not in _lines(server, 1)[0]


def test_a_client_that_asks_too_often_waits(watched: Server) -> None:
    answers = [watched.ask("/robots.txt", X_Forwarded_For="198.51.100.1") for _ in range(52)]
    assert [answer.status for answer in answers].count(200) == 50
    refused = answers[-1]
    assert refused.status == 429
    assert 0 < int(refused.headers["retry-after"]) <= 73
    assert json.loads(refused.body)["title"] == "Too many requests"
    assert watched.ask("/robots.txt", X_Forwarded_For="198.51.100.2").status == 200
    assert watched.ask("/health", X_Forwarded_For="198.51.100.1").status == 200


def test_a_stranger_cannot_ask_for_another_by_a_header(tmp_path: Path) -> None:
    with serving(make_small(tmp_path), "--rate", "2/h") as server:
        statuses = [server.ask("/robots.txt", X_Forwarded_For=f"198.51.100.{i}").status for i in range(4)]
    assert statuses == [200, 200, 429, 429]


def _figure(server: Server, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", server.ask("/metrics").body.decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


def _until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_figures_count_what_happens(tmp_path: Path) -> None:
    data = make_small(tmp_path) / "data.ttl"
    with serving(tmp_path, "--workers", "2", "--no-log") as server:
        for _ in range(10):
            server.ask(server.query("ASK { }"))
        server.ask(server.query("ASK {"))
        endless = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(12)) + " }"
        assert server.ask(server.query(endless, timeout="0.1")).status in (200, 504)
        _until(lambda: _figure(server, 'ogdkg_requests_total{route="sparql",status="200"}') >= 10)
        _until(lambda: _figure(server, 'ogdkg_requests_total{route="sparql",status="400"}') == 1)
        assert _figure(server, "ogdkg_workers") == 2
        assert _figure(server, "ogdkg_graph_reads_total") == 1
        assert _figure(server, "ogdkg_graph_is_current") == 1
        data.write_text("<urn:a> <urn:p> .\n")
        _until(lambda: _figure(server, "ogdkg_graph_read_failures_total") == 1)
        assert _figure(server, "ogdkg_graph_is_current") == 0


def test_figures_are_for_this_machine(watched: Server) -> None:
    assert watched.ask("/metrics").status == 200
    assert watched.ask("/metrics", X_Forwarded_For="127.0.0.1").status == 200
    assert watched.ask("/metrics", X_Forwarded_For="198.51.100.1").status == 403


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--rate", "fast"), "no rate"),
        (("--prefix", "/a b"), "no path"),
        (("--forwarded-allow-ips", "proxy.example"), "is not the address of a proxy"),
    ],
)
def test_an_option_that_does_not_fit(
    options: tuple[str, ...], said: str, tmp_path: Path, ogdkg: object
) -> None:
    done = ogdkg("serve", *options, cwd=make_small(tmp_path))  # type: ignore[operator]
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
