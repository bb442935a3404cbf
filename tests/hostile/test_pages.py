"""Pages of a stranger's project: whatever its names, IRIs and shapes are, a page stays as we wrote it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest

from tests.conftest import ROOT
from tests.web.conftest import Answer, Server, serving

from .payloads import EVERYTHING, FORBIDDEN

MAPS = ROOT / "tests" / "fixtures" / "maps"
BEGIN = ["/things", "/ask", "/document", "/picture", "/quality", "/check", "/new", "/query", "/api"]
FAULTS = [
    "/",
    "/nothing",
    "/ask/nothing",
    "/new/nothing",
    "/document?of=x",
    "/describe?iri=javascript%3Atown",
]
MOST_ALIKE = 4  # pages of a kind that are looked at
_LINKS = ("href", "src", "action", "data-suggest", "data-terms")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"(\^\^)?')
THINGS = """
<https://maps.example//evil.example/x> a ns:Town ; rdfs:label "slashes" ;
  rdfs:seeAlso <javascript:alert(1)>, <data:text/html,x>, <https://maps.example//evil.example/y> ;
  <http://xmlns.com/foaf/0.1/mbox> <javascript:alert(2)> ;
  <http://xmlns.com/foaf/0.1/homepage> <javascript:alert(3)> ;
  <http://www.w3.org/2002/07/owl#sameAs> <javascript:alert(4)> .
<javascript:town> a ns:Town ; rdfs:label "a script" .
<https://maps.example/id/map/old> a ns:Map ; rdfs:label "old" ;
  ns:shows <javascript:town>, <https://maps.example//evil.example/x> .
"""
SHAPES = """
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
ns:Loop a sh:NodeShape ; sh:targetClass ns:Map ; sh:node ns:Loop ; sh:or _:ring ; sh:and ( ns:Loop ns:Loop ) ;
  sh:property [ sh:group ns:Drawing ; sh:path [ sh:alternativePath _:ring ] ; sh:minCount "NaN" ],
    [ sh:group ns:Drawing ; sh:path _:self ], [ sh:group ns:Drawing ; sh:path _:a0 ],
    [ sh:group ns:Drawing ; sh:path ns:year ; sh:in _:ring ; sh:node ns:Loop ; sh:maxCount "-INF" ] .
_:ring rdf:first ns:year ; rdf:rest _:ring .
_:self sh:alternativePath ( _:self [ sh:inversePath _:self ] ) .
""" + "".join(f"_:a{n} sh:alternativePath ( _:a{n + 1} _:a{n + 1} ) .\n" for n in range(60))


def _quoted(text: str) -> str:
    signs = (sign if sign.isprintable() and sign not in '"\\' else f"\\U{ord(sign):08X}" for sign in text)
    return f'"{"".join(signs)}"'


def _longer(found: re.Match[str]) -> str:
    """A text of a file with everything that a stranger may add to it; not a hash, a number or a language."""
    if found[2] or re.fullmatch(r"[0-9a-f]{64}|en|fa", found[1]):
        return found[0]
    return _quoted(f"{found[1]} {EVERYTHING}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("strange") / "maps"
    shutil.copytree(MAPS, folder)
    for path in (*folder.rglob("*.ttl"), *folder.rglob("*.trig")):
        path.write_text(_TEXT.sub(_longer, path.read_text()))
    with (folder / "data" / "register.ttl").open("a") as file:
        file.write(THINGS)
    with (folder / "ontology" / "shapes" / "maps.ttl").open("a") as file:
        file.write(SHAPES)
    said = (folder / "ogdkg.toml").read_text()
    for name in ("title", "purpose"):
        said = re.sub(rf'^{name} = ".*"', lambda _, n=name: f"{n} = {_quoted(EVERYTHING)}", said, flags=re.M)
    (folder / "ogdkg.toml").write_text(said)
    summary = json.dumps("".join(sign for sign in EVERYTHING if sign.isprintable()), ensure_ascii=False)
    query = "#+ tags: [checks]\nSELECT ?s ?p ?o { ?s ?p ?o } LIMIT 9\n"
    (folder / "queries" / "maps" / "n'<i>.rq").write_text(
        f"#+ summary: {summary}\n#+ description: {summary}\n#+ columns: {{s: {summary}}}\n{query}"
    )
    with serving(folder, "--timeout", "10") as running:
        yield running


class _Page(HTMLParser):
    """Notes what no page of ours has, and where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[object] = []
        self.links: list[str] = []
        self._script: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        for name, value in told.items():
            if name.startswith("on") or name in ("style", "srcdoc", "http-equiv"):
                self.wrong.append((tag, name, value))
            scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):", value, re.IGNORECASE)
            is_foreign = value.startswith(("//", "/\\")) or (
                scheme and scheme[1].lower() not in ("http", "https", "mailto")
            )
            if name in _LINKS and is_foreign and value != "data:,":
                self.wrong.append((tag, name, value))
        if tag in ("style", "iframe", "object", "embed", "base", "img"):
            self.wrong.append(tag)
        if tag == "script":
            self._script = told.get("type", "")
            if self._script != "application/ld+json" and not told.get("src", "").startswith("/assets/"):
                self.wrong.append(told)
        if tag == "a":
            self.links.append(told.get("href", ""))

    def handle_data(self, data: str) -> None:
        if self._script == "application/ld+json":
            json.loads(data)
        elif self._script is not None:
            self.wrong += [data] if data.strip() else []
        elif found := FORBIDDEN.findall(data):
            self.wrong.append((found, data))

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None


def _kind(path: str) -> str:
    """Pages of one kind differ in the last part of their path, or in their fields."""
    return re.sub(r"(?<=/)[^/?]*$", "", path.partition("?")[0])


def _type(answer: Answer, path: str) -> str:
    assert "content-type" in answer.headers, (path, answer)
    return answer.headers["content-type"]


def test_no_text_becomes_markup_and_no_link_leads_astray(server: Server) -> None:
    waiting, seen, alike = [*BEGIN, *FAULTS], {*BEGIN, *FAULTS}, dict[str, int]()
    for path in waiting:
        answer = server.ask(path, Accept="text/html")
        assert answer.status < 500, (path, answer.body[:300])
        if answer.status == 303:
            found = [answer.headers["location"]]
        elif _type(answer, path).startswith("text/html"):
            assert "trusted-types 'none'" in answer.headers["content-security-policy"], path
            page = _Page()
            page.feed(answer.body.decode())
            assert page.wrong == [], path
            found = page.links
        for link in found:
            there = urljoin(server.url + path, link).partition("#")[0]
            if (
                there.startswith(f"{server.url}/")
                and (next_path := there.removeprefix(server.url)) not in seen
            ):
                seen.add(next_path)
                alike[_kind(next_path)] = alike.get(_kind(next_path), 0) + 1
                waiting += [next_path] if alike[_kind(next_path)] <= MOST_ALIKE else []
    assert len(waiting) > 40


def test_an_iri_with_two_slashes_leads_to_this_server(server: Server) -> None:
    location = server.ask("//evil.example/x", Accept="text/html").headers["location"]
    assert location.startswith(f"{server.url}/describe?iri=")
    (found,) = json.loads(server.ask("/suggest?q=slashes").body)["found"]
    assert found["address"].startswith("/describe?iri=")
