"""What strangers do to a server: endless, deep and wide queries, clients that hang up or dawdle."""

from __future__ import annotations

import json
import socket
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.conftest import TREES
from tests.processes import below
from tests.web.conftest import Server, serving

QUERY = "application/sparql-query"
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(9)) + " }"
PATTERNS = "SELECT * { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(400)) + " }"
LIMIT = 2.0  # seconds, of the fixture


def _settled(process: int, seconds: float = 20.0) -> set[int]:
    """The processes below one, once no query of an earlier test is still being ended or replaced."""
    end, seen, since = time.monotonic() + seconds, set(below(process)), time.monotonic()
    while time.monotonic() < end and time.monotonic() - since < 1:
        time.sleep(0.1)
        if (now := set(below(process))) != seen:
            seen, since = now, time.monotonic()
    return seen


def _is_well(server: Server) -> bool:
    return server.ask(server.query("ASK {}")).status == 200 and server.process.poll() is None


def _raw(server: Server, sent: bytes, seconds: float = 20.0) -> bytes:
    """What a server says to bytes, until it closes the connection or the time is over."""
    at = urlsplit(server.url)
    with socket.create_connection((at.hostname or "", at.port or 0), seconds) as connection:
        connection.sendall(sent)
        said = b""
        try:
            while part := connection.recv(65536):
                said += part
        except (TimeoutError, ConnectionResetError):
            pass
        return said


@pytest.mark.parametrize("query", [ENDLESS, PATTERNS], ids=["endless", "many patterns"])
def test_a_query_without_end_is_ended(server: Server, query: str) -> None:
    begun = time.monotonic()
    answer = server.ask("/sparql", query.encode(), Content_Type=QUERY)
    assert answer.status == 504
    assert "longer than 2 seconds" in json.loads(answer.body)["detail"]
    assert time.monotonic() - begun < LIMIT + 5  # the machine may be busy
    assert _is_well(server)


def test_a_client_may_lower_the_limit_but_not_raise_it(server: Server) -> None:
    told = json.loads(server.ask(server.query(ENDLESS, timeout="0.5")).body)
    assert "longer than 0.5 seconds" in told["detail"]
    told = json.loads(server.ask(server.query(ENDLESS, timeout="1000")).body)
    assert "longer than 2 seconds" in told["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * " + "{" * 5_000 + "}" * 5_000,
        "SELECT * { FILTER" + "(" * 5_000 + "1" + ")" * 5_000 + " }",
        "SELECT * { FILTER(" + "!" * 5_000 + "true) }",
        "SELECT * { FILTER(" + "||".join(["true"] * 9_000) + ") }",
        "SELECT * { ?s " + "(" * 5_000 + "<urn:p>" + ")" * 5_000 + " ?o }",
        "SELECT * { ?s ?p " + "<<(" * 5_000 + ")>>" * 5_000 + " }",
        "SELECT * { ?s ?p ?o FILTER(EXISTS {" * 800 + "} ) }" * 800,
    ],
    ids=["braces", "parentheses", "negations", "ors", "path", "triple terms", "exists"],
)
def test_a_query_that_is_too_deep_ends_no_process(server: Server, query: str) -> None:
    before = _settled(server.process.pid)
    answer = server.ask("/sparql", query.encode(), Content_Type=QUERY)
    assert answer.status == 400
    assert before <= set(below(server.process.pid))


def test_queries_without_end_do_not_keep_others_out(server: Server) -> None:
    """A small query is answered while others take all they may; too many are refused."""
    answers: list[int] = []

    def ask() -> None:
        answers.append(server.ask(server.query(ENDLESS)).status)

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    begun = time.monotonic()
    assert server.ask(server.query("ASK {}")).status == 200
    assert time.monotonic() - begun < 1.5 * LIMIT  # half of what it takes after those that came first
    for thread in threads:
        thread.join()
    assert set(answers) <= {504, 503}
    assert _is_well(server)


def test_a_query_ends_when_its_client_hangs_up(server: Server) -> None:
    at = urlsplit(server.url)
    before = set(below(server.process.pid))
    request = f"GET {server.query(ENDLESS)} HTTP/1.1\r\nHost: {at.netloc}\r\n\r\n"
    with socket.create_connection((at.hostname or "", at.port or 0)) as connection:
        connection.sendall(request.encode())
        time.sleep(0.5)
    deadline = time.monotonic() + LIMIT - 0.7
    while time.monotonic() < deadline and before <= set(below(server.process.pid)):
        time.sleep(0.02)
    assert not before <= set(below(server.process.pid)), "the process of the query lives on"
    assert _is_well(server)


def test_an_answer_that_breaks_off_is_not_whole(tmp_path: Path) -> None:
    """It lacks the last chunk, so that no client takes it for whole.

    The first takes too long; XML has no form for the control character at the end of the second.
    """
    rows = "\n".join(f'<urn:s{i}> <urn:p> "{i:0100}" .' for i in range(4_000))
    rows += '\n<urn:z> <urn:p> "\\u001b" .'
    (tmp_path / "data.ttl").write_text(rows)
    (tmp_path / "ogdkg.toml").write_text(
        '[project]\nname = "rows"\n[[layer]]\nname = "data"\nfiles = ["data.ttl"]\ngraph = "urn:g"\n'
    )
    endless = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with serving(tmp_path, "--timeout", "1") as server:
        paths = server.query(endless), server.query("SELECT * { ?s ?p ?o } ORDER BY ?s")
        for path, media_type in zip(paths, ("json", "xml"), strict=True):
            head = f"Host: a\r\nAccept: application/sparql-results+{media_type}"
            said = _raw(server, f"GET {path} HTTP/1.1\r\n{head}\r\n\r\n".encode())
            assert said.startswith(b"HTTP/1.1 200")
            assert len(said) > 100_000
            assert not said.endswith(b"0\r\n\r\n")


CHUNKED = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: "


def _posted(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
    return head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + body


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /health HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
        (b"GET * HTTP/1.1\r\nHost: a\r\n\r\n", b"400"),
        (
            b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"4",
        ),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n", b"4"),
        (b"GET /health HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 1_000 + b"\r\n", b"4"),
        (b"GET /" + b"x" * 300_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"4"),
        (b"NONSENSE\r\n\r\n", b"4"),
        (b"GET / HTTP/9.9\r\nHost: a\r\n\r\n", b""),
        (b"GET /sparql HTTP/1.1\r\nHost: a b\r\n\r\n", b"400"),
        (CHUNKED + b"gzip, chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n", b"501"),
        (_posted("/sparql", b"zz\r\n"), b"400"),
        (_posted("/check", b"3\r\nabcde\r\n"), b"400"),
        (_posted("/", b"-1\r\n"), b"405"),
    ],
    ids=[
        "no host",
        "two hosts",
        "an asterisk",
        "two lengths",
        "long header",
        "many headers",
        "long path",
        "no HTTP",
        "9.9",
        "no host name",
        "two transfer codings",
        "a chunk without a length",
        "a chunk longer than its length",
        "a chunk that nobody wants",
    ],
)
def test_a_broken_request_is_refused_or_closed(server: Server, sent: bytes, status: bytes) -> None:
    said = _raw(server, sent, 8)
    assert not said or said.split(b" ", 2)[1].startswith(status), said[:200]
    assert _is_well(server)


def test_who_speaks_http_1_0_need_not_name_the_host(server: Server) -> None:
    """RFC 9112, 3.3: the host is that of the connection."""
    said = _raw(server, b"GET /sparql HTTP/1.0\r\nAccept: application/n-triples\r\n\r\n", 8)
    assert said.split(b" ", 2)[1] == b"200"
    assert f"<{server.url}/sparql>".encode() in said


@pytest.mark.parametrize(
    "sent", [b"GET /hea", b"GET /health HTTP/1.1\r\nHost: a\r\n"], ids=["line", "header"]
)
def test_half_a_header_is_closed_in_time(server: Server, sent: bytes) -> None:
    begun = time.monotonic()
    _raw(server, sent, 20)
    assert time.monotonic() - begun < 12


def test_killed_queries_leave_nothing_behind(server: Server) -> None:
    def descriptors() -> int:
        return sum(len([*Path(f"/proc/{each}/fd").iterdir()]) for each in below(server.process.pid))

    server.ask(server.query(ENDLESS, timeout="0.05"))
    time.sleep(0.5)
    before = descriptors()
    for _ in range(20):
        assert server.ask(server.query(ENDLESS, timeout="0.05")).status == 504
    time.sleep(0.5)
    assert descriptors() <= before + 4
    assert "Z" not in below(server.process.pid).values()


def test_a_personal_mailbox_is_not_served(server: Server) -> None:
    personal = "SELECT * { ?s ?p ?o FILTER(CONTAINS(STR(?o), 'keeper') || CONTAINS(STR(?s), 'keeper')) }"
    assert len(server.ask(server.query(personal), Accept="text/csv").body.splitlines()) == 1
    with serving(TREES, "--with-personal") as whole:
        assert len(whole.ask(whole.query(personal), Accept="text/csv").body.splitlines()) > 1


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/sparql", "POST", {"Content_Type": QUERY}, 413),
        ("/check", "POST", {"Content_Type": "text/turtle"}, 413),
        ("/check", "POST", {"Content_Type": "text/turtle", "Accept": "text/html"}, 413),
        ("/check", "POST", {"Content_Type": "text/turtle", "Content_Encoding": "gzip"}, 415),
        ("/store?default", "PUT", {"Content_Type": "text/turtle"}, 405),
        ("/sparql", "PUT", {}, 405),
        ("/", "POST", {"Accept": "text/html"}, 405),
        ("/health", "POST", {}, 405),
    ],
)
def test_a_client_that_sends_all_before_it_reads_is_told_why(
    server: Server, path: str, method: str, headers: dict[str, str], status: int
) -> None:
    assert server.ask(path, b"#" * 12_000_000, method, **headers).status == status


def test_a_client_that_asks_before_it_sends_is_told_at_once(server: Server) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
    head += b"Content-Length: 9999999\r\nExpect: 100-continue\r\n"
    begun = time.monotonic()
    said = _raw(server, head + b"Connection: close\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 413"), said
    assert time.monotonic() - begun < 1.9  # sooner than a body is waited for
