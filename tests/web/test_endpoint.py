"""`ogdkg serve --endpoint`: the same face and guards before a server of another's."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.projects import make_small
from tests.servers.running import need_server, running
from tests.servers.serving import JSON, TRUE, Handler, Hostile, Serve
from tests.servers.serving import serving as hostile
from tests.web.conftest import Answer, Server, serving
from tests.web.writing import TURTLE, UPDATE, Writable, writable

ROWS = "SELECT ?x { ?x ?p ?o }"
SECRET = "upstream-secret-0123456789"


@pytest.fixture(scope="module")
def say() -> Iterator[Serve]:
    with hostile() as start:
        yield start


def _before(folder: Path, upstream: str, *options: str, **more: str) -> object:
    return serving(make_small(folder), "--endpoint", upstream, *options, **more)


def _told(answer: Answer) -> str:
    told = json.loads(answer.body)
    assert told["status"] == answer.status
    return f"{told['detail']} {told.get('hint', '')}"


@pytest.fixture(scope="module")
def faults(say: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Hostile]]:
    """A server before one that answers as the comment in the query says."""
    upstream = say(_as_told)
    folder = tmp_path_factory.mktemp("faults")
    with _before(
        folder, upstream.url, "--timeout", "2", OGDKG_TOKEN=SECRET, OGDKG_ORIGINS=upstream.origin
    ) as server:  # type: ignore[attr-defined]
        yield server, upstream


def _nothing(self: Handler) -> None:
    """No rows, of the columns that are asked for."""
    columns = re.findall(r"\?(\w+)", self.asked.query.partition("{")[0])
    empty = {"head": {"vars": columns}, "results": {"bindings": []}}
    return self.answer(json.dumps(empty).encode() if columns else TRUE)


def _as_told(self: Handler) -> None:
    how = self.asked.query.partition("# ")[2].strip()
    answers = {
        "refused": (b"secret: " + SECRET.encode(), 403, {}),
        "redirect": (b"", 302, {"Location": f"http://elsewhere.example/?key={SECRET}"}),
        "broken": (b'{"head": {"vars": ["x"]}, "results": {"bindings": [', 200, {}),
        "page": (b"<html>hello", 200, {"Content-Type": "text/html"}),
        "bad": (b"no such function", 400, {}),
        "fault": (b"oops", 500, {}),
    }
    if how == "slow":
        time.sleep(8)
    elif how in answers:
        body, status, headers = answers[how]
        return self.answer(body, status, headers)
    return _nothing(self)


@pytest.mark.parametrize(
    ("how", "status", "said"),
    [
        ("refused", 502, "login"),
        ("redirect", 502, "redirects"),
        ("broken", 502, ""),
        ("page", 502, "text/html"),
        ("bad", 502, "no such function"),
        ("fault", 502, "oops"),
        ("slow", 504, "longer than 2 seconds"),
    ],
)
def test_what_a_server_does_wrong_is_told(
    faults: tuple[Server, Hostile], how: str, status: int, said: str
) -> None:
    server, upstream = faults
    upstream.seen.clear()
    answer = server.ask(server.query(f"{ROWS} # {how}"))
    assert answer.status == status, answer.body
    assert said in _told(answer)
    assert SECRET not in str(answer)
    assert "Traceback" not in str(answer)
    asked = [each for each in upstream.seen if "# " in each.query]
    assert len(asked) == 1
    assert asked[0].headers["Authorization"] == f"Bearer {SECRET}"
    assert server.ask("/health").status == 200


@pytest.mark.parametrize(
    ("how", "status", "said"),
    [("bad", 200, "no such function"), ("page", 200, "text/html"), ("slow", 504, "longer than 2 seconds")],
)
def test_a_page_tells_it_in_words(faults: tuple[Server, Hostile], how: str, status: int, said: str) -> None:
    """Also where the process that would have made the page was ended."""
    server, _ = faults
    path = server.query(f"{ROWS} # {how}").replace("/sparql", "/query")
    answer = server.ask(path, Accept="text/html")
    assert answer.status == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "style-src 'self'" in answer.headers["content-security-policy"]
    assert said in answer.body.decode()
    assert SECRET not in str(answer)


@pytest.mark.parametrize(
    "query",
    ["SELECT * { SERVICE <urn:x> { ?s ?p ?o } }", "SELECT * " + "{" * 5_000 + "}" * 5_000],
)
def test_what_is_refused_never_reaches_the_server(faults: tuple[Server, Hostile], query: str) -> None:
    server, upstream = faults
    upstream.seen.clear()
    assert server.ask("/sparql", query.encode(), Content_Type="application/sparql-query").status == 400
    assert [each for each in upstream.seen if query[:20] in each.query] == []


def test_a_client_that_hangs_up_ends_the_request_to_the_server(say: Serve, tmp_path: Path) -> None:
    ended = threading.Event()

    def wait(self: Handler) -> None:
        if "# wait" not in self.asked.query:
            return _nothing(self)
        self.connection.settimeout(20)
        if self.connection.recv(1) == b"":  # the other side has hung up
            ended.set()
        return None

    with _before(tmp_path, say(wait).url, "--timeout", "15") as server:  # type: ignore[attr-defined]
        at = urlsplit(server.url)
        with socket.create_connection((at.hostname or "", at.port or 0)) as connection:
            path = server.query(f"{ROWS} # wait")
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {at.netloc}\r\n\r\n".encode())
            time.sleep(1.5)
        assert ended.wait(5)


def test_a_server_that_is_down_is_told_with_a_hint(say: Serve, tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/sparql"
        with _before(tmp_path, url) as server:  # type: ignore[attr-defined]
            answer = server.ask(server.query(ROWS))
            assert answer.status == 502
            assert "Is the address right, and the server running?" in _told(answer)
            assert server.ask("/store?graph=urn:g").status == 502
            assert server.ask("/.well-known/void").status == 502
            page = server.ask("/describe?iri=http%3A%2F%2Fe.example%2Fx", Accept="text/html")
            assert (page.status, page.headers["content-type"]) == (502, "text/html; charset=utf-8")
            assert "no connection" in page.body.decode()


def test_a_huge_answer_takes_little_memory(say: Serve, tmp_path: Path) -> None:
    row = b'{"x": {"type": "literal", "value": "' + b"x" * 1_000 + b'"}},\n'
    head, end = (
        b'{"head": {"vars": ["x"]}, "results": {"bindings": [\n',
        b'{"x": {"type": "uri", "value": "urn:a"}}]}}',
    )

    def much(self: Handler) -> None:
        if "# much" not in self.asked.query:
            return _nothing(self)
        size = len(head) + 60_000 * len(row) + len(end)
        self.raw(f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nContent-Length: {size}\r\n\r\n".encode() + head)
        for _ in range(600):
            self.raw(row * 100)
        return self.raw(end)

    with _before(tmp_path, say(much).url, "--timeout", "60") as server:  # type: ignore[attr-defined]
        answer = server.ask(server.query(f"{ROWS} # much"), Accept="text/csv")
        assert answer.status == 200
        assert len(answer.body) == len("x\r\n") + 60_000 * 1_002 + len("urn:a\r\n")


@pytest.mark.parametrize("status", [504, 200])
def test_an_update_is_sent_once(say: Serve, status: int, tmp_path: Path) -> None:
    """One whose answer is lost may have been done; to do it twice is another thing."""
    made = "INSERT DATA { <urn:a> <urn:b> [] }"

    def update(self: Handler) -> None:
        self.answer(b"", status) if made in self.asked.query else _nothing(self)

    upstream = say(update)
    with writable(tmp_path, "--endpoint", upstream.url) as target:
        assert target.update(made).status == {504: 502, 200: 204}[status]
    assert len([each for each in upstream.seen if made in each.query]) == 1


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    need_server(request.param)
    with running(request.param) as upstream:
        folder = tmp_path_factory.mktemp("real")
        with writable(folder, "--endpoint", upstream.url, "--timeout", "10", **upstream.env) as target:
            yield target


def test_a_real_server_answers_and_is_written_to(real: Writable) -> None:
    name = "http://g.example/one"
    assert real.put(name, "<http://e.example/a> <http://e.example/p> 1, 'x'@en .").status == 201
    assert real.put(name, "<http://e.example/a> <http://e.example/p> 2 .").status == 204
    assert real.put(name, "<http://e.example/a> <http://e.example/p> 2 .", If_None_Match="*").status == 412
    answer = real.ask(f"/store?graph={name}", Accept="application/n-triples")
    assert answer.body.split()[:2] == [b"<http://e.example/a>", b"<http://e.example/p>"]
    assert "etag" not in answer.headers  # nobody tells us when it changes
    update = f"INSERT DATA {{ GRAPH <{name}> {{ <http://e.example/b> <http://e.example/p> <#rel> }} }}"
    assert real.update(update).status == 204
    query = f"SELECT ?o {{ GRAPH <{name}> {{ <http://e.example/b> ?p ?o }} }}"
    answer = real.server.ask(real.server.query(query), Accept="text/csv")
    assert answer.body.split()[1].decode() == f"{real.server.url}/sparql#rel"
    chosen = real.server.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", **{"default-graph-uri": name})
    assert real.server.ask(chosen, Accept="text/csv").body.split()[1] == b"2"
    construct = real.server.query(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{name}> {{ ?s ?p ?o }} }}")
    assert len(real.server.ask(construct, Accept="application/n-triples").body.splitlines()) == 2
    assert real.ask(f"/store?graph={name}", method="DELETE").status == 204
    assert real.ask(f"/store?graph={name}", method="DELETE").status == 404
    assert real.ask(f"/store?graph={name}").status == 404
    assert real.server.ask(f"/store?graph={name}", b"", "PUT", Content_Type=TURTLE).status == 401


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/sparql?query=ASK%20%7B", None, 400),
        ("/sparql?query=ASK%20%7B%7D&timeout=x", None, 400),
        ("/sparql", b"CLEAR XYZ", 400),
        ("/sparql", b"LOAD <http://127.0.0.1:9/>", 400),
        ("/sparql?using-graph-uri=urn:x", b"WITH <urn:g> DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", 400),
        ("/sparql?query=ASK%20%7B%7D", None, 200),
        ("/sparql", None, 200),
    ],
)
def test_the_protocol_is_ours_before_any_server(
    real: Writable, path: str, body: bytes | None, status: int
) -> None:
    headers = {"Content_Type": UPDATE} if body else {}
    assert real.ask(path, body, **headers).status == status
