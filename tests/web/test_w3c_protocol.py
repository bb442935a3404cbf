"""The cases of the W3C for SPARQL 1.1 Protocol, Service Description and Graph Store Protocol, over a socket.

https://www.w3.org/TR/sparql11-protocol/ · https://www.w3.org/TR/sparql11-service-description/ ·
https://www.w3.org/TR/sparql11-http-rdf-update/. Each case has the name that it has in the manifests of
https://github.com/w3c/rdf-tests (sparql/sparql11: protocol, service-description, graph-store-protocol).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from tests.servers.running import need_server, running
from tests.web.conftest import Answer
from tests.web.writing import FORM, QUERY, TURTLE, UPDATE, Writable, writable

DATA = [f"http://data.example/{number}" for number in range(4)]
DOCUMENT = "http://xmlns.com/foaf/0.1/Document"
MADE = "http://purl.org/dc/terms/BibliographicResource"
ROWS = (
    "application/sparql-results+xml",
    "application/sparql-results+json",
    "text/csv",
    "text/tab-separated-values",
)
RDF = ("text/turtle", "application/rdf+xml", "application/n-triples")


@pytest.fixture(scope="module", params=["one worker", "two workers", "endpoint"])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    """Our server: with a worker, with two, and before Oxigraph's own server."""
    folder = tmp_path_factory.mktemp("w3c")
    with ExitStack() as stack:
        options: tuple[str, ...] = ()
        if request.param == "endpoint":
            need_server("oxigraph")
            options = ("--endpoint", stack.enter_context(running("oxigraph")).url)
        elif request.param == "two workers":
            options = ("--workers", "2")
        yield stack.enter_context(writable(folder, *options))


def _type(answer: Answer) -> str:
    return answer.headers.get("content-type", "").partition(";")[0]


def _filled(target: Writable) -> None:
    """Let three graphs hold a triple about themselves, and nothing else be there."""
    graphs = " ".join(f"GRAPH <{name}> {{ <{name}> a <{DOCUMENT}> }}" for name in DATA[1:])
    assert target.update(f"CLEAR ALL ; INSERT DATA {{ {graphs} }}").status == 204


def _are(*names: str) -> str:
    return " ".join(f"<{name}> a ?type ." for name in names)


def _in_graphs(*names: str) -> str:
    return " ".join(f"GRAPH ?g{number} {{ <{name}> a ?type }}" for number, name in enumerate(names))


def _given(key: str, *names: str) -> list[tuple[str, str]]:
    return [(key, name) for name in names]


ALL_GIVEN = [*_given("default-graph-uri", DATA[3]), *_given("named-graph-uri", *DATA[1:3])]
QUERIES: list[tuple[str, str, str, list[tuple[str, str]], str, tuple[str, ...]]] = [
    # Its name, how it is sent, the query, the dataset, what the answer is, and its media types.
    ("query_post_form", "form", "ASK {}", _given("default-graph-uri", DATA[0]), "true", ROWS[:2]),
    ("query_dataset_default_graphs_get", "get", f"ASK {{ {_are(*DATA[1:3])} }}",
     _given("default-graph-uri", *DATA[1:3]), "true", ROWS[:2]),
    ("query_dataset_default_graphs_post", "post", f"ASK {{ {_are(*DATA[1:3])} }}",
     _given("default-graph-uri", *DATA[1:3]), "true", ROWS[:2]),
    ("query_dataset_named_graphs_post", "post", f"ASK {{ {_in_graphs(*DATA[1:3])} }}",
     _given("named-graph-uri", *DATA[1:3]), "true", ROWS[:2]),
    ("query_dataset_named_graphs_get", "get", f"ASK {{ {_in_graphs(*DATA[1:3])} }}",
     _given("named-graph-uri", *DATA[1:3]), "true", ROWS[:2]),
    ("query_dataset_full", "post", f"ASK {{ {_are(DATA[3])} {_in_graphs(*DATA[1:3])} }}",
     ALL_GIVEN, "true", ROWS[:2]),
    ("query_multiple_dataset", "post", f"ASK FROM <{DATA[3]}> {{ {_in_graphs(*DATA[1:3])} }}",
     _given("named-graph-uri", *DATA[1:3]), "true", ROWS[:2]),
    ("query_get", "get", "ASK {}", _given("default-graph-uri", DATA[0]), "true", ROWS[:2]),
    ("query_content_type_select", "post", "SELECT (1 AS ?value) {}",
     _given("default-graph-uri", DATA[0]), "", ROWS),
    ("query_content_type_ask", "post", "ASK {}", _given("default-graph-uri", DATA[0]), "true", ROWS[:2]),
    ("query_content_type_describe", "post", "DESCRIBE <http://example.org/>",
     _given("default-graph-uri", DATA[0]), "", RDF),
    ("query_content_type_construct", "post", "CONSTRUCT { <s> <p> 1 } WHERE {}",
     _given("default-graph-uri", DATA[0]), "", RDF),
    ("query_post_direct", "post", "ASK {}", [], "true", ROWS[:2]),
]  # fmt: skip


@pytest.mark.parametrize(("how", "query", "graphs", "said", "types"), [case[1:] for case in QUERIES],
                         ids=[case[0] for case in QUERIES])  # fmt: skip
def test_a_query(
    target: Writable, how: str, query: str, graphs: list[tuple[str, str]], said: str, types: tuple[str, ...]
) -> None:
    _filled(target)
    accept = ", ".join(types)
    address = "/sparql?" + urlencode([*graphs, *([("query", query)] if how == "get" else [])])
    if how == "get":
        answer = target.ask(address, Accept=accept)
    elif how == "form":
        answer = target.ask(address, urlencode({"query": query}).encode(), Content_Type=FORM, Accept=accept)
    else:
        answer = target.ask(address, query.encode(), Content_Type=QUERY, Accept=accept)
    assert answer.status == 200, answer.body
    assert _type(answer) in types
    if said:
        json_answer = target.ask("/sparql?" + urlencode([*graphs, ("query", query)]), Accept=ROWS[1])
        assert json.loads(json_answer.body)["boolean"] is (said == "true")


USINGS = [
    ("update_dataset_default_graph", ["using-graph-uri=1"], "?s a <{d}>", [1], []),
    ("update_dataset_default_graphs", ["using-graph-uri=1", "using-graph-uri=2"], "?s a <{d}>", [1, 2], [3]),
    ("update_dataset_named_graphs", ["using-named-graph-uri=1", "using-named-graph-uri=2"],
     "GRAPH ?g {{ ?s a <{d}> }}", [1, 2], [3]),
]  # fmt: skip


@pytest.mark.parametrize(("given", "where", "here", "not_here"), [case[1:] for case in USINGS],
                         ids=[case[0] for case in USINGS])  # fmt: skip
def test_an_update_reads_the_graphs_of_the_request(
    target: Writable, given: list[str], where: str, here: list[int], not_here: list[int]
) -> None:
    _filled(target)
    pairs = [(key, DATA[int(number)]) for key, _, number in (each.partition("=") for each in given)]
    where = where.format(d=DOCUMENT)
    made = f"INSERT {{ GRAPH <http://made.example/> {{ ?s a <{MADE}> }} }} WHERE {{ {where} }}"
    assert target.update(made, "/sparql?" + urlencode(pairs)).status == 204
    for number in (1, 2, 3):
        ask = f"ASK {{ GRAPH <http://made.example/> {{ <{DATA[number]}> a <{MADE}> }} }}"
        assert target.is_true(ask) == (number in here), number
        assert number in here or number in not_here or here == [1]


def test_update_dataset_full(target: Writable) -> None:
    """Default and named graphs in one request."""
    _filled(target)
    insert = (
        "INSERT { GRAPH <http://made.example/> { ?s <http://made.example/in> ?in } } WHERE {"
        f"  {{ GRAPH ?g {{ ?s a <{DOCUMENT}> }} BIND(?g AS ?in) }}"
        f'  UNION {{ ?s a <{DOCUMENT}> BIND("default" AS ?in) }} }}'
    )
    graphs = urlencode([("using-graph-uri", DATA[1]), ("using-named-graph-uri", DATA[2])])
    assert target.update(insert, f"/sparql?{graphs}").status == 204
    inside = "GRAPH <http://made.example/> {{ {} }}"
    are = f'<{DATA[1]}> ?in "default" . <{DATA[2]}> ?in <{DATA[2]}>'.replace(
        "?in", "<http://made.example/in>"
    )
    is_not = inside.format(f"<{DATA[3]}> ?p ?o")
    assert target.is_true(f"ASK {{ {inside.format(are)} FILTER NOT EXISTS {{ {is_not} }} }}")


def test_update_post_form(target: Writable) -> None:
    assert target.ask("/sparql", b"update=CLEAR+ALL", Content_Type=FORM).status == 204


def test_update_post_direct(target: Writable) -> None:
    assert target.update("CLEAR ALL").status == 204


def test_update_base_uri(target: Writable) -> None:
    """A relative IRI is relative to the address of the endpoint, which is not told here."""
    graph = "http://example.org/base-test/"
    update = f"CLEAR SILENT GRAPH <{graph}> ; INSERT DATA {{ GRAPH <{graph}> {{ <urn:s> <urn:p> <test> }} }}"
    assert target.update(update).status == 204
    assert target.is_true(
        f'ASK {{ GRAPH <{graph}> {{ <urn:s> <urn:p> ?o FILTER(ISIRI(?o) && STR(?o) != "test") }} }}'
    )


UTF16 = "; charset=UTF-16"
CONFLICT = "WITH <http://e.example/a> DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p 1 }"
REFUSED: list[tuple[str, str, bytes | None, str | None, dict[str, str]]] = [
    ("bad_query_method", "/sparql?query=ASK%20%7B%7D", b"", "PUT", {"Content_Type": FORM}),
    ("bad_multiple_queries", "/sparql?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", None, None, {}),
    ("bad_query_wrong_media_type", "/sparql", b"ASK {}", "POST", {"Content_Type": "text/plain"}),
    ("bad_query_missing_form_type", "/sparql", b"query=ASK%20%7B%7D", "POST", {"Content_Type": ""}),
    ("bad_query_missing_direct_type", "/sparql", b"ASK {}", "POST", {"Content_Type": ""}),
    ("bad_query_non_utf8", "/sparql", "ASK {}".encode("utf-16"), "POST", {"Content_Type": QUERY + UTF16}),
    ("bad_query_syntax", "/sparql?query=ASK%20%7B", None, None, {}),
    ("bad_update_get", "/sparql?update=CLEAR%20ALL", None, None, {}),
    ("bad_multiple_updates", "/sparql", b"update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", "POST",
     {"Content_Type": FORM}),
    ("bad_update_wrong_media_type", "/sparql", b"CLEAR NAMED", "POST", {"Content_Type": "text/plain"}),
    ("bad_update_missing_form_type", "/sparql", b"update=CLEAR%20NAMED", "POST", {"Content_Type": ""}),
    ("bad_update_non_utf8", "/sparql", "CLEAR ALL".encode("utf-16"), "POST",
     {"Content_Type": UPDATE + UTF16}),
    ("bad_update_syntax", "/sparql", b"update=CLEAR%20XYZ", "POST", {"Content_Type": FORM}),
    ("bad_update_dataset_conflict", "/sparql?using-named-graph-uri=http%3A%2F%2Fe.example%2Fpeople",
     CONFLICT.encode(), "POST", {"Content_Type": UPDATE}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "method", "headers"), [case[1:] for case in REFUSED],
                         ids=[case[0] for case in REFUSED])  # fmt: skip
def test_a_bad_request(
    target: Writable, path: str, body: bytes | None, method: str | None, headers: dict[str, str]
) -> None:
    answer = target.ask(path, body, method, **headers)
    assert 400 <= answer.status < 500, answer.body
    assert answer.status != 401
    assert _type(answer) == "application/problem+json"


def test_the_table_has_all_cases_of_the_protocol() -> None:
    assert len(QUERIES) + len(USINGS) + 4 + len(REFUSED) == 34


# Service description: returns-rdf, has-endpoint-triple, conforms-to-schema.

SD = "http://www.w3.org/ns/sparql-service-description#"


def _description(target: Writable) -> ox.Store:
    answer = target.ask("/sparql", Accept="text/turtle")
    assert (answer.status, _type(answer)) == (200, "text/turtle")
    store = ox.Store()
    store.load(answer.body, ox.RdfFormat.TURTLE)
    return store


def test_returns_rdf(target: Writable) -> None:
    assert len(_description(target)) > 5


def test_has_endpoint_triple(target: Writable) -> None:
    address = ox.NamedNode(f"{target.server.url}/sparql")
    found = list(_description(target).quads_for_pattern(None, ox.NamedNode(SD + "endpoint"), address))
    assert len(found) == 1


def test_conforms_to_schema(target: Writable) -> None:
    """Domains and ranges of section 3: services have datasets, datasets graphs, all of them nodes."""
    store = _description(target)
    ask = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> ASK "
    assert store.query(
        ask
        + "{ ?s a sd:Service ; sd:endpoint ?e ; sd:supportedLanguage sd:SPARQL11Query, sd:SPARQL11Update }"
    )
    assert store.query(
        ask + "{ ?s sd:defaultDataset ?d . ?d a sd:Dataset ; sd:defaultGraph ?g . ?g a sd:Graph }"
    )
    assert not store.query(
        ask + "{ ?d sd:namedGraph ?g FILTER NOT EXISTS { ?g a sd:NamedGraph ; sd:name ?n } }"
    )
    assert not store.query(ask + "{ ?s ?p ?o FILTER(ISLITERAL(?o) && STRSTARTS(STR(?p), STR(sd:))) }")


# Graph Store Protocol, by the address of the graph (direct) and by its name (indirect).

PERSON = "http://people.example/1"
CARD = """@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix v: <http://www.w3.org/2006/vcard/ns#> .
<http://people.example/1> a foaf:Person ; foaf:businessCard [ a v:VCard ; v:fn "{}" ] ."""
NOBODY = """@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix v: <http://www.w3.org/2006/vcard/ns#> .
[] a foaf:Person ; foaf:businessCard [ a v:VCard ; v:given-name "Alice" ] ."""
BOUNDARY = "a6fe4cd636164618814be9f8d3d1a0de"


def _direct(path: str) -> str:
    return f"/store/{path}"


def _indirect(path: str) -> str:
    return "/store?graph=" + quote(f"http://graphs.example/{path}", safe="")


Address = Callable[[str], str]
BOTH = pytest.mark.parametrize("address", [_direct, _indirect], ids=["direct", "indirect"])


def _send(target: Writable, method: str, address: str, turtle: str) -> int:
    return target.ask(address, turtle.encode(), method, Content_Type=TURTLE).status


def _holds(target: Writable, address: str, *turtle: str) -> bool:
    answer = target.ask(address, Accept="text/turtle")
    assert (answer.status, answer.headers["content-type"]) == (200, TURTLE)
    expected = ox.Dataset(quad for each in turtle for quad in ox.parse(each, ox.RdfFormat.TURTLE))
    found = ox.Dataset(ox.parse(answer.body, ox.RdfFormat.TURTLE))
    for each in (found, expected):
        each.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found == expected


@pytest.fixture
def clean(target: Writable) -> Writable:
    assert target.update("DROP ALL").status == 204
    return target


@BOTH
def test_put_get_repeat(clean: Writable, address: Address) -> None:
    at = address("person/1.ttl")
    assert _send(clean, "PUT", at, CARD.format("John Doe")) == 201
    assert _holds(clean, at, CARD.format("John Doe"))
    assert _send(clean, "PUT", at, CARD.format("Jane Doe")) in (200, 204)
    assert _holds(clean, at, CARD.format("Jane Doe"))


@BOTH
def test_put_delete_get_delete(clean: Writable, address: Address) -> None:
    at = address("person/2.ttl")
    assert _send(clean, "PUT", at, NOBODY) == 201
    assert clean.ask(at, method="DELETE").status in (200, 204)
    assert clean.ask(at).status == 404
    assert clean.ask(at, method="DELETE").status == 404


@BOTH
def test_post_get_post_get(clean: Writable, address: Address) -> None:
    at = address("person/1.ttl")
    assert _send(clean, "POST", at, CARD.format("Jane Doe")) == 201
    assert _holds(clean, at, CARD.format("Jane Doe"))
    names = [f'<{PERSON}> <http://xmlns.com/foaf/0.1/{name}> "{value}" .' for name, value in
             (("familyName", "Doe"), ("givenName", "Jane"))]  # fmt: skip
    parts = "".join(
        f'--{BOUNDARY}\nContent-Disposition: form-data; name="{number}.ttl"; filename="{number}.ttl"\n'
        f"Content-Type: {TURTLE}\n\n{part}\n\n"
        for number, part in enumerate(names)
    )
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    answer = clean.ask(at, f"{parts}--{BOUNDARY}--\n".encode(), "POST", Content_Type=kind)
    assert answer.status in (200, 204), answer.body
    assert _holds(clean, at, CARD.format("Jane Doe"), *names)


@BOTH
def test_head_existing(clean: Writable, address: Address) -> None:
    at = address("person/1.ttl")
    assert _send(clean, "PUT", at, CARD.format("John Doe")) == 201
    answer = clean.ask(at, method="HEAD", Accept=TURTLE)
    assert (answer.status, answer.headers["content-type"], answer.body) == (200, TURTLE, b"")


def test_put_get_default(clean: Writable) -> None:
    assert _send(clean, "PUT", "/store?default", NOBODY) in (200, 201, 204)
    assert _holds(clean, "/store?default", NOBODY)


def test_post_get_new_graph(clean: Writable) -> None:
    answer = clean.ask("/store", NOBODY.encode(), "POST", Content_Type=TURTLE)
    assert answer.status == 201
    name = answer.headers["location"]
    assert _holds(clean, "/store?graph=" + quote(name, safe=""), NOBODY)
    assert _holds(clean, name.removeprefix(clean.server.url), NOBODY)


def test_head_non_existing(clean: Writable) -> None:
    assert clean.ask(_indirect("person/4.ttl"), method="HEAD").status == 404


def test_put_get_uri_pct_encoded(clean: Writable) -> None:
    at = _indirect("person/1.ttl")
    assert _send(clean, "PUT", at, CARD.format("John Doe")) == 201
    assert _holds(clean, "/store?graph=http://graphs.example/person/1.ttl", CARD.format("John Doe"))


def test_put_get_uri_pct_encoded_twice(clean: Writable) -> None:
    """`%31` in a name stays as it is: two names, two graphs."""
    plain, encoded = _indirect("person/1.ttl"), _indirect("person/%31.ttl")
    assert _send(clean, "PUT", plain, CARD.format("John Doe")) == 201
    assert _send(clean, "PUT", encoded, CARD.format("Jane Doe")) == 201
    assert _holds(clean, plain, CARD.format("John Doe"))
    assert _holds(clean, encoded, CARD.format("Jane Doe"))
