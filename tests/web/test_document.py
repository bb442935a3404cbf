"""The page of the document over HTTP: its lines, their facts, filters, and marks that lead to a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from tests.conftest import ROOT
from tests.web.conftest import Server, serving

BROWSER = "text/html"
PASSAGES = """
PREFIX ogd: <https://w3id.org/ogdkg/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ex: <https://d.example/>
GRAPH ex:passages {
  %s
}
GRAPH ex:one { ex:a ex:says "<script>alert(1)</script>", "\\u05E9\\u05DC\\u05D5\\u05DD"@he ; ex:knows ex:b }
GRAPH ex:two { ex:b ex:knows ex:a }
"""
PASSAGE = (
    "ex:%s a ogd:Passage ; oa:hasSource ex:%s ; ogd:startLine %s ; ogd:endLine %s ;"
    ' oa:hasSelector [ oa:exact "words of %s" ] .'
)
FACTS_OF_55 = """SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o {
  ?passage a ogd:Passage ; ogd:startLine ?a ; ogd:endLine ?b FILTER(?a <= 55 && 55 <= ?b)
  ?reading prov:wasDerivedFrom ?passage GRAPH ?reading { ?s ?p ?o } } }"""
TOML = """
[project]
name = "letters"
things = "https://d.example/"
[prefixes]
ex = "https://d.example/"
[[layer]]
name = "source"
files = ["data/*.trig"]
passages = "https://d.example/passages"
"""


@pytest.fixture(scope="module")
def ours() -> Iterator[Server]:
    with serving(ROOT) as running:
        yield running


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two documents, of one a passage on more lines than any document has."""
    folder = tmp_path_factory.mktemp("letters")
    (folder / "data").mkdir()
    passages = [
        ("one", "first", 3, 4, "one"),
        ("two", "second", 2, 10**12, "two"),
        ("none", "first", 9, 9, "none"),
    ]
    (folder / "data" / "a.trig").write_text(PASSAGES % "\n".join(PASSAGE % each for each in passages))
    (folder / "ogdkg.toml").write_text(TOML)
    with serving(folder) as running:
        yield running


def _page(server: Server, path: str) -> str:
    answer = server.ask(path, Accept=BROWSER)
    assert answer.status == 200, (path, answer.body)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    text = answer.body.decode()
    assert "style=" not in text
    return text


def _line(page: str, number: int) -> str:
    found = re.search(rf'<a id="L{number}".*?</a>', page, re.DOTALL)
    assert found
    return found[0]


def test_each_line_tells_how_many_facts_rest_on_it(ours: Server) -> None:
    """The distinct triples of the readings of its passages."""
    page = _page(ours, "/document")
    assert len(page.encode()) < 80_000
    counted = ours.ask(ours.query(FACTS_OF_55), Accept="text/csv").body.split()[-1].decode()
    assert f"{counted} facts" in _line(page, 55)
    assert re.search(r'<rect class="k[1-5]" width="\d+%"', _line(page, 55))
    assert 'id="L60"' in page
    assert "no passage, so no fact" in page
    assert 'aria-current="page">Document' in page


def test_no_more_than_eight_words_of_the_text_are_shown(ours: Server) -> None:
    page = _page(ours, "/document")
    fragments = re.findall(r'<span class="fr" dir="auto">(.*?)</span>', page)
    assert len(fragments) > 100
    assert max(len(unescape(each).split()) for each in fragments) <= 8


def test_a_line_opens_its_facts(ours: Server) -> None:
    page = _page(ours, "/document?line=56")
    side = page[page.index("<aside") :]
    for told in ("Line 56", "26-digit template", "L55\u201356", "Stated", '<a href="/id/initiative/boost">'):
        assert told in side
    assert 'aria-current="true"' in _line(page, 56)
    assert "#L55" in side


def test_facts_are_chosen_by_thing_and_kind(ours: Server) -> None:
    page = _page(ours, "/document?about=initiative:boost&kind=ogd:hasObjective")
    assert re.search(r"\d+ lines with such facts", page)
    assert 'id="L20"' not in page
    assert "none of these" in page
    side = _page(ours, "/document?about=initiative:boost&kind=ogd:hasObjective&line=55")
    assert "provides resource" not in side[side.index("<aside") :]
    assert "No line has such facts" in _page(ours, "/document?kind=ogd:noSuch")


def test_marks_lead_to_the_line(ours: Server) -> None:
    assert 'href="/document?line=54#L54"' in _page(ours, "/id/initiative/boost.html")
    assert re.search(r'href="/document\?line=\d+#L\d+"', _page(ours, "/ask/contacts"))


def test_what_names_a_person_is_left_out(ours: Server) -> None:
    page = _page(ours, "/document?line=59")
    assert "Jensen" not in page
    assert "left out" in page


@pytest.mark.parametrize("query", ["line=0", "line=x", "line=99999999", "page=-1", "of=ex:none", "line=60"])
def test_what_is_not_there_is_told(ours: Server, query: str) -> None:
    answer = ours.ask(f"/document?{query}", Accept=BROWSER)
    assert answer.status in (400, 404)
    assert b"<h1>" in answer.body


def test_each_document_has_a_page(letters: Server) -> None:
    first = _page(letters, "/document?of=ex:first")
    assert "words of one" in first
    assert "words of two" not in first
    assert "2 facts" not in _line(first, 3)
    assert "3 facts" in _line(first, 3)
    assert "0 facts" in _line(first, 9)
    side = _page(letters, "/document?of=ex:first&line=3")
    assert "&lt;script&gt;alert(1)" in side
    assert '<bdi lang="he" dir="auto">' in side
    second = _page(letters, "/document?of=ex:second&page=2")
    assert "20,000" in second
    assert len(second) < 300_000
    assert 'href="/document?of=ex%3Afirst&amp;line=3#L3"' in _page(letters, "/a.html")


def test_an_answer_that_is_the_same_is_not_sent_again(ours: Server) -> None:
    answer = ours.ask("/document?line=56", Accept=BROWSER)
    again = ours.ask("/document?line=56", Accept=BROWSER, If_None_Match=answer.headers["etag"])
    assert again.status == 304
