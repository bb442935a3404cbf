"""The page on quality over HTTP: what is measured in the background, and the history of a repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.hostile.payloads import EVERYTHING
from tests.web.conftest import Server, serving

from ogdkg.graph.graph import Graph
from ogdkg.project.project import read_project
from ogdkg.web.answers import Answers
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.settings import Settings
from ogdkg.web.quality.feed import Entry, Feed
from ogdkg.web.quality.measured import Measured
from ogdkg.web.quality.page import Link

BROWSER = "text/html"
PREFIXES = """
PREFIX ex: <https://q.example/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
DATA = """
ex:a a ex:Tree ; rdfs:label "Oak" ; dcterms:modified "2026-02-03"^^xsd:date ;
  owl:sameAs <http://www.wikidata.org/entity/Q1> ; ex:owner ex:ann .
ex:ann rdfs:label "Ann Secret" .
ex:b a ex:Tree ; rdfs:label "<b>Elm</b>" ; ex:height "Ann Secret" .
ex:n a oa:Annotation ; oa:hasTarget ex:a ;
  oa:bodyValue "Perhaps a beech."@en ; oa:motivatedBy oa:questioning .
"""
SHAPES = """
ex:TreeShape a sh:NodeShape ; sh:targetClass ex:Tree ;
  sh:property [ sh:path ex:height ; sh:maxCount 0 ; sh:message "A tree of Ann Secret has no height." ] ;
  sh:property [ sh:path owl:sameAs ; sh:name "known as" ; sh:group ex:group ; sh:minCount 1 ;
    sh:severity sh:Warning ; sh:message "A tree is known elsewhere." ] .
ex:group a sh:PropertyGroup ; rdfs:label "Names" .
"""
TOML = """
[project]
name = "trees"
things = "https://q.example/"
[[layer]]
name = "main"
files = ["data/*.ttl"]
[shapes]
files = ["shapes.ttl"]
[pages]
things = "ex:Tree"
%s
[export]
personal = "personal"
[prefixes]
ex = "https://q.example/"
rdfs = "http://www.w3.org/2000/01/rdf-schema#"
"""
QUERY = "#+ summary: Which trees are there?\n#+ description: All of them. And more.\n#+ tags: [checks]\n"
SELECT = "SELECT ?tree { ?tree a <https://q.example/Tree> }\n"
PERSONAL = "SELECT ?node { ?s <https://q.example/owner> ?node }\n"
QUESTIONS = {
    "1": 'question: "Which trees?"\nquery: trees\nrows: [["ex:a"], ["ex:b"]]\nwithout: "ex:a a ex:Tree ."\n',
    "2": 'question: "Which one tree?"\nquery: trees\nrows: [["ex:a"]]\n',
}


def _git(folder: Path, *words: str, **more: str) -> None:
    named = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(
        ["git", *named, *words], cwd=folder, check=True, capture_output=True, env={**os.environ, **more}
    )


def _project(folder: Path, settings: str = "") -> None:
    for name in ("data", "queries/questions"):
        (folder / name).mkdir(parents=True)
    (folder / "ogdkg.toml").write_text(TOML % settings)
    (folder / "shapes.ttl").write_text(PREFIXES + SHAPES)
    (folder / "queries" / "trees.rq").write_text(QUERY + SELECT)
    (folder / "queries" / "personal.rq").write_text(PERSONAL)
    for name, text in QUESTIONS.items():
        (folder / "queries" / "questions" / f"{name}.yaml").write_text(text)
    (folder / "data" / "a.ttl").write_text(PREFIXES + DATA)


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A project with three days of history."""
    folder = tmp_path_factory.mktemp("trees")
    _project(folder)
    _git(folder, "init", "-q")
    texts = [DATA.rpartition("ex:b")[0], DATA, DATA + 'ex:c a ex:Tree ; rdfs:label "Ash" .']
    for day, text in enumerate(texts, 1):
        (folder / "data" / "a.ttl").write_text(PREFIXES + text)
        _git(folder, "add", ".")
        date = f"2026-01-0{day}T12:00:00Z"
        _git(folder, "commit", "-qm", str(day), GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)
    (folder / "data" / "a.ttl").write_text(PREFIXES + DATA)
    with serving(folder) as running:
        yield running


def _page(server: Server, path: str = "/quality") -> str:
    answer = server.ask(path, Accept=BROWSER)
    assert answer.status == 200, answer.body
    assert b"style=" not in answer.body
    return answer.body.decode()


@pytest.fixture(scope="module")
def measured(trees: Server) -> str:
    end = time.monotonic() + 60
    while "being measured" in (page := _page(trees)) and time.monotonic() < end:
        time.sleep(0.2)
    assert "being measured" not in page
    return page


def _section(page: str, name: str) -> str:
    found = re.search(rf'<h[23] id="{name}".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def test_findings_stand_by_what_they_say_with_their_things(measured: str) -> None:
    found = _section(measured, "validation")
    assert "4 violations" in found
    assert re.search(r"warning</span> <bdi>A tree is known elsewhere\..*?&lt;b&gt;Elm", found, re.DOTALL)
    assert "Ann Secret" not in measured
    assert "left out" in found


def test_what_things_lack_is_counted_and_named(measured: str) -> None:
    found = _section(measured, "coverage")
    assert "Of 2" in found
    assert re.search(r"1 without</summary>.*?&lt;b&gt;Elm", found, re.DOTALL)


def test_checks_lead_to_their_rows(measured: str) -> None:
    found = _section(measured, "checks")
    assert re.search(
        r'<a href="/ask/trees"><bdi>Which trees are there\?</bdi></a>.*?All of them\.<.*?>2</td>',
        found,
        re.DOTALL,
    )
    assert "And more" not in found


def test_doubts_and_links_are_told(measured: str) -> None:
    assert re.search(
        r'lang="en" dir="auto">Perhaps a beech\.</bdi>.*?<a href="/a"><bdi>Oak', measured, re.DOTALL
    )
    assert "wikidata.org" in _section(measured, "links")


def test_questions_are_asked_and_those_that_fail_stand_first(measured: str) -> None:
    found = _section(measured, "questions")
    assert "1 of 2" in found
    assert found.index("Which one tree?") < found.index("Which trees?")
    assert re.search(r'fails</b> <a href="/ask/trees">', found)


def test_history_is_that_of_the_repository(measured: str) -> None:
    found = _section(measured, "history")
    assert "from 2026-01-01 to 2026-01-03" in found
    assert re.findall(r'<td class="r">(\d+)</td><td class="r">(\d)</td></tr>', found)[0][1] == "1"
    assert "Added: " in found
    assert "Elm" in found
    assert "Ash" not in found, "what is there no more may have been personal"


def test_who_is_gone_from_the_graph_is_not_named_by_its_history(tmp_path: Path) -> None:
    """No node of the graph is personal any more, but earlier revisions have one."""
    _project(tmp_path)
    _git(tmp_path, "init", "-q")
    without = DATA.replace("ex:owner ex:ann", "ex:height 3").replace('ex:ann rdfs:label "Ann Secret" .', "")
    for text in (DATA, without.replace('"Ann Secret"', "4")):
        (tmp_path / "data" / "a.ttl").write_text(PREFIXES + text)
        _git(tmp_path, "add", ".")
        _git(tmp_path, "commit", "-qm", "a")
    for personal in (False, True):
        history = _section(_in_process(tmp_path, personal=personal), "history")
        assert "Changed: " in history
        assert ("Ann Secret" in history) is personal


def _in_process(folder: Path, *, personal: bool) -> str:
    """The page, measured by this process."""
    answers = Answers(Graph(read_project(folder)), Settings(personal=personal))
    answers.prepare()
    quality = answers._quality
    measured = dict(quality._work())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Measured, "start", lambda *_: False)
        patch.setattr(Measured, "parts", measured)
        ask = {"base": "http://e.example", "given": {}, "path": "/quality", "seconds": 9, "accept": BROWSER}
        return "".join(map(str, quality.answer(ask).body))


def test_it_is_measured_once_for_all_processes(trees: Server, measured: str) -> None:
    """All know it at once, and send it only once to the same client."""
    pages = {_page(trees) for _ in range(8)}
    assert pages == {measured}
    tag = trees.ask("/quality", Accept=BROWSER).headers["etag"]
    assert trees.ask("/quality", Accept=BROWSER, If_None_Match=tag).status == 304


def test_a_small_project_has_what_it_has(tmp_path: Path) -> None:
    """No passages, shapes, questions, repository: each is said or left out."""
    (tmp_path / "a.ttl").write_text("<https://e.example/a> a <https://e.example/B> .")
    with serving(tmp_path, "a.ttl") as running:
        page = ""
        end = time.monotonic() + 30
        while (not page or "being measured" in page) and time.monotonic() < end:
            page = _page(running)
        assert "no shapes" in page
        for name in ("coverage", "checks", "doubts", "links", "questions", "history"):
            assert f'id="{name}"' not in page
        assert "/document" not in page
        missing = running.ask("/document", Accept=BROWSER)
        assert missing.status == 404
        assert b"no passages" in missing.body


def test_what_shapes_ask_for_is_missing_on_the_page_of_a_thing(trees: Server) -> None:
    """Two trees are too few to say what is usual."""
    found = re.search(r'<h2 id="missing">.*?</section>', _page(trees, "/b.html"), re.DOTALL)
    assert found
    assert "known as" in found[0]
    other = re.search(r'<h2 id="missing">.*?</section>', _page(trees, "/a.html"), re.DOTALL)
    assert other
    assert "known as" not in other[0]
    assert "tells of a person" in other[0]


def test_things_that_say_when_they_changed_stand_on_the_first_page(trees: Server) -> None:
    found = re.search(r'<h2 id="news">.*?</section>', _page(trees, "/"), re.DOTALL)
    assert found
    assert re.search(r'<time>2026-02-03</time> <a href="/a"><bdi>Oak', found[0])


# -- feeds ---------------------------------------------------------------------------


def _feed(server: Server, suffix: str, media_type: str) -> bytes:
    answer = server.ask(f"/changes.{suffix}")
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"] == media_type
    assert server.ask(f"/changes.{suffix}", If_None_Match=answer.headers["etag"]).status == 304
    assert b"Secret" not in answer.body
    return answer.body


def test_what_changed_is_a_feed_of_atom(trees: Server, measured: str) -> None:
    """RFC 4287, section 4.1: what a feed and its entries must have."""
    name = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.fromstring(_feed(trees, "atom", "application/atom+xml"))
    entries = feed.findall(f"{name}entry")
    assert [each.findtext(f"{name}updated") for each in entries] == [
        "2026-01-03T12:00:00Z",
        "2026-01-02T12:00:00Z",
    ]
    assert feed.findtext(f"{name}updated") == "2026-01-03T12:00:00Z"
    for each in (feed, *entries):
        assert each.findtext(f"{name}title")
        assert each.findtext(f"{name}id")
        assert each.find(f"{name}link") is not None
    assert feed.findtext(f"{name}author/{name}name")
    assert len({each.findtext(f"{name}id") for each in entries}) == 2
    contents = [each.findtext(f"{name}content") or "" for each in entries]
    assert "<b>Elm</b>" in contents[1]  # as text
    assert contents[0].startswith("Added: ")


def test_what_changed_is_a_feed_of_json(trees: Server, measured: str) -> None:
    feed = json.loads(_feed(trees, "json", "application/feed+json"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{trees.url}/changes.json"
    assert [each["date_published"][:10] for each in feed["items"]] == ["2026-01-03", "2026-01-02"]
    things = [
        thing for each in feed["items"] for kind in each["_changes"].values() for thing in kind["things"]
    ]
    assert {"label": "<b>Elm</b>", "url": f"{trees.url}/b"} in things
    assert "changes.atom" in measured


def test_without_a_history_there_is_no_feed(tmp_path: Path) -> None:
    _project(tmp_path)
    with serving(tmp_path, GIT_CEILING_DIRECTORIES=str(tmp_path.parent)) as other:
        end = time.monotonic() + 60
        while (answer := other.ask("/changes.atom")).status == 503 and time.monotonic() < end:
            assert answer.headers["retry-after"]
            time.sleep(0.2)
        assert answer.status == 404
        assert b"history" in answer.body


def test_whoever_comes_while_the_history_is_read_holds_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _project(tmp_path)
    answers = Answers(Graph(read_project(tmp_path)), Settings())
    answers.prepare()
    monkeypatch.setattr(Measured, "start", lambda *_: False)  # another has begun
    ask = {"base": "http://e.example", "given": {}, "path": "/changes.atom", "seconds": 60}
    begun = time.monotonic()
    with pytest.raises(HttpError) as told:
        answers._quality.feed(ask)
    assert (told.value.status, time.monotonic() - begun < 1) == (503, True)


def test_a_feed_is_xml_whatever_things_are_called() -> None:
    things = [Link(f"x{EVERYTHING}\ufffe", "/x")]
    feed = Feed(f"{EVERYTHING}\uffff", "http://e.example", [Entry("c", "2026-01-01", [("added", things, 1)])])
    text = ElementTree.fromstring(feed.atom()).findtext("{*}entry/{*}content")
    assert text
    assert "zq9" in text
