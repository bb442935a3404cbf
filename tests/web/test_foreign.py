"""Every page of projects that are not ours: nothing of our graph is said, and nothing is empty."""

from __future__ import annotations

import json
import re
import time
from html import unescape

import pytest
from tests.conftest import ROOT
from tests.web.conftest import Server

PAGE = {"Accept": "text/html"}
FIXTURES = ROOT / "tests" / "fixtures"
OURS = re.compile(
    r"world bank|initiative|open government|boost|geonode|w3id\.org/ogdkg|\bogd:", re.IGNORECASE
)
PASSAGES = re.compile(r"passage|the document", re.IGNORECASE)
PERSIAN = re.compile("[\u0600-\u06ff]")
_FILE = re.compile(
    r"^/(?:sparql|\.well-known|assets)|\.(?:ttl|jsonld|nt|nq|trig|rdf|csv|json)(?:\?|$)|format=(?!html)"
)
_EMPTY = re.compile(r"<(ul|ol|dl|section|h[1-6]|p|dd|li|nav|table|tbody|figure)\b[^>]*>\s*</\1>")


def _crawled(server: Server, *starts: str) -> dict[str, str]:
    """The pages that links and forms lead to, from some of them on."""
    waiting, found = ["/", *starts], dict[str, str]()
    while waiting:
        path = waiting.pop()
        if path in found or len(found) > 150:
            continue
        answer = server.ask(path, **PAGE)
        for _ in range(100):  # a feed of what changed is there once the history has been read
            if answer.status != 503:
                break
            time.sleep(0.2)
            answer = server.ask(path, **PAGE)
        if answer.status == 303:
            found[path] = ""
            waiting.append(answer.headers["location"].removeprefix(server.url))
            continue
        assert answer.status == 200, path
        kind = answer.headers["content-type"]
        found[path] = answer.body.decode() if kind.startswith("text/html") else ""
        links = re.findall(r'(?:href|src|action)="(/[^"#]*)', found[path])
        waiting += [unescape(each) for each in links if not _FILE.search(each)]
    return {path: text for path, text in found.items() if text}


@pytest.mark.parametrize("name", ["devices", "maps"])
def test_every_page_is_there_and_speaks_of_its_own_graph(name: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(name)
    pages = _crawled(server, "/styleguide", "/search?q=e", "/new")
    assert {"/", "/things", "/ask", "/check", "/contribute", "/new", "/styleguide"} <= set(pages)
    assert len(pages) > 12
    for path, text in pages.items():
        assert not OURS.search(text), path
        assert '<html lang="en">' in text
        assert not _EMPTY.search(text), (path, _EMPTY.search(text))
        if name == "devices" and path != "/styleguide":
            assert not PASSAGES.search(text), path


# Each address that programs ask, with the types that they ask for; and questions, by the project.
API = {
    "/sparql": ("text/turtle", "application/ld+json"),
    "/.well-known/void": ("text/turtle", "application/n-triples"),
    "/api": ("application/json",),
    "/openapi.json": ("application/json",),
    "/reconcile": ("application/json",),
    "/suggest?q=a": ("application/json",),
    "/search?q=e": ("application/json",),
    "/metrics": ("text/plain",),
    "/health": ("application/json",),
    "/ready": ("application/json",),
    "/robots.txt": ("text/plain",),
    "/nosuch": ("application/problem+json",),
    "/api/nosuch": ("application/problem+json",),
    "/describe?iri=urn:nobody": ("text/turtle",),
    "/sparql?query=SELECT": ("application/sparql-results+json",),
}
ASKED = {"devices": "in-ward?ward=East%20ward", "maps": "maps-of?town=Ferry%20Town"}
FORMATS = ("application/json", "text/csv", "application/sparql-results+xml", "text/html")


@pytest.mark.parametrize("name", ["devices", "maps"])
def test_every_api_speaks_of_its_own_graph(name: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(name)
    document = json.loads(server.ask("/openapi.json").body)
    asked = {
        f"/api/{ASKED[name]}": FORMATS,
        **{path: FORMATS for path in document["paths"] if "{" not in path},
    }
    things = [
        path for path in _crawled(server, "/things") if not path.startswith(("/api", "/ask", "/ontology"))
    ]
    described = {path.removesuffix(".html"): ("text/turtle", "application/ld+json") for path in things[:40]}
    texts = []
    for path, types in {**API, **asked, **described}.items():
        for each in types:
            answer = server.ask(path, Accept=each)
            assert answer.status < 500, (path, each)
            texts.append((path, each, answer.body.decode()))
    assert len(texts) > 30
    for path, kind, text in texts:
        assert not OURS.search(text), (path, kind)
        assert "Traceback" not in text
        if name == "devices" and path != "/styleguide":
            assert not PASSAGES.search(text), (path, kind, PASSAGES.search(text))


def test_names_in_another_language_say_so(maps: Server) -> None:
    """The page is in English; a name in another script has its language and its direction."""
    for path in ("/", "/things", "/search?q=Ferry", "/id/map/northern-bank.html"):
        text = maps.ask(path, **PAGE).body.decode()
        names = re.findall(r"<(?:bdi|p)([^>]*)>([^<]+)<", text.split("<main")[1])
        own = [given for given, name in names if PERSIAN.search(name)]
        assert own, path
        named = [given for given in own if 'lang="fa"' in given and "dir=" in given]
        assert named, path
        assert all("lang=" in given for given in own if "dir=" in given), path


def test_groups_and_properties_are_named_as_the_project_prefers(maps: Server) -> None:
    page = maps.ask("/id/map/northern-bank.html", **PAGE).body.decode()
    assert "\u06a9\u0634\u06cc\u062f\u0646" in page  # the group of the drawing
    assert "The drawing" not in page
