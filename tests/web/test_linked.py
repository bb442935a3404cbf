"""Linked data over a socket: IRIs, their descriptions, their retirement, and the pages for people."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from tests.conftest import TREES
from tests.web.conftest import Answer, Server, serving

from ogdkg import open_graph
from ogdkg.exchange.export import description_builder
from ogdkg.rdf.statements import to_nquads

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RDFLIB = "application/rdf+xml,text/rdf+n3;q=0.9,application/xhtml+xml;q=0.5,*/*;q=0.1"
OAK = "https://trees.example/id/tree/oak"
MEDIA_TYPES = {
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "trig": "application/trig",
    "nq": "application/n-quads",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}
SHAPES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX e: <https://e.example/>
e:shapes\\/Thing a sh:NodeShape ; sh:targetClass e:Thing ; sh:property [ sh:path e:p ; sh:minCount 1 ] .
"""
DATA = """
PREFIX e: <https://e.example/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
e:set a dcat:Dataset ; dcterms:title "All" ; dcterms:creator e:me ; dcterms:license <https://l.example/by> .
e:older dcterms:isReplacedBy e:old .
e:old dcterms:isReplacedBy e:new .
e:gone dcterms:isReplacedBy e:going . e:going dcterms:isReplacedBy e:gone .
e:new rdfs:label "New" ; dcterms:replaces e:old ; e:p <https://e.example/a%20b> .
<https://e.example/caf\\u00E9> rdfs:label "Caf\\u00E9"@fr .
<https://e.example/a%20b> rdfs:label "With a space" .
e:data.ttl rdfs:label "A name that ends like a file" .
e:wild rdfs:label "<script>alert(1)</script>\\u202E &amp;" ; e:p <javascript:alert(1)>, "\\u0001\\"'><b>" ;
    rdfs:comment "\\u05E9\\u05DC\\u05D5\\u05DD"@he ; rdfs:seeAlso <https://else.example/x?a=1&b=%22> .
<https://foreign.example/t> rdfs:label "Foreign" .
"""


def _project(folder: Path, more: str = "") -> Path:
    folder.joinpath("data.ttl").write_text(DATA + more)
    folder.joinpath("shapes.ttl").write_text(SHAPES)
    folder.joinpath("ogdkg.toml").write_text(
        '[project]\nname = "linked"\nthings = "https://e.example/"\n'
        '[[layer]]\nname = "data"\nfiles = ["data.ttl"]\ngraph = "https://e.example/graph"\n'
        '[shapes]\nfiles = ["shapes.ttl"]\n'
    )
    return folder


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    many = "".join(f"<urn:s{i}> <urn:in> e:hub .\n" for i in range(20_000))
    with serving(_project(tmp_path_factory.mktemp("linked"), many)) as running:
        yield running


def _links(answer: Answer) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for target, relation in re.findall(r'<([^>]*)>; rel="([^"]*)"', answer.headers["link"]):
        found.setdefault(relation, []).append(target)
    return found


def _quads(answer: Answer, suffix: str = "nq") -> ox.Dataset:
    assert answer.status == 200, answer.body
    read = ox.Dataset(ox.parse(answer.body, format=FORMATS[suffix]))
    read.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return read


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        (None, "ttl"),
        ("*/*", "ttl"),
        (BROWSER, "html"),
        (RDFLIB, "rdf"),
        ("application/ld+json", "jsonld"),
        ("application/json", "jsonld"),
        ("application/n-quads, text/turtle;q=0.9", "nq"),
        ("text/csv", "csv"),
        ("text/turtle;q=0.2, application/trig;q=0.3", "trig"),
    ],
)
def test_an_iri_leads_to_what_the_client_accepts(server: Server, accept: str | None, suffix: str) -> None:
    answer = server.ask("/id/tree/oak", **({"Accept": accept} if accept else {}))
    assert (answer.status, answer.headers["location"]) == (303, f"{server.url}/id/tree/oak.{suffix}")
    assert answer.headers["vary"].startswith("Accept")
    document = server.ask(f"/id/tree/oak.{suffix}")
    assert (document.status, document.headers["content-type"]) == (200, MEDIA_TYPES[suffix])
    assert len(_links(answer)["describedby"]) == len(MEDIA_TYPES)


def test_a_format_may_be_asked_for(server: Server) -> None:
    answer = server.ask("/id/tree/oak?format=jsonld", Accept="text/html")
    assert answer.headers["location"] == f"{server.url}/id/tree/oak.jsonld"
    assert server.ask("/id/tree/oak?format=docx").status == 400
    assert server.ask("/id/tree/oak", Accept="image/png").status == 406


def test_every_iri_of_the_project_answers(server: Server) -> None:
    """Things, classes, properties, passages and graphs, by their paths; those with `#` by their document."""
    answer = server.ask(
        server.query(
            "SELECT DISTINCT ?iri { { ?iri ?p ?o } UNION { ?s ?iri ?o } UNION { ?s ?p ?iri } "
            "UNION { GRAPH ?iri { ?s ?p ?o } } "
            "FILTER(ISIRI(?iri) && STRSTARTS(STR(?iri), 'https://trees.example/')) }"
        ),
        Accept="text/csv",
    )
    iris = answer.body.decode().split()[1:]
    assert len(iris) > 30
    for iri in iris:
        path = iri.removeprefix("https://trees.example").partition("#")[0]
        assert server.ask(path).status == 303, iri
        for suffix in ("nq", "html"):
            asked = server.ask("/describe?" + urlencode({"iri": iri, "format": suffix}))
            assert asked.status == 200, iri
            assert asked.body


@pytest.mark.parametrize("path", ["/id/tree/oak", "/id/garden/abbey", "/id/country/npl"])
def test_a_description_is_the_same_in_each_format(server: Server, path: str) -> None:
    """It is that of `ogdkg export --thing`, and of nothing that is withheld."""
    whole = _quads(server.ask(f"{path}.nq"))
    graph = open_graph(TREES)
    built = description_builder(graph, map(to_nquads, graph.store.quads()))
    expected = [line for line in built.of(f"<https://trees.example{path}>") if "keeper" not in line]
    assert sorted(map(str, whole)) == sorted(
        map(str, ox.parse("\n".join(expected).encode(), format=ox.RdfFormat.N_QUADS))
    )
    for suffix in ("trig", "jsonld"):
        assert _quads(server.ask(f"{path}.{suffix}"), suffix) == whole
    triples = ox.Dataset([ox.Quad(*quad.triple) for quad in whole])
    triples.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    for suffix in ("ttl", "nt", "rdf"):
        assert _quads(server.ask(f"{path}.{suffix}"), suffix) == triples
    rows = list(csv.DictReader(io.StringIO(server.ask(f"{path}.csv").body.decode())))
    assert len(rows) == len(whole)


def test_a_description_has_the_passages_that_it_is_from(server: Server) -> None:
    lines = server.ask("/id/tree/oak.nq").body.decode()
    assert '"The old oak"' in lines
    assert "<https://trees.example/id/passage/oak> ." in lines
    reified = server.ask("/id/tree/oak.nt?evidence=reified").body.decode()
    assert "<http://purl.org/dc/terms/source> <https://trees.example/id/passage/oak>" in reified
    assert (
        '#quote> <http://www.w3.org/ns/oa#exact> "The old oak"'
        in server.ask("/id/passage/oak.nt").body.decode()
    )
    page = server.ask("/id/tree/oak.html").body.decode()
    assert "The old oak</q>" in page
    assert ">L1<" in page


def test_a_document_says_what_it_is(linked: Server) -> None:
    answer = linked.ask("/new.ttl")
    links = _links(answer)
    assert links["describes"] == links["canonical"] == ["https://e.example/new"]
    assert links["license"] == ["https://l.example/by"]
    assert links["describedby"] == [f"{linked.url}/.well-known/void"]
    assert len(links["alternate"]) == len(MEDIA_TYPES) - 1
    for address in links["alternate"]:
        assert linked.ask(address.removeprefix(linked.url)).status == 200
    assert _links(linked.ask("/new"))["license"] == ["https://l.example/by"]


def test_a_known_description_is_not_sent_again(server: Server) -> None:
    for suffix in MEDIA_TYPES:
        by_get = server.ask(f"/id/tree/oak.{suffix}")
        tag = by_get.headers["etag"]
        again = server.ask(f"/id/tree/oak.{suffix}", If_None_Match=tag)
        assert (again.status, again.body) == (304, b"")
        by_head = server.ask(f"/id/tree/oak.{suffix}", method="HEAD")
        assert (by_head.body, by_head.headers["etag"]) == (b"", tag)
        assert by_head.headers["link"] == by_get.headers["link"]
    assert server.ask("/id/tree/oak", method="HEAD").status == 303


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_description_is_only_read(server: Server, method: str) -> None:
    answer = server.ask("/id/tree/oak", b"x", method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert server.ask("/id/tree/oak", method="OPTIONS").headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/new", "/new.ttl"),
        ("/caf%C3%A9", "/caf%C3%A9.ttl"),
        ("/a%20b", "/a%20b.ttl"),
        ("/data.ttl", "/data.ttl.ttl"),
        ("/graph", "/graph.ttl"),
        ("/shapes/Thing", "/shapes/Thing.ttl"),
        ("/?resource=https://e.example/new", "/new.ttl"),
        (
            "/?resource=https://foreign.example/t",
            "/describe?iri=https%3A%2F%2Fforeign.example%2Ft&format=ttl",
        ),
    ],
)
def test_an_iri_is_found_however_it_is_spelled(linked: Server, path: str, location: str) -> None:
    answer = linked.ask(path)
    assert (answer.status, answer.headers["location"]) == (303, linked.url + location)
    assert len(_quads(linked.ask(location), "ttl")) > 0


def test_a_foreign_iri_is_described(linked: Server) -> None:
    asked = "/describe?iri=" + quote("https://foreign.example/t", safe="")
    assert b"Foreign" in linked.ask(asked).body
    assert linked.ask(asked, Accept=BROWSER).headers["content-type"] == MEDIA_TYPES["html"]
    assert linked.ask(asked, Accept="image/png").status == 406
    assert linked.ask("/describe").status == 400
    assert linked.ask("/describe?iri=no+iri").status == 400
    assert linked.ask("/describe?iri=urn:a&iri=urn:b").status == 400


@pytest.mark.parametrize(
    "path",
    ["/describe", "/document/nothing", "/map", "/ontology/nothing", "/picture", "/reconcile?queries=no"],
)
def test_only_who_wants_pages_gets_one_of_an_error(linked: Server, path: str) -> None:
    page, *others = (linked.ask(path, Accept=each) for each in (BROWSER, "image/png", "*/*", "text/turtle"))
    assert page.status >= 400 and page.headers["content-type"] == MEDIA_TYPES["html"]
    for other in others:
        assert other.status == page.status
        assert other.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "successors"),
    [
        ("/old", ["https://e.example/new"]),
        ("/older", ["https://e.example/new"]),
        ("/older.ttl", ["https://e.example/new"]),
        ("/describe?iri=https://e.example/old", ["https://e.example/new"]),
        ("/gone", []),
    ],
)
def test_a_retired_iri_names_its_successor(linked: Server, path: str, successors: list[str]) -> None:
    answer = linked.ask(path)
    assert answer.status == 410
    assert json.loads(answer.body)["successors"] == successors
    if successors:
        assert _links(answer)["successor-version"] == [f"{linked.url}/new"]
        assert linked.ask(path, Accept=BROWSER).body.count(b'href="/new"') == 1


def test_an_unknown_iri_suggests_others(server: Server) -> None:
    answer = server.ask("/id/tree/oka")
    assert answer.status == 404
    assert json.loads(answer.body)["near"][0]["iri"] == OAK
    page = server.ask("/id/tree/oka", Accept=BROWSER)
    assert (page.status, page.headers["content-type"]) == (404, MEDIA_TYPES["html"])
    assert b'href="/id/tree/oak"' in page.body
    assert server.ask("/describe?iri=https://nowhere.example/oak").status == 404
    assert server.ask("/%FF%00").status == 404


def test_a_node_with_many_links_is_described_in_pages(linked: Server) -> None:
    seen, path, pages = set(), "/hub.nt", 0
    while path and pages < 3:
        answer = linked.ask(path)
        lines = answer.body.decode().splitlines()
        assert 0 < len(lines) <= 600
        assert seen.isdisjoint(lines)
        seen |= set(lines)
        assert answer.headers["x-total-count"] == "20000"
        links = _links(answer)
        path, pages = links["next"][0].removeprefix(linked.url), pages + 1
    last = linked.ask(links["last"][0].removeprefix(linked.url))
    assert "next" not in _links(last)
    assert len(last.body.splitlines()) > 0
    assert b"Page 2 of 40" in linked.ask("/hub.html?page=2").body
    assert linked.ask("/hub?page=2").headers["location"].endswith("/hub.ttl?page=2")
    assert linked.ask("/hub.ttl?page=41").status == 404
    assert linked.ask("/hub.ttl?page=0").status == 400


class _Tags(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_shows_what_strangers_wrote_as_text(linked: Server) -> None:
    answer = linked.ask("/wild.html")
    page = _Tags(answer.body.decode())
    assert "<script>alert(1)</script>" in page.text
    assert "style" not in page.names
    assert page.names.count("script") == 2  # our file, and data for search engines
    assert ("type", "application/ld+json") in page.attributes
    assert all(not name.startswith("on") and name != "style" for name, _ in page.attributes)
    assert not [value for name, value in page.attributes if name == "href" and value.startswith("java")]
    assert ("href", "https://else.example/x?a=1&b=%22") in page.attributes
    assert ("lang", "he") in page.attributes
    assert "\u202e" not in answer.body.decode()
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "path", ["/", "/things", "/id/tree/oak.html", "/ns.html", "/search?q=oak", "/id/nothing", "/styleguide"]
)
def test_a_page_is_whole(server: Server, path: str) -> None:
    """It has a language, a title, one heading, labels, unique ids; each link of ours leads somewhere."""
    page = _Tags(server.ask(path, Accept=BROWSER).body.decode())
    assert ("lang", "en") in page.attributes
    assert page.names.count("title") == page.names.count("h1") == page.names.count("main") == 1
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    own = {value for name, value in page.attributes if name == "href" and value.startswith("/")}
    for each in sorted(each for each in own if not each.startswith("/ask"))[:25]:
        assert server.ask(each, Accept=BROWSER).status in (200, 303), each


def test_the_first_page_is_for_people(server: Server) -> None:
    assert b"Trees of two gardens" in server.ask("/", Accept=BROWSER).body
    assert server.ask("/").headers["location"] == f"{server.url}/.well-known/void"
    assert server.ask("/assets/ogdkg.css").headers["content-type"] == "text/css; charset=utf-8"
    assert b"Disallow: /sparql" in server.ask("/robots.txt").body


def test_a_name_is_searched_for(server: Server) -> None:
    def found(text: str) -> list[str]:
        answer = server.ask("/search?" + urlencode({"q": text}))
        return [each["iri"] for each in json.loads(answer.body)["found"]]

    assert found("Oak")[0] == found("quercus")[0] == found("Oka")[0] == OAK
    assert found("") == []
    assert found("Ada Gray") == []


def test_addresses_are_those_of_the_proxy(tmp_path: Path) -> None:
    """Behind a path, whether the proxy takes it off or not; what a proxy says counts if it is allowed."""
    project = _project(tmp_path)
    told = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "data.example", "X_Forwarded_For": "192.0.2.9"}
    with serving(project, "--prefix", "/x", "--forwarded-allow-ips", "127.0.0.1") as server:
        root = server.url.removesuffix("/x")
        here = Server(root, server.process)
        assert here.ask("/x/new").headers["location"] == f"{root}/x/new.ttl"
        assert here.ask("/new").headers["location"] == f"{root}/x/new.ttl"
        answer = here.ask("/x/new.ttl", **told)
        assert all(each.startswith("https://data.example/x/") for each in _links(answer)["alternate"])
        assert here.ask("/new", **told).headers["location"] == "https://data.example/x/new.ttl"
        moved = here.ask("/new", Forwarded='for=192.0.2.9;proto=https;host="d.example:444"')
        assert moved.headers["location"] == "https://d.example:444/x/new.ttl"
        moved = here.ask("/new", X_Forwarded_Prefix="/y", **told)
        assert moved.headers["location"] == "https://data.example/y/new.ttl"
        assert b'href="/x/assets/ogdkg.' in here.ask("/x/new.html").body
        for path in ("/x/.well-known/void", "/x/sparql"):
            assert (
                b"<https://data.example/x/sparql>"
                in here.ask(path, Accept="application/n-triples", **told).body
            )
        assert here.ask("/new", X_Forwarded_Host="a b").status == 400
    with serving(project) as server:
        answer = server.ask("/new", Forwarded="host=evil.example", X_Forwarded_Prefix="/y", **told)
        assert answer.headers["location"] == f"{server.url}/new.ttl"


def test_a_description_comes_from_another_server_too(server: Server) -> None:
    with serving(TREES, "--endpoint", f"{server.url}/sparql") as front:
        assert front.ask("/id/tree/oak").headers["location"] == f"{front.url}/id/tree/oak.ttl"
        lines = front.ask("/id/tree/oak.nq").body.decode().splitlines()
        whole = server.ask("/id/tree/oak.nq").body.decode().splitlines()
        assert {line for line in whole if f"<{OAK}>" in line} <= set(lines) <= set(whole)
        assert "<https://trees.example/id/passage/oak> ." in "".join(lines)
        page = front.ask("/id/tree/oak.html").body.decode()
        assert ">Abbey Garden<" in page
        assert front.ask("/id/tree/oka").status == 404
