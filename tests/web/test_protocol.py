"""The SPARQL endpoint over a socket, by https://www.w3.org/TR/sparql11-protocol/."""

from __future__ import annotations

import csv
import gzip
import io
import json
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from tests.conftest import TREES
from tests.web.conftest import Server
from tests.web.test_guards import _raw

from ogdkg import open_graph
from ogdkg.rdf.terms import Iri

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
ROWS = "SELECT ?s { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 3"
TRIPLES = "CONSTRUCT WHERE { ?s ?p ?o }"
_NAMES = open_graph(TREES).select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
# All but the passage that states nothing but personal data.
GRAPHS = [name for (name,) in _NAMES if isinstance(name, Iri) and not name.value.endswith("/keeper")]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/xml", "application/xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("text/*;q=0.5, */*;q=0.1", "text/xml; charset=utf-8"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml"),
        ("text/csv;q=0, */*", "application/sparql-results+json"),
        ("text/csv;header=present", "text/csv; charset=utf-8"),
        ("nonsense, text/csv;q=2, text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
    ],
)
def test_rows_come_as_the_client_accepts_them(server: Server, accept: str | None, media_type: str) -> None:
    headers = {} if accept is None else {"Accept": accept}
    answer = server.ask(server.query(ROWS), **headers)
    assert (answer.status, answer.headers["content-type"]) == (200, media_type)
    assert answer.headers["vary"] == "Accept, Accept-Encoding, Origin"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/trig", ox.RdfFormat.TRIG),
        ("application/n-quads", ox.RdfFormat.N_QUADS),
        ("*/*", ox.RdfFormat.TURTLE),
    ],
)
def test_a_graph_is_the_same_in_each_format(server: Server, accept: str, form: ox.RdfFormat) -> None:
    answer = server.ask(server.query(TRIPLES), Accept=accept)
    lines = server.ask(server.query(TRIPLES), Accept="application/n-triples").body
    expected = _canonical(lines, ox.RdfFormat.N_TRIPLES)
    assert len(expected) > 10
    assert _canonical(answer.body, form) == expected


def _canonical(text: bytes, form: ox.RdfFormat) -> ox.Dataset:
    read = ox.Dataset(ox.parse(text, format=form))
    read.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return read


def test_a_query_may_come_in_three_ways(server: Server) -> None:
    by_get = server.ask(server.query(ROWS), Accept="text/csv")
    by_form = server.ask("/sparql", urlencode({"query": ROWS}).encode(), Content_Type=FORM, Accept="text/csv")
    by_body = server.ask("/sparql", ROWS.encode(), Content_Type=QUERY, Accept="text/csv")
    assert by_get.status == 200
    assert by_get.body == by_form.body == by_body.body
    assert len(list(csv.reader(io.StringIO(by_get.body.decode())))) == 4


def test_an_ask_is_true_or_false(server: Server) -> None:
    assert json.loads(server.ask(server.query("ASK {}")).body)["boolean"] is True
    assert (
        b"<boolean>false</boolean>"
        in server.ask(server.query("ASK { <urn:none> ?p ?o }"), Accept="application/sparql-results+xml").body
    )


@pytest.mark.parametrize(
    ("path", "body", "method", "headers", "status"),
    [
        ("/sparql?query=", None, None, {}, 400),
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None, None, {}, 400),
        ("/sparql?query=ASK%20%7B", None, None, {}, 400),
        ("/sparql?query=%FF", None, None, {}, 400),
        ("/sparql?update=CLEAR%20ALL", None, None, {}, 400),
        ("/sparql?query=ASK%7B%7D", b"ASK {}", "POST", {"Content_Type": QUERY}, 400),
        ("/sparql", b"", "POST", {"Content_Type": FORM}, 400),
        ("/sparql", b"query=ASK%7B%7D&query=ASK%7B%7D", "POST", {"Content_Type": FORM}, 400),
        ("/sparql?query=ASK%7B%7D", b"a=b", "POST", {"Content_Type": FORM}, 400),
        ("/sparql", b"ASK \xff", "POST", {"Content_Type": QUERY}, 400),
        ("/sparql", b"ASK {}", "POST", {"Content_Type": QUERY + "; charset=utf-16"}, 415),
        ("/sparql", b"ASK {}", "POST", {"Content_Type": "text/plain"}, 415),
        ("/sparql", b"CLEAR ALL", "POST", {"Content_Type": "application/sparql-update"}, 403),
        ("/sparql?query=ASK%7B%7D", None, "PUT", {}, 405),
        ("/sparql?query=ASK%7B%7D", None, None, {"Accept": "image/png"}, 406),
        ("/sparql?query=ASK%7B%7D&timeout=no", None, None, {}, 400),
        ("/sparql?query=ASK%7B%7D&timeout=-1", None, None, {}, 400),
        ("/sparql", b"#" * 100_000, "POST", {"Content_Type": QUERY}, 413),
        ("/sparql?query=ASK%7B%7D&default-graph-uri=relative", None, None, {}, 400),
        ("/nowhere", None, None, {}, 404),
        ("/store", None, None, {}, 400),
        ("/store?graph=http://none.example/", None, None, {}, 404),
        ("/store?graph=http://none.example/&default", None, None, {}, 400),
        ("/store?default", b"", "PUT", {}, 405),
    ],
)
def test_what_is_no_request_is_a_problem(
    server: Server, path: str, body: bytes | None, method: str | None, headers: dict[str, str], status: int
) -> None:
    answer = server.ask(path, body, method, **headers)
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    told = json.loads(answer.body)
    assert told["status"] == status
    assert told["detail"].endswith(".")


def test_an_error_has_its_place_in_the_query(server: Server) -> None:
    told = json.loads(server.ask(server.query("SELECT *\n{ ?s ?p }")).body)
    assert (told["line"], told["column"]) == (2, 10)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }",
        "SELECT * FROM NAMED <file:///etc/passwd> { ?s ?p ?o }",
        "PREFIX e: <http://127.0.0.1/> SELECT * FROM e:x { ?s ?p ?o }",
        "LOAD <http://127.0.0.1:9/>",
    ],
)
def test_no_query_reaches_outside(server: Server, query: str) -> None:
    assert server.ask(server.query(query)).status == 400


def test_a_request_chooses_its_graphs(server: Server) -> None:
    """What the request names takes the place of the query's own (section 2.1.4)."""
    first, second = (graph.value for graph in GRAPHS[:2])
    count = "SELECT (COUNT(*) AS ?n) {0} {{ ?s ?p ?o }}"

    def number(query: str, **parameters: str) -> int:
        return int(server.ask(server.query(query, **parameters), Accept="text/csv").body.split()[1])

    whole = number(count.format(""))
    one = number(count.format(f"FROM <{first}>"))
    assert 0 < one < whole
    assert number(count.format(""), **{"default-graph-uri": first}) == one
    assert number(count.format(f"FROM <{second}>"), **{"default-graph-uri": first}) == one
    named = "SELECT (COUNT(DISTINCT ?g) AS ?n) {0} {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert number(named.format("")) == len(GRAPHS)
    assert number(named.format(""), **{"named-graph-uri": first}) == 1
    assert number(named.format(f"FROM NAMED <{first}>")) == 1
    assert number(count.format(""), **{"named-graph-uri": first}) == 0


def test_head_says_what_get_would(server: Server) -> None:
    for query in (server.query(ROWS), server.query("SELECT")):  # an answer, and an error
        by_get, by_head = server.ask(query), server.ask(query, method="HEAD")
        assert (by_head.status, by_head.body) == (by_get.status, b"")
        for name in ("content-type", "content-length", "etag", "vary"):
            assert by_head.headers.get(name) == by_get.headers.get(name)


def test_an_answer_that_is_known_is_not_sent_again(server: Server) -> None:
    answer = server.ask(server.query(ROWS))
    tag = answer.headers["etag"]
    again = server.ask(server.query(ROWS), If_None_Match=f'"other", W/{tag}')
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert server.ask(server.query(ROWS), Accept="text/csv", If_None_Match=tag).status == 200
    assert "etag" not in server.ask(server.query("SELECT (RAND() AS ?x) {}")).headers


def test_an_answer_may_be_compressed(server: Server) -> None:
    plain = server.ask(server.query(TRIPLES))
    packed = server.ask(server.query(TRIPLES), Accept_Encoding="br;q=1, gzip;q=0.5")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "content-encoding" not in server.ask(server.query(TRIPLES), Accept_Encoding="gzip;q=0").headers


def test_an_answer_that_is_another_one_is_not_sent(server: Server) -> None:
    """If-Match, and If-None-Match of any (RFC 9110, 13.1.1 and 13.1.2)."""
    for path in (server.query(ROWS), "/.well-known/void", "/things", "/store?default"):
        tag = server.ask(path).headers["etag"]
        assert server.ask(path, If_Match=f'"other", {tag}').status == 200
        assert server.ask(path, If_Match="*").status == 200
        for other in ('"other"', f"W/{tag}"):
            assert server.ask(path, If_Match=other).status == 412
            assert server.ask(path, If_Match=other, If_None_Match=tag).status == 412
        assert server.ask(path, If_None_Match="*").status == 304


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_should_be_percent_encoded_is_taken_as_it_is(server: Server, method: str) -> None:
    """https://url.spec.whatwg.org/#concept-urlencoded-parser, as by `curl -d 'query=…'`."""
    given = "query=ASK%7BFILTER(%22São%22=%22S%C3%A3o%22)%7D".encode()
    if method == "GET":
        sent = b"GET /sparql?" + given + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    else:
        head = f"POST /sparql HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: {FORM}\r\n"
        sent = f"{head}Content-Length: {len(given)}\r\n\r\n".encode() + given
    assert _raw(server, sent).endswith(b'"boolean": true}\n')


@pytest.mark.parametrize("path", ["/.well-known/void", "/health", "/robots.txt", "/things", "/sparql"])
def test_each_address_tells_its_methods(server: Server, path: str) -> None:
    answer = server.ask(path, method="OPTIONS", Access_Control_Request_Headers="If-None-Match")
    assert answer.status == 204
    assert answer.headers["allow"] == answer.headers["access-control-allow-methods"]
    assert "If-None-Match" in answer.headers["access-control-allow-headers"]
    for method in ("PUT", "PATCH", "TRACE"):
        refused = server.ask(path, method=method)
        assert (refused.status, refused.headers["allow"]) == (405, answer.headers["allow"])


def test_any_site_may_read(server: Server) -> None:
    origin = "https://e.example"
    asked = server.ask("/sparql", method="OPTIONS", Origin=origin, Access_Control_Request_Method="POST")
    assert asked.status == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert server.ask(server.query("ASK {"), Origin=origin).headers["access-control-allow-origin"] == "*"


def test_random_numbers_differ_between_processes(server: Server) -> None:
    answers = {server.ask(server.query("SELECT (UUID() AS ?x) {}")).body for _ in range(12)}
    assert len(answers) == 12


def test_the_endpoint_describes_itself(server: Server) -> None:
    answer = server.ask("/sparql", Accept="application/n-triples")
    said = answer.body.decode()
    assert f"<http://www.w3.org/ns/sparql-service-description#endpoint> <{server.url}/sparql>" in said
    assert all(f"#name> <{graph.value}>" in said for graph in GRAPHS)


def test_the_dataset_is_described_with_its_partitions(server: Server) -> None:
    store = ox.Store()
    answer = server.ask("/.well-known/void", Accept="application/n-triples")
    store.load(answer.body, ox.RdfFormat.N_TRIPLES)
    void = "PREFIX void: <http://rdfs.org/ns/void#> "
    counted = store.query(f"{void} SELECT ?p ?n {{ ?part void:property ?p ; void:triples ?n }}")
    for solution in counted:
        asked = f"SELECT (COUNT(*) AS ?n) {{ ?s {solution['p']} ?o }}"
        assert (
            server.ask(server.query(asked), Accept="text/csv").body.split()[1].decode() == solution["n"].value
        )
    assert store.query(f"{void} ASK {{ ?part void:class ?c ; void:entities ?n }}")


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.value.rpartition("/")[2])
def test_a_named_graph_is_read(server: Server, graph: Iri) -> None:
    name = graph.value
    answer = server.ask(f"/store?graph={quote(name)}", Accept="application/n-triples")
    triples = len(answer.body.splitlines())
    counted = server.ask(
        server.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"), Accept="text/csv"
    )
    assert triples == int(counted.body.split()[1]) > 0


def test_what_the_engine_cannot_sort_as_it_compares_is_answered(devices: Server) -> None:
    places = [number * 7919 % 400 for number in range(400)]
    mixed = " ".join((str(n), f'"{n}"', f'"{n}a"')[at % 3] for at, n in enumerate(places))
    text = f"SELECT ?x {{ VALUES ?x {{ {mixed} }} }} ORDER BY ?x"
    answer = devices.ask("/sparql", text.encode(), content_type=QUERY, accept="text/csv")
    assert answer.status == 200
    numbers = sorted(n for at, n in enumerate(places) if at % 3 == 0)
    assert answer.body.decode().split()[1 : len(numbers) + 1] == [*map(str, numbers)]
