"""Small queries that workers answer by themselves, once there have been many: as all others are answered."""

from __future__ import annotations

import gzip
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import TREES
from tests.projects import make_small
from tests.web.conftest import Server, serving
from tests.web.writing import writable

MANY = 100  # after which a worker looks into a file of its own
WITHIN = 30  # seconds on a busy machine
JSON = "application/sparql-results+json"
TREE = "tree:oak"
OAK = f"SELECT ?p ?o {{ {TREE} ?p ?o }}"


def at_once(server: Server) -> int:
    """How many queries workers have answered by themselves."""
    found = re.search(
        r"^ogdkg_queries_at_once_total (\d+)", server.ask("/metrics").body.decode(), re.MULTILINE
    )
    return int(found[1]) if found else 0


def opened(server: Server, query: str) -> None:
    """Ask until a worker answers by itself."""
    before = at_once(server)
    for _ in range(MANY):
        assert server.ask(server.query(query)).status == 200
    deadline = time.monotonic() + WITHIN
    while at_once(server) == before:
        assert time.monotonic() < deadline
        time.sleep(0.05)
        server.ask(server.query(query))


@pytest.fixture(scope="module")
def small() -> Iterator[Server]:
    with serving(TREES) as running:
        opened(running, OAK)
        yield running


def _rows(body: bytes) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in json.loads(body)["results"]["bindings"])


@pytest.mark.parametrize(
    "query",
    [
        OAK,
        f"SELECT * WHERE {{ {TREE} a ?class ; ?p ?value }}",
        "PREFIX t: <https://trees.example/id/tree/> SELECT DISTINCT ?p { t:oak ?p ?o . ?s ?p ?o . }",
        f"SELECT ?other {{ {TREE} ?p ?x . ?other ?p ?x }}",
    ],
)
def test_rows_are_those_of_a_process(small: Server, query: str) -> None:
    before = at_once(small)
    answer = small.ask(small.query(query), Accept=JSON)
    assert (answer.status, at_once(small)) == (200, before + 1)
    whole = small.ask(small.query(query + " ORDER BY ?p"), Accept=JSON)  # which workers leave to others
    assert _rows(answer.body) == _rows(whole.body) != []
    assert at_once(small) == before + 1
    assert {**answer.headers, "etag": "", "date": ""} == {**whole.headers, "etag": "", "date": ""}


def test_ways_to_ask_and_to_be_answered(small: Server) -> None:
    before, path = at_once(small), small.query(OAK)
    plain = small.ask(path)
    tag = plain.headers["etag"]
    assert small.ask(path).headers["etag"] == tag
    same = small.ask(path, If_None_Match=f'"other", W/{tag}')
    assert (same.status, same.body, same.headers["etag"]) == (304, b"", tag)
    process = small.ask(small.query(f"{OAK} ORDER BY ?p")).headers["etag"]  # of another query
    assert small.ask(path, If_None_Match=process).status == 200
    head = small.ask(path, method="HEAD")
    assert (head.body, head.headers["content-length"]) == (b"", str(len(plain.body)))
    packed = small.ask(path, Accept_Encoding="gzip")
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] not in (tag, None)
    posted = small.ask("/sparql", OAK.encode(), Content_Type="application/sparql-query")
    assert posted.body == plain.body
    assert at_once(small) == before + 7
    assert small.ask(path, Accept="text/csv").body.startswith(b"p,o\r\n")
    assert at_once(small) == before + 8
    assert small.ask(path, Accept="image/png").status == 406
    assert at_once(small) == before + 8


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT * { tree:oak ?p ", 400),
        ("SELECT ?p ?p { tree:oak ?p ?o }", 400),
        ("SELECT * { <http://[> ?p ?o }", 400),
        ("SELECT * { none:Oak ?p ?o }", 400),
        ("SELECT * { <http://e.example/none> ?p ?o }", 200),
        ("SELECT * FROM <http://e.example/none> { tree:oak ?p ?o }", 400),
    ],
)
def test_what_is_wrong_is_told_by_an_engine(small: Server, query: str, status: int) -> None:
    before = at_once(small)
    assert (small.ask(small.query(query)).status, at_once(small)) == (status, before)


def test_a_process_knows_the_tag_of_a_worker(small: Server, server: Server) -> None:
    tag = small.ask(small.query(OAK)).headers["etag"]
    assert server.ask(server.query(OAK), If_None_Match=tag).status == 304


def test_graphs_that_are_asked_for_are_read_alone(small: Server) -> None:
    chosen = small.ask(small.query(OAK, **{"default-graph-uri": "http://e.example/none"}))
    assert _rows(chosen.body) == []


def test_personal_data_are_left_out(small: Server) -> None:
    everything = small.ask(small.query("SELECT * { ?s ?p ?o }")).body
    assert b"mailto:" not in everything
    mail = "SELECT * { ?s ?p <mailto:keeper@trees.example> }"
    assert _rows(small.ask(small.query(mail)).body) == []


def test_a_change_is_seen(tmp_path: Path) -> None:
    data = make_small(tmp_path) / "data.ttl"
    data.write_text(data.read_text() + "<urn:own> <urn:q> 1 .\n")
    query = "SELECT ?o { <urn:own> <urn:q> ?o }"
    with serving(tmp_path) as server:
        former = server.ask(server.query(query)).headers["etag"]
        opened(server, query)
        tag = server.ask(server.query(query)).headers["etag"]
        assert tag != former  # the order of rows is another
        assert server.ask(server.query(query), If_None_Match=former).headers["etag"] == former
        data.write_text(data.read_text() + "<urn:own> <urn:q> 2 .\n")
        deadline = time.monotonic() + WITHIN
        while len(_rows(server.ask(server.query(query)).body)) == 1:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        before = at_once(server)
        opened(server, query)  # of the new version
        answer = server.ask(server.query(query), If_None_Match=tag)
        assert (answer.status, len(_rows(answer.body))) == (200, 2)
        assert at_once(server) > before


def test_a_write_is_seen_at_once(tmp_path: Path) -> None:
    with writable(tmp_path) as target:
        target.update("INSERT DATA { <urn:own> <urn:q> 0 }")
        ask = "SELECT ?o { <urn:own> <urn:q> ?o }"
        opened(target.server, ask)
        for number in range(1, 4):
            assert target.update(f"INSERT DATA {{ <urn:own> <urn:q> {number} }}").status == 204
            assert len(_rows(target.server.ask(target.server.query(ask)).body)) == number + 1
