"""Writing to a store over HTTP: who may, what is refused, and that nothing is lost or half there."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.conftest import ROOT
from tests.processes import below, parent
from tests.projects import make_small
from tests.web.conftest import Server, serving
from tests.web.test_guards import ENDLESS, _raw, _settled
from tests.web.writing import FORM, TOKEN, TURTLE, UPDATE, Writable, writable

from ogdkg.rdf.terms import RDF, XSD

G = "http://g.example/"
WITHOUT_END = ENDLESS.replace("SELECT (COUNT(*) AS ?n)", "INSERT { <urn:a> <urn:b> ?a0 } WHERE")
COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH <http://g.example/> { ?s ?p ?o } }"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    with writable(tmp_path_factory.mktemp("writing"), "--timeout", "3", "--workers", "2") as running:
        yield running


def _number(target: Writable) -> int:
    answer = target.server.ask(target.server.query(COUNT), Accept="text/csv")
    assert answer.status == 200, answer.body
    return int(answer.body.split()[1])


def test_a_server_takes_one_write_after_another_without_end(tmp_path: Path) -> None:
    """Each write is performed by a process forked for it, which then answers and forks that for the next."""
    with writable(tmp_path) as running:
        for number in range(260):
            answer = running.put(G, f"<urn:a> <urn:b> {number} .")
            assert answer.status in (201, 204), f"write {number}: {answer.body!r}"
        assert running.is_true(f"ASK {{ GRAPH <{G}> {{ <urn:a> <urn:b> 259 }} }}")


def _told(body: bytes) -> str:
    told = json.loads(body)
    return str(told["detail"])


WRITES = [
    ("/sparql", "POST", UPDATE, b"CLEAR ALL"),
    ("/sparql", "POST", FORM, b"update=CLEAR+ALL"),
    (f"/store?graph={G}", "PUT", TURTLE, b"<urn:a> <urn:b> 1 ."),
    (f"/store?graph={G}", "POST", TURTLE, b"<urn:a> <urn:b> 1 ."),
    (f"/store?graph={G}", "DELETE", TURTLE, None),
    ("/store/x", "PUT", TURTLE, b""),
    ("/store", "POST", TURTLE, b""),
]


@pytest.mark.parametrize("given", ["", "Bearer wrong", "Bearer", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN])
@pytest.mark.parametrize(("path", "method", "kind", "body"), WRITES[:3])
def test_a_write_needs_the_token(
    store: Writable, path: str, method: str, kind: str, body: bytes, given: str
) -> None:
    headers = {"Authorization": given} if given else {}
    answer = store.server.ask(path, body, method, Content_Type=kind, **headers)
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith('Bearer realm="ogdkg"')
    assert TOKEN.encode() not in answer.body


@pytest.mark.parametrize(("path", "method", "kind", "body"), WRITES)
def test_a_server_that_is_not_writable_takes_no_write(
    server: object, path: str, method: str, kind: str, body: bytes | None
) -> None:
    answer = server.ask(path, body, method, Content_Type=kind, Authorization=f"Bearer {TOKEN}")  # type: ignore[attr-defined]
    assert answer.status == (403 if path == "/sparql" else 405)


def test_the_documentation_makes_a_token_that_is_taken(tmp_path: Path) -> None:
    [line] = re.findall("^.* > token$", (ROOT / "docs" / "serving.md").read_text(), re.MULTILINE)
    subprocess.run(["sh", "-c", line], cwd=tmp_path, check=True)
    token = (tmp_path / "token").read_text().strip()
    assert len(token) >= 32
    with writable(tmp_path, "--token-file", str(tmp_path / "token")) as running:
        written = {"Authorization": f"Bearer {token}", "Content_Type": UPDATE}
        assert running.server.ask("/sparql", b"CLEAR ALL", "POST", **written).status == 204


def test_the_token_is_nowhere_to_be_seen(store: Writable) -> None:
    for process in (store.server.process.pid, *below(store.server.process.pid)):
        assert TOKEN.encode() not in Path(f"/proc/{process}/cmdline").read_bytes()


@pytest.mark.parametrize(
    ("path", "method", "kind", "body", "status"),
    [
        (f"/store?graph={G}", "PATCH", UPDATE, b"CLEAR ALL", 405),
        (f"/store?graph={G}", "PUT", "text/plain", b"x", 415),
        (f"/store?graph={G}", "PUT", "", b"x", 415),
        (f"/store?graph={G}", "PUT", "text/turtle; charset=latin-1", b"x", 415),
        (f"/store?graph={G}", "PUT", TURTLE, b"<urn:a> <urn:b> .", 400),
        (f"/store?graph={G}", "PUT", TURTLE, b"<urn:a> <urn:b> \"\xff\" .", 400),
        (f"/store?graph={G}", "PUT", "application/trig", b"<urn:x> { <urn:a> <urn:b> 1 }", 400),
        (f"/store?graph={G}", "PUT", "application/ld+json", b"[" * 20_000 + b"]" * 20_000, 400),
        (f"/store?graph={G}", "PUT", "application/ld+json",
         b'{"@context": "http://127.0.0.1:9/c", "@id": "urn:a", "b": 1}', 400),
        (f"/store?graph={G}", "POST", "multipart/form-data", b"x", 400),
        (f"/store?graph={G}", "POST", "multipart/form-data; boundary=x", b"--x\r\n\r\n", 400),
        (f"/store?graph={G}&default", "PUT", TURTLE, b"", 400),
        ("/store?graph=relative", "PUT", TURTLE, b"", 400),
        ("/store", "PUT", TURTLE, b"", 400),
        (f"/store?graph={G}none", "DELETE", TURTLE, None, 404),
        ("/sparql", "POST", UPDATE, b"DELETE WHERE { " + b"{" * 5_000 + b"}" * 5_000 + b" }", 400),
        ("/sparql", "POST", UPDATE, b"LOAD <http://127.0.0.1:9/>", 400),
        ("/sparql", "POST", UPDATE, b"INSERT { ?s ?p 1 } WHERE { SERVICE <urn:x> { ?s ?p ?o } }", 400),
        ("/sparql", "POST", UPDATE, b"CLEAR \xff", 400),
        ("/sparql?using-graph-uri=relative", "POST", UPDATE, b"CLEAR ALL", 400),
        ("/sparql?default-graph-uri=urn:x", "POST", UPDATE, b"CLEAR ALL", 400),
        ("/sparql", "POST", FORM, b"update=CLEAR+ALL&query=ASK+%7B%7D", 400),
        ("/sparql?update=CLEAR+ALL", "POST", FORM, b"", 400),
        ("/sparql", "POST", UPDATE, WITHOUT_END.encode(), 504),
    ],
)  # fmt: skip
def test_a_write_that_is_refused_changes_nothing(
    store: Writable, path: str, method: str, kind: str, body: bytes | None, status: int
) -> None:
    store.update("INSERT DATA { <urn:is> <urn:here> 1 . <urn:is> <urn:here> 2 . <urn:is> <urn:here> 3 }")
    before = json.loads(store.server.ask("/ready").body)["version"]
    answer = store.ask(path, body, method, Content_Type=kind)
    assert answer.status == status, answer.body
    assert json.loads(answer.body)["status"] == status
    assert json.loads(store.server.ask("/ready").body)["version"] == before
    assert store.is_true("ASK { <urn:is> <urn:here> 3 }")


def test_a_large_graph_is_sent_in_chunks(store: Writable) -> None:
    """As curl does with what it reads from a pipe; it waits for `100 Continue`."""
    lines = b"".join(b"<urn:s%d> <urn:p> <urn:o> .\n" % number for number in range(20_000))
    parts = [lines[at : at + 65_536] for at in range(0, len(lines), 65_536)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    head = (
        f"PUT /store?graph={G} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n"
    )
    head += (
        "Content-Type: application/n-triples\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
    )
    store.ask(f"/store?graph={G}", method="DELETE")
    said = _raw(store.server, head.encode() + chunks, 20)
    assert said.startswith(b"HTTP/1.1 100") or said.startswith(b"HTTP/1.1 201")
    assert b"HTTP/1.1 201" in said
    assert _number(store) == 20_000
    store.ask(f"/store?graph={G}", method="DELETE")


def test_a_compressed_body_is_refused(store: Writable) -> None:
    answer = store.put(G, "", Content_Encoding="gzip")
    assert answer.status == 415


def test_too_much_is_refused_before_it_is_read(store: Writable) -> None:
    head = f"PUT /store?default HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n"
    said = _raw(store.server, f"{head}Content-Type: {TURTLE}\r\nContent-Length: 99999999\r\n\r\n".encode(), 5)
    assert said.startswith(b"HTTP/1.1 413")


def test_an_error_has_its_place_in_the_update(store: Writable) -> None:
    told = json.loads(store.update("INSERT DATA {\n <urn:a> <urn:b> }").body)
    assert (told["line"], told["column"]) == (2, 18)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/turtle", b"<#a> <urn:p> 1 ."),
        ("application/n-triples", f'<{G}#a> <urn:p> "1"^^<{XSD}integer> .'.encode()),
        ("application/trig", b"<#a> <urn:p> 1 ."),
        ("application/ld+json", b'{"@id": "#a", "urn:p": 1}'),
        ("application/rdf+xml",
         f'<r:RDF xmlns:r="{RDF}" xmlns:u="urn:"><r:Description r:about="#a">'
         f'<u:p r:datatype="{XSD}integer">1</u:p></r:Description></r:RDF>'.encode()),
    ],
)  # fmt: skip
def test_a_graph_may_come_in_any_format(store: Writable, kind: str, body: bytes) -> None:
    """Its relative IRIs are relative to its name (Graph Store Protocol, section 4.2)."""
    store.ask(f"/store?graph={G}", method="DELETE")
    assert store.ask(f"/store?graph={G}", body, "PUT", Content_Type=kind).status == 201
    assert store.is_true("ASK { GRAPH <http://g.example/> { <http://g.example/#a> <urn:p> 1 } }")
    assert _number(store) == 1


def test_every_worker_sees_a_write_at_once(store: Writable) -> None:
    store.update(f"CLEAR GRAPH <{G}>")
    for number in range(1, 9):
        assert store.update(f"INSERT DATA {{ GRAPH <{G}> {{ <urn:a> <urn:n> {number} }} }}").status == 204
        assert [_number(store) for _ in range(6)] == [number] * 6


def test_no_answer_is_from_two_versions(store: Writable) -> None:
    """Readers see as many triples as a write leaves, and never fewer than they saw before."""
    store.update(f"CLEAR GRAPH <{G}>")
    seen: list[list[int]] = [[], [], []]
    is_over = threading.Event()

    def read(numbers: list[int]) -> None:
        while not is_over.is_set():
            numbers.append(_number(store))

    threads = [threading.Thread(target=read, args=(numbers,)) for numbers in seen]
    for thread in threads:
        thread.start()
    for number in range(8):
        triples = " ".join(f"<urn:{number}> <urn:n> {each} ." for each in range(50))
        assert store.update(f"INSERT DATA {{ GRAPH <{G}> {{ {triples} }} }}").status == 204
    is_over.set()
    for thread in threads:
        thread.join()
    for numbers in seen:
        assert numbers == sorted(numbers)
        assert {number % 50 for number in numbers} == {0}


def test_writes_come_one_after_another(store: Writable) -> None:
    store.update(f"CLEAR GRAPH <{G}> ; INSERT DATA {{ GRAPH <{G}> {{ <urn:counter> <urn:is> 0 }} }}")
    add = (
        f"WITH <{G}> DELETE {{ ?c <urn:is> ?n }} INSERT {{ ?c <urn:is> ?m }} "
        "WHERE { ?c <urn:is> ?n BIND(?n + 1 AS ?m) }"
    )
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(store.update(add).status)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [204] * 8
    assert store.is_true(f"ASK {{ GRAPH <{G}> {{ <urn:counter> <urn:is> 8 }} }}")


def test_a_graph_that_has_changed_is_not_overwritten(store: Writable) -> None:
    """If-Match and If-None-Match (RFC 9110, 13.1), a tag a graph."""
    store.put(G, "<urn:a> <urn:p> 1 .")
    path = f"/store?graph={G}"
    tag = store.ask(path, Accept="application/n-triples").headers["etag"]
    store.put("http://other.example/", f"<urn:a> <urn:p> {random.randrange(10**9)} .")
    assert store.ask(path, Accept="application/n-triples", If_None_Match=tag).status == 304
    assert store.put(G, "<urn:a> <urn:p> 2 .", If_Match=f'"other", {tag}').status == 204
    assert store.put(G, "<urn:a> <urn:p> 3 .", If_Match=tag).status == 412
    assert store.ask(path, method="DELETE", If_Match=tag).status == 412
    assert store.put(G, "<urn:a> <urn:p> 3 .", If_None_Match="*").status == 412
    assert store.put(G, "<urn:a> <urn:p> 3 .", If_Match="*").status == 204
    store.ask(path, method="DELETE")
    assert store.put(G, "<urn:a> <urn:p> 3 .", If_Match="*").status == 412
    assert store.put(G, "<urn:a> <urn:p> 3 .", If_None_Match="*").status == 201
    packed = store.ask(path, Accept_Encoding="gzip").headers["etag"]
    assert store.put(G, "<urn:a> <urn:p> 4 .", If_Match=packed).status == 204


@pytest.mark.parametrize("path", ["a%zz", 'a"b', "a|b", "a%"])
def test_the_address_of_a_graph_is_an_iri(store: Writable, path: str) -> None:
    at = urlsplit(store.server.url)
    for method in ("PUT", "POST", "GET", "DELETE"):
        with closing(HTTPConnection(at.hostname or "", at.port)) as connection:
            headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": TURTLE}
            connection.request(method, f"/store/{path}", b"<urn:a> <urn:p> 1 .", headers)
            answer = connection.getresponse()
            assert (answer.status, b"absolute IRI" in answer.read()) == (400, True)


def test_a_page_of_another_site_may_write_with_the_token(store: Writable) -> None:
    asked = store.server.ask("/store?default", method="OPTIONS", Access_Control_Request_Method="PUT")
    assert "PUT" in asked.headers["access-control-allow-methods"]
    assert "Authorization" in asked.headers["access-control-allow-headers"]


def test_writes_leave_nothing_behind(store: Writable) -> None:
    def descriptors() -> int:
        folders = [Path(f"/proc/{each}/fd") for each in below(store.server.process.pid)]
        return max(len([*folder.iterdir()]) for folder in folders)

    for number in range(3):
        store.update(f"INSERT DATA {{ <urn:some> <urn:n> {number} }}")
    processes, before = len(_settled(store.server.process.pid)), descriptors()
    for number in range(10):
        store.update(f"INSERT DATA {{ <urn:more> <urn:n> {number}, {random.random()} }}")
    assert len(_settled(store.server.process.pid)) <= processes + 1
    assert descriptors() <= before + 2
    assert "Z" not in below(store.server.process.pid).values()


def test_what_was_acknowledged_survives_any_crash(tmp_path: Path) -> None:
    """The whole server is killed at any moment, again and again."""
    make_small(tmp_path)
    known = -1
    for turn in range(2):
        acknowledged: list[int] = []
        with writable(tmp_path) as target:
            if turn:
                rows = target.server.ask(
                    target.server.query(
                        f"SELECT (MAX(?n) AS ?m) (COUNT(*) AS ?c) {{ GRAPH <{G}> {{ ?s <urn:n> ?n }} }}"
                    ),
                    Accept="text/csv",
                )
                most, number = map(int, rows.body.decode().split("\n")[1].strip().split(","))
                assert most in (known, known + 1)  # one may be there that nobody was told of
                assert number == 2 * (most + 1)  # both of its triples, or neither
                known = most
            process = target.server.process.pid

            def write(target: Writable = target, start: int = known, done: list[int] = acknowledged) -> None:
                for number in range(start + 1, 10_000):
                    both = f"<urn:a> <urn:n> {number} . <urn:b> <urn:n> {number}"
                    text = f"INSERT DATA {{ GRAPH <{G}> {{ {both} }} }}"
                    try:
                        if target.update(text).status != 204:
                            return
                    except OSError:
                        return
                    done.append(number)

            writing = threading.Thread(target=write)
            writing.start()
            time.sleep(0.4 + random.random() / 3)
            for each in (*below(process), process):
                os.kill(each, signal.SIGKILL) if Path(f"/proc/{each}").exists() else None
            writing.join()
            target.server.process.wait(10)
        assert acknowledged
        known = acknowledged[-1]


@pytest.mark.parametrize("which", ["origin", "candidate"])
def test_a_process_that_is_killed_is_replaced(which: str, tmp_path: Path) -> None:
    with writable(tmp_path, "--timeout", "5") as target:
        assert target.update(f"INSERT DATA {{ GRAPH <{G}> {{ <urn:a> <urn:n> 1 }} }}").status == 204
        before = _settled(target.server.process.pid)  # the origin before the write has left
        origin = _origin(target.server)
        if which == "origin":
            os.kill(origin, signal.SIGKILL)
        else:
            asking = threading.Thread(target=lambda: target.update(WITHOUT_END))
            asking.start()
            time.sleep(0.7)
            new = set(below(target.server.process.pid)) - before
            for each in new:
                os.kill(each, signal.SIGKILL)
            asking.join()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if target.update(f"INSERT DATA {{ GRAPH <{G}> {{ <urn:a> <urn:n> 2 }} }}").status == 204:
                break
            time.sleep(0.2)
        assert _number(target) == 2


def test_a_store_is_filled_once_and_kept(tmp_path: Path) -> None:
    make_small(tmp_path)
    whole = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    with serving(tmp_path) as reading:
        number = int(reading.ask(reading.query(whole), Accept="text/csv").body.split()[1])
    for turn in range(2):
        with writable(tmp_path) as target:
            count = target.server.ask(target.server.query(whole), Accept="text/csv")
            assert int(count.body.split()[1]) == number + turn
            target.update(f"INSERT DATA {{ <urn:new> <urn:n> {turn} }}")


def test_one_server_writes_to_a_store(tmp_path: Path, ogdkg: object) -> None:
    with writable(tmp_path):
        done = ogdkg("serve", "--port", "0", "--store", str(tmp_path / "store"), cwd=tmp_path)  # type: ignore[operator]
    assert (done.returncode, "in use" in done.stderr) == (4, True), done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--writable", "--store", "store"), "needs a token"),
        (("--validate-writes",), "--writable"),
        (("--store", "store", "--layer", "data"), "--layer"),
        (("--writable", "--token-file", "empty"), "needs a token"),
    ],
)
def test_options_that_do_not_fit(options: tuple[str, ...], said: str, tmp_path: Path, ogdkg: object) -> None:
    make_small(tmp_path)
    (tmp_path / "empty").write_text("\n")
    done = ogdkg("serve", "--port", "0", *options, cwd=tmp_path)  # type: ignore[operator]
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_a_server_ends_where_its_keeper_does(tmp_path: Path) -> None:
    with serving(make_small(tmp_path)) as server:
        os.kill(parent(_origin(server)), signal.SIGKILL)
        assert server.process.wait(20) == 4
        assert server.process.stderr and b"has ended" in server.process.stderr.read()


def test_a_keeper_that_is_told_to_end_has_not_failed(tmp_path: Path) -> None:
    """As where a terminal or a supervisor ends the whole group, and the keeper hears it first."""
    with serving(make_small(tmp_path)) as server:
        os.kill(parent(_origin(server)), signal.SIGTERM)
        assert server.process.wait(20) == 0
        assert server.process.stderr and b"has ended" not in server.process.stderr.read()


def _origin(server: Server) -> int:
    """The process that has all those that answer as its children."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        parents = [parent(each) for each in below(server.process.pid)]
        # What stands in for it at first has as many, and is its child.
        five = [each for each in {*parents} - {0} if parents.count(each) == 5]
        if found := [each for each in five if parents.count(parent(each)) == 1]:
            return found[0]
        time.sleep(0.05)
    raise AssertionError("no process has forked five")
